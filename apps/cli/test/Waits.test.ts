/** No command waits in silence, none for ever, and each can be left at once. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { bin, key, product } from "./support/Product.js"

vi.setConfig({ testTimeout: 240_000 })

const otherKey = "sk-proj-OTHERKEYdoNotShowMe0123456789"

// A batch takes as long as a test wants.
const { batchlabel, environment, folder, simulator, whole } = product({ clock: { phases: { perRequest: 3_600_000 } } })

const servers: Array<Server> = []
let silent = ""
let headersOnly = ""

const listen = (answer: Parameters<typeof createServer>[1]): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer(answer)
    servers.push(server)
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`))
  })

beforeAll(async () => {
  silent = await listen(() => {})
  headersOnly = await listen((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "100" })
    response.flushHeaders()
  })
})

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** Starts a command and sends it a signal as soon as it says what it waits for; how it ended, and how long that took. */
const leftAt = async (said: string, signal: NodeJS.Signals, args: ReadonlyArray<string>, url: string) => {
  const cwd = folder()
  const child = spawn(process.execPath, [bin("batchlabel"), ...args], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: cwd, LANG: "en_US.UTF-8", ...environment(), OPENAI_BASE_URL: url },
    stdio: ["ignore", "pipe", "pipe"]
  })
  let stderr = ""
  let sentAt: number | undefined
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
    if (sentAt === undefined && stderr.includes(said)) {
      sentAt = performance.now()
      child.kill(signal)
    }
  })
  const [code] = await once(child, "close")
  return { code, stderr, took: performance.now() - (sentAt ?? 0) }
}

// Processes that wait cost nothing: they wait side by side.
describe.concurrent("a server that is silent", () => {
  it.each([
    ["before its headers", "SIGINT", 130],
    ["after them", "SIGTERM", 143]
  ] as const)(
    "%s is told of by submit: what is waited for, where, for how long and how often; and can be left at once by %s",
    async (when, signal, code) => {
      const url = when === "after them" ? headersOnly : silent
      const left = await leftAt("Waiting for", signal, ["submit", "--input", "news.csv"], url)
      expect(left.stderr).toContain(`Waiting for ${url}: uploading a file (`)
      expect(left.stderr).toMatch(/for \d+ s, attempt 1/)
      expect(left.stderr).not.toContain(key)
      expect(left.code).toBe(code)
      expect(left.took).toBeLessThan(20_000)
    }
  )

  it("ends doctor within half a minute, with a word on the way", async () => {
    const ended = await whole.batchlabel(["doctor"], { cwd: folder(), env: { OPENAI_BASE_URL: silent } })
    expect(ended.code).toBe(5)
    expect(ended.stderr).toContain(`Waiting for ${silent}: listing batches`)
    expect(ended.stdout).toContain("[BL4009]")
  })
})

describe("a key of another project", () => {
  it("ends run and check with the reason, makes nothing anew, and the right key goes on", async () => {
    const cwd = folder()
    expect(await batchlabel(["submit", "--input", "news.csv"], { cwd })).toMatchObject({ code: 0 })
    const before = (await simulator().ledger()).uploads
    const foreign = { OPENAI_API_KEY: otherKey }
    const args = ["--input", "news.csv"]
    const run = await batchlabel(["run", ...args, "--output", join(cwd, "news_labeled.csv")], { cwd, env: foreign })
    expect(run.stderr).toContain("[BL5059]")
    expect(run.code).toBe(4)
    const check = await batchlabel(["check", ...args], { cwd, env: foreign })
    expect(check.code).toBe(4)
    expect(check.stderr).toContain("[BL5059]")
    expect(await batchlabel(["check", ...args, "--exit-status"], { cwd, env: foreign })).toMatchObject({ code: 4 })
    const ledger = await simulator().ledger()
    expect(ledger.uploads).toBe(before)
    expect(Object.values(ledger.jobs).map(({ batches }) => batches)).toEqual([1])
    const right = await batchlabel(["check", ...args, "--exit-status"], { cwd })
    expect(right.code).toBe(75)
    expect(right.stdout).toContain("Status: in_progress")
  })
})

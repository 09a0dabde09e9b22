import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { eventuallyAsync } from "../../../test/support/eventually.js"
import { sized } from "../../../test/support/sized.js"
import type { FileObject } from "../src/internal/files.js"
import type { Held } from "../src/internal/holds.js"
import type { Ledger } from "../src/Ledger.js"
import { clientOf, customIds, outcomeOf, requestLines, rows } from "./plainClient.js"

// Of the command, which has one: a package of the workspace cannot be run as it is built, for its neighbours are sources there.
const { build }: { readonly build: (options: Readonly<Record<string, unknown>>) => Promise<unknown> } = createRequire(
  new URL("../../../apps/cli/package.json", import.meta.url)
)("esbuild")

const dir = mkdtempSync(join(tmpdir(), "restart-"))
const bin = join(dir, "bin.mjs")

/** How much lies in a folder that may change meanwhile. */
const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0
  )

const running = new Set<ChildProcess>()

const run = async (...args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "inherit"] })
  running.add(child)
  const [line] = await once(child.stdout, "data")
  const url = String(line).trim()
  return {
    ...clientOf({ url, controlUrl: url.replace(/v1$/, "_simulator") }),
    kill: async (signal: NodeJS.Signals = "SIGKILL") => {
      const gone = once(child, "exit")
      child.kill(signal)
      running.delete(child)
      return (await gone)[0]
    }
  }
}

describe("a simulator that is killed with -9 and started again in its folder", () => {
  beforeAll(() =>
    build({
      entryPoints: [fileURLToPath(new URL("../src/bin.ts", import.meta.url))],
      outfile: bin,
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "warning",
      banner: { js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);' }
    })
  )
  afterAll(() => {
    for (const child of running) child.kill("SIGKILL")
    rmSync(dir, { recursive: true })
  })

  it("knows its files, batches, results, clock, faults and ledger", async () => {
    const state = ["--dir", join(dir, "state"), "--tokens", "bytes", "--validating", "10m"]
    const first = await run(...state)
    const file = (await first.upload(requestLines(1).join("\n"))).json
    const ended = await first.submit(requestLines(20), { job: "j", shard: "1" })
    await first.control("POST", "/clock", { advance: "10m" })
    const before = await first.batch(ended)
    const open = await first.submit(requestLines(5), { job: "j", shard: "2" })
    const faults = { faults: [{ on: "files.list", times: 1, do: { fault: "status", status: 500 } }] }
    await first.control("PUT", "/scenario", faults)
    assert.strictEqual((await first.call("GET", "/files")).status, 500)
    const ledger = (await first.control<Ledger>("GET", "/ledger")).json
    const { now } = (await first.control<{ now: number }>("GET", "/clock")).json
    await first.kill()

    const second = await run(...state)
    assert.deepStrictEqual((await second.call<FileObject>("GET", `/files/${file.id}`)).json, file)
    assert.deepStrictEqual(await second.batch(ended), before)
    assert.deepStrictEqual(customIds(await second.lines(before.output_file_id)), [...rows(20)])
    assert.strictEqual((await second.batch(open)).status, "validating")
    assert.isAtLeast((await second.control<{ now: number }>("GET", "/clock")).json.now, now)
    assert.deepStrictEqual((await second.control<Ledger>("GET", "/ledger")).json, ledger)
    await second.control("PUT", "/scenario", faults)
    await second.control("POST", "/clock", { advance: "10m" })
    assert.strictEqual((await second.batch(open)).status, "completed")
    const after = (await second.control<Ledger>("GET", "/ledger")).json.jobs["j"]
    assert.deepStrictEqual([after?.paid, after?.customIds.extra, after?.statuses], [25, 5, { completed: 2 }])
    await second.kill()
  })

  it("a fault that has struck as often as it may does not strike again", async () => {
    const scenario = join(dir, "lost-replies.yaml")
    writeFileSync(scenario, "faults: [{ on: batches.create, times: 1, do: { fault: reset, phase: after } }]")
    const state = ["--dir", join(dir, "faults"), "--tokens", "bytes", "--scenario", scenario]
    const first = await run(...state)
    const { id } = (await first.upload(requestLines(1).join("\n"))).json
    assert.strictEqual(await outcomeOf(first.create(id)), "cut")
    assert.lengthOf(await first.listed(), 1)
    await first.kill()
    const second = await run(...state)
    assert.strictEqual((await second.create(id)).status, 200)
    await second.kill()
  })

  it("a batch whose creation was acknowledged to nobody is there, one that was held before acting is not", async () => {
    const state = ["--dir", join(dir, "held"), "--tokens", "bytes"]
    for (const phase of ["before", "after"]) {
      const first = await run(...state)
      const { id } = (await first.upload(requestLines(1).join("\n"))).json
      await first.control("POST", "/hold", { operation: "batches.create", phase })
      const creating = outcomeOf(first.create(id))
      const { held } = (await first.control<{ readonly held: ReadonlyArray<Held> }>("GET", "/held")).json
      assert.lengthOf(held, 1)
      await first.kill()
      assert.strictEqual(await creating, "cut")
      const second = await run(...state)
      assert.lengthOf(await second.listed(), phase === "before" ? 0 : 1)
      await second.kill()
    }
  })

  it("killed again and again while it works, it ends every batch once, with every line", async () => {
    const state = ["--dir", join(dir, "work"), "--tokens", "bytes"]
    const n = sized(1_500, 4_000)
    const oneBatch = requestLines(n).join("\n").length
    const written = () => bytesIn(join(dir, "work"))
    const first = await run(...state)
    const ids = [await first.submit(requestLines(n), { job: "j" }), await first.submit(requestLines(n), { job: "j" })]
    await first.kill()
    for (const share of [0.1, 0.3, 0.6, 0.9]) {
      const again = await run(...state)
      const asked = outcomeOf(again.call("GET", `/batches/${ids[1]}`))
      const before = written()
      let over = false
      void asked.then(() => {
        over = true
      })
      await eventuallyAsync(`${share} of the work, or its end`, () => over || written() - before > share * oneBatch)
      await again.kill()
      await asked
    }
    const last = await run(...state)
    for (const id of ids) {
      const batch = await last.batch(id)
      assert.strictEqual(batch.status, "completed")
      assert.deepStrictEqual(customIds(await last.lines(batch.output_file_id)), [...rows(n)])
    }
    const ledger = (await last.control<Ledger>("GET", "/ledger")).json
    assert.deepStrictEqual([ledger.jobs["j"]?.paid, ledger.jobs["j"]?.customIds], [2 * n, { distinct: n, repeated: n, extra: n }])
    const files = (await last.call<{ readonly data: ReadonlyArray<FileObject> }>("GET", "/files?purpose=batch_output")).json.data
    assert.lengthOf(files, 2)
    assert.strictEqual(await last.kill("SIGTERM"), 0)
  })

  it("the command refuses what it does not know, with code 2 and a word about it", () => {
    const failure = (...args: ReadonlyArray<string>) => {
      try {
        execFileSync(process.execPath, [bin, ...args], { stdio: "pipe", timeout: 20_000 })
        return "ran"
      } catch (error) {
        const { status, stderr } = Object(error)
        return `${status} ${stderr}`
      }
    }
    assert.match(failure("--nonsense"), /^2 .*--nonsense/)
    assert.match(failure("--speed", "fast"), /^2 .*--speed: fast/)
    assert.match(failure("--window", "soon"), /^2 .*--window: soon/)
    assert.match(failure("--rules", join(dir, "none.yaml")), /^2 .*none\.yaml/)
    assert.include(execFileSync(process.execPath, [bin, "--help"], { encoding: "utf8" }), "It is no model")
  })
})

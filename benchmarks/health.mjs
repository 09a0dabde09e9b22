/**
 * Whether a server answers its health checks while one client does what it can against it: `/healthz` is asked from another process, while
 * one token's requests cost as much as the client can make them cost.
 *
 *     npm run build && node benchmarks/health.mjs [--seconds 8] [--only NAME,NAME]
 */
import { execFileSync, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { cpus, loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath, pathToFileURL } from "node:url"
import { parseArgs } from "node:util"

const { values } = parseArgs({ options: { seconds: { type: "string", default: "8" }, only: { type: "string" } } })
const seconds = Number(values.seconds)
const root = fileURLToPath(new URL("..", import.meta.url))
const program = join(root, "apps/cli/dist/batchlabel.js")
const simulatorProgram = join(root, "packages/openai-simulator/dist/bin.js")
const here = (name) => fileURLToPath(new URL(`http-load/${name}`, import.meta.url))

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const running = new Set()
const home = mkdtempSync(join(tmpdir(), "batchlabel-health-"))
const delayFile = join(home, "loop-delay.json")

/** A program that says where it listens. */
const launch = (args, env = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "ignore"] })
    running.add(child)
    child.once("exit", (code) => reject(new Error(`${args[0]} ended with ${code}`)))
    child.stdout.once("data", (text) => resolve({ child, url: String(text).trim() }))
  })

const makeToken = (name) =>
  execFileSync(process.execPath, [program, "token", "create", "--home", home, "--name", name, "--scope", "write"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"]
  }).trim()

const startServer = async (api) => {
  const { child, url } = await launch([program, "serve", "--json", "--home", home, "--port", "0"], {
    OPENAI_API_KEY: "sk-load",
    OPENAI_BASE_URL: api,
    BATCHLABEL_POLL_INTERVAL: "1s",
    BATCHLABEL_POLL_CAP: "2s",
    BATCHLABEL_OUTPUT_LAG: "500ms",
    BATCHLABEL_LIST_LAG: "200ms",
    LOOP_DELAY_FILE: delayFile,
    NODE_OPTIONS: `--import ${pathToFileURL(here("loopDelay.mjs")).href}`
  })
  return { child, url: JSON.parse(url).url }
}

const startProber = (url) => {
  const child = spawn(process.execPath, [here("prober.mjs"), url], { stdio: ["pipe", "pipe", "inherit"] })
  running.add(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return async () => {
    child.stdin.write("\n")
    return JSON.parse((await lines.next()).value)
  }
}

const loopDelay = async (child) => {
  rmSync(delayFile, { force: true })
  child.kill("SIGUSR2")
  while (!existsSync(delayFile)) await sleep(20)
  return JSON.parse(readFileSync(delayFile, "utf8"))
}

const simulator = await launch([
  simulatorProgram,
  "--tokens",
  "bytes",
  "--validating",
  "100ms",
  "--per-request",
  "0ms",
  "--finalizing",
  "100ms"
])
const token = makeToken("one")
const server = await startServer(simulator.url)
const probe = startProber(server.url)

/** Asks, and takes the answer in; whatever it says. */
const ask = async (path, init = {}, as = token) => {
  const headers = as === undefined ? init.headers : { authorization: `Bearer ${as}`, ...init.headers }
  const response = await fetch(`${server.url}${path}`, { ...init, headers })
  return { status: response.status, text: await response.text() }
}
const post = (path, body) =>
  ask(path, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json" }
  })
const send = (path, csv, request) => {
  const form = new FormData()
  if (request !== undefined) form.set("request", JSON.stringify(request))
  form.set("file", csv instanceof Blob ? csv : new Blob([csv]), "a.csv")
  return ask(path, { method: "POST", body: form })
}
const upload = async (csv) => JSON.parse((await send("/v1/uploads", csv)).text).id
const task = (template) => ({ name: "t", labels: [0, 1], answer: "number", template })

/** A job that is over. */
const finished = async (csv, request) => {
  const { id } = JSON.parse((await send("/v1/jobs", csv, { start: true, maxCost: "20", ...request })).text)
  for (;;) {
    const job = JSON.parse((await ask(`/v1/jobs/${id}`)).text)
    if (job.state === "done") return id
    if (job.state === "stopped") throw new Error(`the job stopped: ${JSON.stringify(job.fault)}`)
    await sleep(300)
  }
}

const short = await upload("text\nx\n")
const long = await upload(`text\n${`${"a".repeat(100_000)}\n`.repeat(3)}`)
const wanted = values.only?.split(",")
const needs = (name) => wanted === undefined || wanted.some((part) => name.includes(part))
const many = !needs("100,000")
  ? "none"
  : await finished(`text\n${Array.from({ length: 100_000 }, (_, i) => `text ${i % 200}`).join("\n")}\n`, {})
const sharded = !needs("900")
  ? "none"
  : await finished(`text\n${Array.from({ length: 900 }, (_, i) => `shard ${i}`).join("\n")}\n`, { shardRows: 1 })
const endless = "{{ text }}{% for a in (1..100000) %}{% for b in (1..100000) %}{% assign c = b %}{% endfor %}{% endfor %}"
const big = new Blob([`text\n${`${"정부의 새로운 정책 ".repeat(40)}\n`.repeat(40_000)}`])
const wide = `${Array.from({ length: 1_000_000 }, (_, i) => `c${i}`).join(",")}\n`
const unclosed = `a,b\n"x\n${"y\n".repeat(3_500_000)}`
const deep = `{"task":${"[".repeat(500_000)}${"]".repeat(500_000)}}`
const flat = `{"task":[${"[],".repeat(340_000)}0]}`
const largeTask = JSON.stringify({ ...task("{{ text }}"), system: "x".repeat(1_000_000) })

/** What the client does, over and over, and how many at a time. */
const attacks = {
  "nothing (baseline)": [0, async () => {}],
  "templates without end": [
    6,
    (n) => post(["/v1/previews", "/v1/estimates", "/v1/jobs"][n % 3], { upload: short, task: task(endless) })
  ],
  "3 rows of 100 kB, 3,000 times each": [
    6,
    (n) => post(["/v1/previews", "/v1/estimates", "/v1/jobs"][n % 3], { upload: long, task: task("{{text}}".repeat(3_000)) })
  ],
  "JSON of 1 MB, nested or of many values": [6, (n) => post("/v1/estimates", n % 2 === 0 ? deep : flat)],
  "tasks of 1 MB, kept and listed": [
    4,
    (n) =>
      n % 8 === 7
        ? ask("/v1/tasks")
        : ask(`/v1/tasks/t${n % 100}`, { method: "PUT", body: largeTask, headers: { "content-type": "application/json" } })
  ],
  "uploads of 40 MB": [4, () => send("/v1/uploads", big)],
  "a file of a million columns": [3, () => send("/v1/uploads", wide)],
  "a file whose quote is never closed, of 3.5 million lines": [3, () => send("/v1/uploads", unclosed)],
  "row searches in a job of 100,000 rows": [
    8,
    (n) => ask(`/v1/jobs/${many}/rows?limit=${[1, 200][n % 2]}&outcome=${["failed", "pending", "labeled"][n % 3]}`)
  ],
  "its CSV in every form": [
    4,
    (n) => ask(`/v1/jobs/${many}/labeled.csv?bom=${n % 2 === 0}&safeCells=true&provenance=${n % 3 === 0}&manual=columns`)
  ],
  "a job of 900 batches, looked at": [8, (n) => ask(`/v1/jobs/${sharded}${["", "/events?limit=500", "/rows"][n % 3]}`)],
  "jobs of 900 batches, made": [
    2,
    (n) =>
      send("/v1/jobs", `text\n${Array.from({ length: 900 }, (_, i) => `${n} ${i}`).join("\n")}\n`, {
        shardRows: 1,
        start: true,
        maxCost: "20"
      })
  ],
  "a flood without a token": [100, (n) => ask(`/v1/jobs/${n}`, {}, n % 2 === 0 ? undefined : `bl_${n}`)]
}

const during = async (list) => {
  await probe()
  await loopDelay(server.child)
  const until = Date.now() + seconds * 1_000
  const answers = new Map()
  let n = 0
  const one = async (attack) => {
    while (Date.now() < until) {
      const { status } = await attack(n++).catch(() => ({ status: "none" }))
      answers.set(status, (answers.get(status) ?? 0) + 1)
    }
  }
  const wait = sleep(seconds * 1_000)
  await Promise.all(list.flatMap(([width, attack]) => Array.from({ length: width }, () => one(attack))).concat(wait))
  const { failed, times } = await probe()
  const late = await loopDelay(server.child)
  times.sort((a, b) => a - b)
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))]
  return {
    p50: at(0.5),
    p99: at(0.99),
    max: times.at(-1),
    failed,
    late,
    answers: [...answers].sort().map(([s, c]) => `${c} × ${s}`)
  }
}

const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`
const report = (name, { answers, failed, late, max, p50, p99 }) => {
  console.log(
    `| ${name} | ${ms(p50)} | ${ms(p99)} | ${ms(max)}${failed > 0 ? `, ${failed} without an answer` : ""} | ${ms(late.p99)} | ${ms(late.max)} | ${answers.join(", ")} |`
  )
  if (max > 100 || failed > 0) process.exitCode = 1
}

try {
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}\n`)
  console.log("| what one client does | p50 | p99 | longest | loop late, p99 | longest | its answers |")
  console.log("|---|---|---|---|---|---|---|")
  const chosen = Object.entries(attacks).filter(([name]) => needs(name))
  for (const [name, attack] of chosen) report(name, await during([attack]))
  if (wanted === undefined)
    report("all of it at once", await during(Object.values(attacks).map(([width, attack]) => [Math.min(width, 3), attack])))
} finally {
  for (const child of running) child.kill("SIGKILL")
  await sleep(300)
  rmSync(home, { recursive: true, force: true })
}
process.exit()

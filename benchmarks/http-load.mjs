/**
 * The server under load: pages of many stored jobs, many event streams, many uploads at once, and being killed.
 *
 *     npm run build && node benchmarks/http-load.mjs [--part list,events,uploads,kills] [--jobs 10000] [--streams 200] [--uploads 20]
 *         [--megabytes 50] [--kills 20]
 */
import { execFileSync, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { bundle } from "./bundle.mjs"

const { values } = parseArgs({
  options: {
    part: { type: "string", default: "list,events,uploads,kills" },
    jobs: { type: "string", default: "10000" },
    streams: { type: "string", default: "200" },
    uploads: { type: "string", default: "20" },
    megabytes: { type: "string", default: "50" },
    kills: { type: "string", default: "20" }
  }
})
const count = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]))
const root = fileURLToPath(new URL("..", import.meta.url))
const program = join(root, "apps/cli/dist/batchlabel.js")
const simulatorProgram = join(root, "packages/openai-simulator/dist/bin.js")

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const percentile = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))]
const running = new Set()

/** A program that says where it listens. */
const launch = (args, env = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "inherit"] })
    running.add(child)
    const exited = new Promise((done) => child.once("exit", done))
    exited.then(() => running.delete(child))
    child.once("exit", (code) => reject(new Error(`${args[0]} ended with ${code}`)))
    child.stdout.once("data", (text) => resolve({ child, exited, url: String(text).trim() }))
  })

const simulate = (...args) => launch([simulatorProgram, "--tokens", "bytes", ...args])

const environment = (api) => ({
  OPENAI_API_KEY: "sk-load",
  OPENAI_BASE_URL: api,
  BATCHLABEL_POLL_INTERVAL: "1s",
  BATCHLABEL_POLL_CAP: "2s",
  BATCHLABEL_BACKOFF: "100ms",
  BATCHLABEL_BACKOFF_CAP: "500ms",
  BATCHLABEL_LIST_LAG: "200ms",
  BATCHLABEL_OUTPUT_LAG: "500ms"
})

const makeToken = (home, scope) =>
  execFileSync(process.execPath, [program, "token", "create", "--home", home, "--name", "load", "--scope", scope], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"]
  }).trim()

const serve = async (home, api) => {
  const { url: said, ...server } = await launch([program, "serve", "--json", "--home", home, "--port", "0"], environment(api))
  return { ...server, url: JSON.parse(said).url }
}

const clientOf =
  (url, token) =>
  async (path, init = {}) => {
    const response = await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
    if (response.status === 429) {
      await sleep(Number(response.headers.get("retry-after") ?? "1") * 1000)
      return clientOf(url, token)(path, init)
    }
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }

const memoryOf = async (ask) =>
  Number(/^process_resident_memory_bytes (\d+)/m.exec(await (await ask("/metrics")).text())?.[1] ?? Number.NaN)

const csvOf = (rows, text) => `text\n${Array.from({ length: rows }, (_, row) => text(row + 1)).join("\n")}\n`

const makeJob = async (ask, csv, request, headers = {}) => {
  const form = new FormData()
  form.set("request", JSON.stringify({ start: true, maxCost: "20", useCache: false, ...request }))
  form.set("file", new Blob([csv]), "load.csv")
  return (await ask("/v1/jobs", { method: "POST", body: form, headers })).json()
}

const inFolder = async (use) => {
  const home = mkdtempSync(join(tmpdir(), "batchlabel-load-"))
  try {
    return await use(home)
  } finally {
    for (const child of running) child.kill("SIGKILL")
    await sleep(300)
    rmSync(home, { recursive: true, force: true })
  }
}

const list = (home) =>
  (async () => {
    const simulator = await simulate()
    const token = makeToken(home, "admin")
    const listed = execFileSync(process.execPath, [program, "token", "list", "--json", "--home", home], { encoding: "utf8" })
    const [{ id: owner }] = JSON.parse(listed).tokens
    execFileSync(process.execPath, [
      bundle(fileURLToPath(new URL("http-load/seed.ts", import.meta.url))),
      home,
      String(count.jobs),
      owner
    ])
    const server = await serve(home, simulator.url)
    const ask = clientOf(server.url, token)
    const times = []
    let cursor = ""
    let seen = 0
    do {
      const began = performance.now()
      const page = await (await ask(`/v1/jobs?limit=50${cursor}`)).json()
      times.push(performance.now() - began)
      seen += page.items.length
      cursor = page.next === undefined ? undefined : `&cursor=${page.next}`
    } while (cursor !== undefined)
    if (seen !== count.jobs) throw new Error(`${seen} of ${count.jobs} jobs were listed`)
    const ms = (value) => `${value.toFixed(1)} ms`
    console.log(
      `| ${count.jobs.toLocaleString("en")} stored jobs, pages of 50 | median ${ms(median(times))}, 95 % ${ms(percentile(times, 0.95))}, longest ${ms(Math.max(...times))} |`
    )
  })()

const events = async (home) => {
  const simulator = await simulate("--validating", "2s", "--per-request", "20ms", "--finalizing", "1s")
  const server = await serve(home, simulator.url)
  const ask = clientOf(server.url, makeToken(home, "admin"))
  const jobs = []
  for (let index = 0; index < 10; index++)
    jobs.push(
      await makeJob(
        ask,
        csvOf(100, (row) => `job ${index} row ${row}`),
        {}
      )
    )
  const before = await memoryOf(ask)
  const began = performance.now()
  const firsts = []
  const follow = async (index) => {
    const response = await ask(`/v1/jobs/${jobs[index % jobs.length].id}/events`, { headers: { accept: "text/event-stream" } })
    let text = ""
    const decoder = new TextDecoder()
    for await (const chunk of response.body) {
      if (text === "") firsts.push(performance.now() - began)
      text += decoder.decode(chunk, { stream: true })
    }
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
    if (!text.endsWith("event: end\ndata: {}\n\n")) throw new Error("a stream broke off")
    if (ids.some((id, at) => at > 0 && id <= (ids[at - 1] ?? 0))) throw new Error("events out of order")
    return ids.length
  }
  const all = Promise.all(Array.from({ length: count.streams }, (_, index) => follow(index)))
  await sleep(2_000)
  const during = await memoryOf(ask)
  const told = await all
  console.log(
    `| ${count.streams} event streams of ${jobs.length} jobs | all ended whole, ${Math.min(...told)}–${Math.max(...told)} events each; first bytes after ${median(firsts).toFixed(0)} ms (median), ${Math.max(...firsts).toFixed(0)} ms (longest); memory ${(before / 1e6).toFixed(0)} → ${(during / 1e6).toFixed(0)} MB |`
  )
}

const uploads = async (home) => {
  const simulator = await simulate()
  const server = await serve(home, simulator.url)
  const ask = clientOf(server.url, makeToken(home, "admin"))
  const line = `${"정부의 새로운 정책이 효과적이라는 평가가 나왔다. ".repeat(12)}\n`
  const bytes = count.megabytes * 1e6
  const blob = new Blob([Buffer.from(`text\n${line.repeat(Math.ceil(bytes / Buffer.byteLength(line)))}`)])
  const send = async () => {
    const form = new FormData()
    form.set("file", blob, "big.csv")
    return (await ask("/v1/uploads", { method: "POST", body: form })).json()
  }
  const measure = async (many) => {
    let peak = 0
    let over = false
    const watch = (async () => {
      while (!over) {
        peak = Math.max(peak, await memoryOf(ask))
        await sleep(50)
      }
    })()
    const began = performance.now()
    const views = await Promise.all(Array.from({ length: many }, send))
    const seconds = (performance.now() - began) / 1000
    over = true
    await watch
    for (const { id } of views) await ask(`/v1/uploads/${id}`, { method: "DELETE" })
    return { seconds, peak }
  }
  await measure(1)
  const one = await measure(1)
  const many = await measure(count.uploads)
  console.log(
    `| ${count.uploads} uploads of ${count.megabytes} MB at once | ${many.seconds.toFixed(1)} s, ${((count.uploads * count.megabytes) / many.seconds).toFixed(0)} MB/s stored and read through; peak memory ${(many.peak / 1e6).toFixed(0)} MB (one upload: ${(one.peak / 1e6).toFixed(0)} MB) |`
  )
}

const kills = async (home) => {
  const rows = 40
  const keys = Array.from({ length: 50 }, (_, index) => `job ${index}`)
  const simulator = await simulate(
    "--dir",
    join(home, "simulator"),
    "--validating",
    "300ms",
    "--per-request",
    "10ms",
    "--finalizing",
    "300ms"
  )
  const token = makeToken(home, "admin")
  const told = new Set()
  const askFor = (ask) =>
    Promise.all(
      keys.map(async (key) => {
        const job = await makeJob(
          ask,
          csvOf(rows, (row) => `${key} row ${row}`),
          {},
          { "idempotency-key": key }
        )
        told.add(job.id)
        return job.id
      })
    )
  for (let round = 0; round < count.kills; round++) {
    const server = await serve(home, simulator.url)
    const asking = askFor(clientOf(server.url, token)).catch(() => {})
    await sleep(200 + Math.random() * 2_500)
    server.child.kill("SIGKILL")
    await server.exited
    await asking
  }
  const server = await serve(home, simulator.url)
  const ask = clientOf(server.url, token)
  const ids = await askFor(ask)
  for (const id of ids) {
    let job
    do {
      job = await (await ask(`/v1/jobs/${id}`)).json()
      await sleep(50)
    } while (job.state !== "done")
    const result = await (await ask(`/v1/jobs/${id}/distribution`)).json()
    if (result.labeled !== rows) throw new Error(`${id}: ${JSON.stringify(result)}`)
  }
  const listed = (await (await ask("/v1/jobs?limit=100")).json()).items.length
  const ledger = await (await fetch(simulator.url.replace(/\/v1$/, "/_simulator/ledger"))).json()
  const paid = Object.values(ledger.jobs)
  const twice = paid.reduce((sum, { bodies }) => sum + bodies.extra, 0)
  const lost = [...told].filter((id) => !ids.includes(id)).length
  console.log(
    `| ${count.kills} × kill -9 during ${keys.length} jobs of ${rows} rows | ${listed} jobs, ${listed * rows} rows labelled; ${lost} jobs lost, ${twice} rows paid twice, ${paid.length - keys.length} jobs made twice |`
  )
  if (lost + twice + (paid.length - keys.length) + (listed - keys.length) !== 0) process.exitCode = 1
}

const parts = { list, events, uploads, kills }
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0].model}\n`)
console.log("| load | measured |")
console.log("|---|---|")
for (const name of values.part.split(",")) await inFolder(parts[name])

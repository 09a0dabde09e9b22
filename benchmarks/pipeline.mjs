/**
 * Prepare (CSV to request lines) and merge (results to the labelled CSV) beside a plain Python script that does the same work: whole
 * processes, taking turns, medians and the ratio to Python.
 *
 *     npm run build && node benchmarks/pipeline.mjs [--rows 100000] [--rounds 3]
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { bundle } from "./bundle.mjs"
import { generate } from "./pipeline/generate.mjs"

const { values } = parseArgs({
  options: { rows: { type: "string", default: "100000" }, rounds: { type: "string", default: "3" } }
})
const rows = Number(values.rows)
const rounds = Number(values.rounds)
const here = fileURLToPath(new URL("pipeline/", import.meta.url))

const folder = mkdtempSync(join(tmpdir(), "batchlabel-bench-"))
const run = (command, args, options = {}) =>
  JSON.parse(
    execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26, ...options })
      .trim()
      .split("\n")
      .at(-1)
  )

try {
  const script = bundle(join(here, "ours.ts"))
  const ours = (...args) => run("node", [script, ...args])
  const python = (...args) => run("python3", [join(here, "rival.py"), ...args])

  const input = join(folder, "input.csv")
  const megabytes = generate(input, rows) / 1e6
  const home = join(folder, "home")
  mkdirSync(home)
  console.log(
    `${rows.toLocaleString("en")} rows, ${megabytes.toFixed(1)} MB of CSV; Node ${process.version}, ${cpus().length} × ${cpus()[0].model}`
  )

  // What both put before every article, out of the product's own first request.
  ours("answer", input, home)
  const job = execFileSync("sh", ["-c", `ls -d ${home}/jobs/*`], { encoding: "utf8" }).trim()
  const first = JSON.parse(
    execFileSync("sh", ["-c", `head -n 1 ${job}/shards/shard-00001.jsonl`], { encoding: "utf8", maxBuffer: 1 << 26 })
  )
  const messages = first.body.messages.slice(0, -1)
  writeFileSync(
    join(home, "constant.json"),
    JSON.stringify({
      messages,
      template: "제목: {title}\n언론사: {source}\n날짜: {date}\n\n기사:\n{text}\n\n".padEnd(700, "판단 기준을 따르세요. ")
    })
  )

  // Python counts no tokens: it is measured against both.
  const steps = ["prepare, tokens not counted", "prepare", "merge"]
  const measured = Object.fromEntries(steps.map((step) => [step, { ours: [], python: [] }]))
  const [uncounted, prepare, merge] = steps.map((step) => measured[step])
  for (let round = 0; round < rounds; round++) {
    for (const [step, { ours: runs }] of [
      ["uncounted", uncounted],
      ["prepare", prepare]
    ]) {
      const scratch = join(folder, `home-${round}`)
      mkdirSync(scratch)
      runs.push(ours(step, input, scratch))
      rmSync(scratch, { recursive: true })
    }
    prepare.python.push(python("prepare", input, home, join(folder, "requests.jsonl")))
    merge.ours.push(ours("merge", input, home, join(folder, "labeled.csv")))
    merge.python.push(python("merge", input, home, join(folder, "labeled-python.csv")))
  }
  uncounted.python = prepare.python
  if (!existsSync(join(folder, "labeled.csv"))) throw new Error("nothing was merged")
  const median = (runs, key) => runs.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(runs.length / 2)]
  console.log("| step | ours | our CPU | Python csv+json | its CPU | ratio of the medians | our peak memory | Python's |")
  console.log("|---|---|---|---|---|---|---|---|")
  for (const [step, { ours, python }] of Object.entries(measured)) {
    const [mine, theirs] = [median(ours, "seconds"), median(python, "seconds")]
    console.log(
      `| ${step} | ${mine.toFixed(2)} s | ${median(ours, "cpu").toFixed(2)} s | ${theirs.toFixed(2)} s | ${median(python, "cpu").toFixed(2)} s | ${(theirs / mine).toFixed(2)}× | ${median(ours, "peakMB").toFixed(0)} MB | ${median(python, "peakMB").toFixed(0)} MB |`
    )
  }
  console.log(`requests: ${(statSync(join(folder, "requests.jsonl")).size / 1e6).toFixed(0)} MB; medians of ${rounds} rounds`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

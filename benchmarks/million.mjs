/**
 * The whole job on big files: the built command against the simulator over real HTTP, every step a process of its own. Prints seconds and
 * peak memory of submit, check (collecting) and download for each size, which must not grow with the file.
 *
 *     npm run build && node benchmarks/million.mjs [--rows 100000,1000000]
 *
 * A million rows take about 12 GB in the temporary folder, and some minutes.
 */
import { spawn, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { generate } from "./pipeline/generate.mjs"

const { values } = parseArgs({ options: { rows: { type: "string", default: "100000,1000000" } } })
const root = fileURLToPath(new URL("../", import.meta.url))
const command = join(root, "apps/cli/dist/batchlabel.js")
const folder = mkdtempSync(join(tmpdir(), "batchlabel-million-"))

// Says at the end of a process how much memory it had at its peak, whatever the command prints.
const probe = join(folder, "peak.mjs")
writeFileSync(
  probe,
  `import { writeFileSync } from "node:fs"
process.on("exit", () => writeFileSync(process.env.BATCHLABEL_PEAK, String(process.resourceUsage().maxRSS / 1024)))
`
)

const simulate = (dir) =>
  new Promise((resolve, reject) => {
    const args = ["--dir", dir, "--tokens", "bytes", "--watch-stdin"]
    const simulator = spawn(process.execPath, [join(root, "packages/openai-simulator/dist/bin.js"), ...args], {
      stdio: ["pipe", "pipe", "inherit"]
    })
    simulator.once("exit", (code) => reject(new Error(`the simulator ended with ${code}`)))
    simulator.stdout.once("data", (text) => resolve({ url: String(text).trim(), stop: () => simulator.kill("SIGTERM") }))
  })

const bytesUnder = (path) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0)

const trial = async (rows) => {
  const place = join(folder, String(rows))
  mkdirSync(place)
  const input = generate(join(place, "input.csv"), rows)
  const simulator = await simulate(join(place, "simulator"))
  const peakFile = join(place, "peak")
  const run = (...args) => {
    const began = performance.now()
    const { status, stderr, stdout } = spawnSync(process.execPath, ["--import", pathToFileURL(probe).href, command, ...args], {
      cwd: place,
      encoding: "utf8",
      env: {
        ...process.env,
        OPENAI_API_KEY: "sk-made-up",
        OPENAI_BASE_URL: simulator.url,
        BATCHLABEL_PEAK: peakFile,
        BATCHLABEL_LIST_LAG: "1s"
      }
    })
    if (status !== 0) throw new Error(`${args[0]} ended with ${status}:\n${stdout}\n${stderr}`)
    return { seconds: (performance.now() - began) / 1000, peak: Number(readFileSync(peakFile, "utf8")), stdout }
  }
  const job = ["--input", "input.csv"]
  const submit = run("submit", ...job, "--enqueued-limit", "15000000000", "--yes")
  const check = run("check", ...job, "--json")
  const { status } = JSON.parse(check.stdout)
  if (status !== "completed") throw new Error(`the job is ${status} after one check`)
  const download = run("download", ...job, "--output", "labeled.csv", "--json")
  const result = JSON.parse(download.stdout)
  simulator.stop()
  const requests = bytesUnder(join(place, ".batchlabel"))
  rmSync(place, { recursive: true })
  return { rows, input, requests, submit, check, download, result }
}

try {
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0].model}`)
  console.log("| rows | CSV | job's folder | submit | check | download |")
  console.log("|---|---|---|---|---|---|")
  for (const rows of values.rows.split(",").map(Number)) {
    const { check, download, input, requests, result, submit } = await trial(rows)
    if (result.labeled !== rows) throw new Error(`${JSON.stringify(result)} of ${rows} rows`)
    const cell = ({ peak, seconds }) => `${seconds.toFixed(1)} s, ${peak.toFixed(0)} MB`
    const mega = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`
    console.log(
      `| ${rows.toLocaleString("en")} | ${mega(input)} | ${mega(requests)} | ${cell(submit)} | ${cell(check)} | ${cell(download)} |`
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

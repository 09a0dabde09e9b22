/**
 * How long a dataset twenty times the size of the queue takes, in simulated hours: ours (the real reconcile loop, its clock moved by hand), the guide's
 * loop of 1,000-row chunks, and one batch at a time; each against its lower bound: what its batches would have taken in a queue always full.
 *
 *     npm run build && node benchmarks/makespan.mjs [--rows 20000] [--seeds 3]
 */
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { bundle } from "./bundle.mjs"

const { values } = parseArgs({ options: { rows: { type: "string", default: "20000" }, seeds: { type: "string", default: "3" } } })
const script = bundle(fileURLToPath(new URL("makespan/simulate.ts", import.meta.url)))
console.log("| seed | ours | guide's loop | one at a time |")
console.log("|---|---|---|---|")
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const { guide, oneAtATime, ours } = JSON.parse(execFileSync("node", [script, values.rows, String(seed)], { encoding: "utf8" }))
  const cell = ({ batches, hours, lowerBound }) =>
    `${hours.toFixed(1)} h, ${(hours / lowerBound).toFixed(2)}×, ${batches} batches`
  console.log(`| ${seed} | ${cell(ours)} | ${cell(guide)} | ${cell(oneAtATime)} |`)
}

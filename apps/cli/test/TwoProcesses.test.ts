/** Two processes of the built command over the same rows, each with an output of its own: every row is paid for once. */
import { copyFileSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it, vi } from "vitest"
import { product } from "./support/Product.js"

vi.setConfig({ testTimeout: 300_000 })

const { folder, simulator, whole } = product({ clock: { phases: { validating: 300, perRequest: 2, finalizing: 100 } } })

/** Lines paid for, and ids that were paid for again, by the simulator's own account. */
const paid = async (): Promise<readonly [lines: number, repeated: number]> => {
  const jobs = Object.values((await simulator().ledger()).jobs)
  return [jobs.reduce((sum, job) => sum + job.paid, 0), jobs.reduce((sum, job) => sum + job.customIds.repeated, 0)]
}

/** The labels of an output, row by row; the time of a label is that of its batch. */
const labelsOf = (path: string): ReadonlyArray<string> =>
  readFileSync(path, "utf8")
    .split("\n")
    .map((line) => line.slice(0, line.lastIndexOf(",")))

/** Two rows of the sample are answered with no label: a job of its own asks these again, and no other. */
const inputs: ReadonlyArray<readonly [of: string, second: string, lines: number]> = [
  ["the same file", "news.csv", 300],
  ["a copy under another name", "copy.csv", 302]
]

for (const [of, second, expected] of inputs) {
  it(`that run at once over ${of} give two outputs with the same labels, and ${expected} lines are paid for 300 rows`, async () => {
    const cwd = folder()
    if (second !== "news.csv") copyFileSync(join(cwd, "news.csv"), join(cwd, second))
    const [before] = await paid()
    const run = (input: string, output: string) =>
      whole.batchlabel(["run", "--input", input, "--output", output, "--shard-rows", "60", "--guide-files", "none"], { cwd })
    const results = await Promise.all([run("news.csv", "a.csv"), run(second, "b.csv")])
    for (const { code, stderr } of results) expect([code, stderr]).toEqual([0, expect.not.stringContaining("❌")])
    const [after, repeated] = await paid()
    expect([after - before, repeated]).toEqual([expected, 0])
    expect(labelsOf(join(cwd, "a.csv"))).toEqual(labelsOf(join(cwd, "b.csv")))
  })
}

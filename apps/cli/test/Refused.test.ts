/** What every row would be refused for is refused before sending, and what becomes of the input's columns is told before it. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it, vi } from "vitest"
import { product, type Result } from "./support/Product.js"

vi.setConfig({ testTimeout: 180_000 })

const { batchlabel, folder, simulator } = product()

/** How many batches there are, by the simulator's own account. */
const batches = async (): Promise<number> =>
  Object.values((await simulator().ledger()).jobs).reduce((sum, job) => sum + job.batches, 0)

const few = "text,label\n하나,1\n둘,0\n"

interface Place {
  readonly cwd: string
  /** A command on the input. */
  readonly run: (command: string, ...args: ReadonlyArray<string>) => Promise<Result>
}

/** A folder with an input of two rows, one column of which is called `label`. */
const place = (): Place => {
  const cwd = folder()
  writeFileSync(join(cwd, "few.csv"), few)
  return { cwd, run: (command, ...args) => batchlabel([command, "--input", "few.csv", ...args], { cwd }) }
}

describe("nothing is sent", () => {
  it("to a model that is shut down by then, unless --allow-retired-model says so", async () => {
    const { cwd, run } = place()
    writeFileSync(join(cwd, "prices.yaml"), "date: 2026-01-01\nsource: x\nmodels:\n  - {model: gone, retires: 2020-01-01}\n")
    const args = ["--model", "gone", "--prices", "prices.yaml"]
    const before = await batches()
    const refused = await run("submit", ...args)
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining("[BL5373]") })
    expect(refused.stderr).toContain("--allow-retired-model")
    expect(await batches()).toBe(before)
    expect(await run("submit", ...args, "--allow-retired-model")).toMatchObject({ code: 0 })
    expect(await batches()).toBe(before + 1)
  })

  it("with a parameter that the API does not know, unless --allow-unknown-parameters says so; the nearest name is told", async () => {
    const { cwd, run } = place()
    expect((await batchlabel(["init", "task.yaml"], { cwd })).code).toBe(0)
    const task = readFileSync(join(cwd, "task.yaml"), "utf8")
    const misspelt = task.replace(/^( +)temperature:/m, "$1temperture:")
    expect(misspelt).not.toBe(task)
    writeFileSync(join(cwd, "task.yaml"), misspelt)
    const before = await batches()
    const refused = await run("run", "--task", "task.yaml", "--yes")
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining("[BL2073]") })
    expect(refused.stderr).toContain("Did you mean 'temperature'?")
    expect(await batches()).toBe(before)
    expect(await run("submit", "--task", "task.yaml", "--allow-unknown-parameters")).toMatchObject({ code: 0 })
    expect(await batches()).toBe(before + 1)
  })

  it("where a result column would replace the column of texts; doctor says the same", async () => {
    const { run } = place()
    const before = await batches()
    const refused = await run("submit", "--text-column", "label")
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining("[BL5074]") })
    expect(refused.stderr).toContain("columns.label")
    expect(await run("doctor", "--text-column", "label")).toMatchObject({ code: 3, stdout: expect.stringContaining("[BL5074]") })
    expect(await batches()).toBe(before)
  })

  it("where the named database is none of ours: exit code 4, the variable's name, never its value", async () => {
    const { cwd } = place()
    const before = await batches()
    for (const value of ["sqlite:///tmp/hunter2.db", "mysql://root:hunter2@db/other"]) {
      const refused = await batchlabel(["submit", "--input", "few.csv"], { cwd, env: { BATCHLABEL_DATABASE_URL: value } })
      expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining("BATCHLABEL_DATABASE_URL") })
      expect(refused.stdout + refused.stderr).not.toContain("hunter2")
    }
    expect(await batches()).toBe(before)
    const env = { DATABASE_URL: "postgres://ann:hunter2@127.0.0.1:1/other" }
    const examined = await batchlabel(["doctor", "--input", "few.csv"], { cwd, env })
    expect(examined).toMatchObject({ code: 0, stderr: expect.stringContaining("DATABASE_URL is ignored") })
    const submitted = await batchlabel(["submit", "--input", "few.csv"], { cwd, env })
    expect(submitted).toMatchObject({ code: 0, stderr: expect.not.stringContaining("hunter2") })
    expect(await batches()).toBe(before + 1)
  })
})

it("an input's column that is called like a result column is kept as <name>_input, which submit, run and download say, each once", async () => {
  const { cwd, run } = place()
  const said = "The input column 'label' has the name of a result column; it is kept as 'label_input'"
  expect((await run("submit")).stderr).toContain(said)
  const whole = await run("run", "--output", "out.csv")
  expect(whole.code).toBe(0)
  expect(whole.stderr.split(said)).toHaveLength(2)
  const [header, first] = readFileSync(join(cwd, "out.csv"), "utf8").split("\n")
  expect(header).toBe("text,label_input,label,label_name,labeled,labeled_at")
  expect(first).toMatch(/^하나,1,\d,/)
  expect((await batchlabel(["download", "--output", "out.csv"], { cwd })).stderr.split(said)).toHaveLength(2)
})

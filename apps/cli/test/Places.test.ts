/** Everything that can fail is tried before money is spent; and once it is spent, its name is told. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { describe, expect, it, vi } from "vitest"
import { bin, execute, key, product, type Result } from "./support/Product.js"

vi.setConfig({ testTimeout: 180_000 })

const { batchlabel, environment, folder, guide, simulator } = product({
  clock: { phases: { validating: 1, perRequest: 1, finalizing: 1 } }
})

/** How many batches the API has. */
const created = async (): Promise<number> => {
  const response = await fetch(`${simulator().url}/batches?limit=100`, { headers: { authorization: `Bearer ${key}` } })
  const list: unknown = await response.json()
  return typeof list === "object" && list !== null && "data" in list && Array.isArray(list.data) ? list.data.length : Number.NaN
}

/** Runs it and expects that no batch was created. */
const refused = async (run: () => Promise<Result>, code: number, problem: string): Promise<Result> => {
  const before = await created()
  const result = await run()
  expect(result.stderr).toContain(`[${problem}]`)
  expect(result.code).toBe(code)
  expect(await created()).toBe(before)
  return result
}

/** Through a shell, for what only a shell can hand over. */
const shell = (line: string, cwd: string): Promise<Result> =>
  execute("bash", ["-c", line], { cwd, env: { ...environment(), CLI: `${process.execPath} ${bin("batchlabel")}` } })

// Which paths are refused, and why, is tried in packages/csv-io and packages/labeling; here, that the commands ask.
describe("a path that is given", () => {
  it("to an input or a task that is a pipe or a device is refused at once: it might never end", async () => {
    const cwd = folder()
    await refused(() => shell("cat news.csv | $CLI run --input /dev/stdin", cwd), 3, "BL1004")
    await refused(() => shell("$CLI submit --input news.csv --task <(cat news.csv)", cwd), 3, "BL6075")
    await refused(() => shell("$CLI submit --input news.csv --prices /dev/zero", cwd), 3, "BL6075")
  })

  it("to a folder of jobs that cannot be made, or is none, is refused at once, also in the guide's form", async () => {
    const cwd = folder()
    const korean = () => guide(["--mode", "submit", "--input", "news.csv", "--home", "/proc/x"], { cwd })
    expect((await refused(korean, 4, "BL5173")).stderr).toContain("작업 폴더에 쓸 수 없습니다: /proc/x")
    await refused(() => batchlabel(["submit", "--input", "news.csv", "--home", ""], { cwd }), 2, "BL6004")
  })

  it("to an output that cannot be written is refused before anything is paid, and told by doctor; no folder is left", async () => {
    const cwd = folder()
    const input = ["--input", "news.csv", "--output"]
    await refused(() => batchlabel(["submit", ...input, "none/out.csv"], { cwd }), 3, "BL1017")
    const examined = await batchlabel(["doctor", ...input, "/proc/out.csv"], { cwd })
    expect(examined).toMatchObject({ code: 3, stdout: expect.stringContaining("[BL1006]") })
    expect(existsSync(join(cwd, ".batchlabel"))).toBe(false)
  })
})

describe("an output that is a file which is read", () => {
  it("is refused, with --force too: the input by another name, the prices", async () => {
    const cwd = folder()
    const before = readFileSync(join(cwd, "news.csv"), "utf8")
    writeFileSync(join(cwd, "prices.yaml"), "date: 2026-01-01\nsource: x\nmodels: []\n")
    symlinkSync("news.csv", join(cwd, "symbolic.csv"))
    const run = (...args: ReadonlyArray<string>) => batchlabel(["run", "--input", "news.csv", "--force", ...args], { cwd })
    await refused(() => run("--output", "symbolic.csv"), 3, "BL5007")
    await refused(() => run("--prices", "prices.yaml", "--output", "prices.yaml"), 3, "BL5007")
    expect(readFileSync(join(cwd, "news.csv"), "utf8")).toBe(before)
  })

  it("is refused by download, even with --force: the job's input by another name", async () => {
    const cwd = folder()
    const before = readFileSync(join(cwd, "news.csv"), "utf8")
    expect((await batchlabel(["run", "--input", "news.csv", "--output", "out.csv"], { cwd })).code).toBe(0)
    symlinkSync("news.csv", join(cwd, "symbolic.csv"))
    const result = await batchlabel(["download", "--output", "symbolic.csv", "--force"], { cwd })
    expect(result).toMatchObject({ code: 3, stderr: expect.stringContaining("[BL5007]") })
    expect(readFileSync(join(cwd, "news.csv"), "utf8")).toBe(before)
  })
})

describe("the guide's two files", () => {
  it("are best effort: where the working directory takes none, the batch is made, its id told, and a warning says where it tried", async () => {
    const cwd = folder()
    // A folder that even root cannot write to.
    const before = await created()
    const submitted = await guide(["--mode", "submit", "--input", join(cwd, "news.csv"), "--home", join(cwd, "h")], {
      cwd: "/proc/self"
    })
    expect(submitted.code).toBe(0)
    expect(submitted.stderr).toContain("[BL6073]")
    expect(submitted.stderr).toContain("--guide-files")
    expect(submitted.stdout).toMatch(/^ {3}배치 ID: batch_\w+$/m)
    expect(submitted.stdout).not.toContain("batch_info_openai.json")
    expect(await created()).toBe(before + 1)
    const examined = await batchlabel(["doctor", "--home", join(cwd, "h")], { cwd: "/proc/self" })
    expect(examined).toMatchObject({ code: 0, stdout: expect.stringContaining("[BL6073]") })
  })

  it("go where --guide-files says, or nowhere, and are found there again", async () => {
    const cwd = folder()
    mkdirSync(join(cwd, "guide"))
    const placed = await batchlabel(["submit", "--input", "news.csv", "--guide-files", "guide"], { cwd })
    expect(placed.stdout).toContain("guide/batch_info_openai.json")
    expect(readdirSync(join(cwd, "guide")).sort()).toEqual(["batch_info_openai.json", "batch_openai.jsonl"])
    const other = folder()
    const checked = await batchlabel(["check"], {
      cwd: other,
      env: { BATCHLABEL_GUIDE_FILES: join(cwd, "guide"), BATCHLABEL_HOME: join(cwd, ".batchlabel") }
    })
    expect(checked).toMatchObject({ code: 0 })
    const without = await batchlabel(["submit", "--input", "news.csv", "--guide-files", "none"], { cwd: other })
    expect(without).toMatchObject({ code: 0, stdout: expect.stringMatching(/Batch ID: batch_\w+/) })
    expect(readdirSync(other).sort()).toEqual([".batchlabel", "news.csv"])
  })

  it("that are asked for in a folder which cannot take them are refused before anything is sent", async () => {
    const cwd = folder()
    await refused(() => batchlabel(["submit", "--input", "news.csv", "--guide-files", "none/there"], { cwd }), 3, "BL1017")
  })

  it("never replace the input, whatever it is called or linked to", async () => {
    const cwd = folder()
    const before = readFileSync(join(cwd, "news.csv"), "utf8")
    linkSync(join(cwd, "news.csv"), join(cwd, "batch_openai.jsonl"))
    symlinkSync("news.csv", join(cwd, "batch_info_openai.json.partial"))
    const submitted = await batchlabel(["submit", "--input", "news.csv"], { cwd })
    expect(submitted).toMatchObject({ code: 0, stderr: expect.stringContaining("[BL6073]") })
    expect(submitted.stdout).toMatch(/Batch ID: batch_\w+/)
    expect(readFileSync(join(cwd, "news.csv"), "utf8")).toBe(before)
    expect(readFileSync(join(cwd, "batch_openai.jsonl"), "utf8")).toBe(before)
  })
})

describe("a batch that was created", () => {
  it("has its id on stderr where stdout is a full disk, and the exit code says that something was lost", async () => {
    const cwd = folder()
    const before = await created()
    const full = openSync("/dev/full", "w")
    const child = spawn(process.execPath, [bin("batchlabel"), "submit", "--input", "news.csv"], {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", HOME: cwd, LANG: "en_US.UTF-8", ...environment() },
      stdio: ["ignore", full, "pipe"]
    })
    closeSync(full)
    let stderr = ""
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
    })
    const [code] = await once(child, "close")
    expect(code).toBe(70)
    expect(stderr).toContain("[BL6074]")
    expect(stderr).toMatch(/Batch ID: batch_\w+/)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(await created()).toBe(before + 1)
    expect(existsSync(join(cwd, "batch_info_openai.json"))).toBe(true)
  })

  it("has its id on stderr where the reader of stdout went away before it was made", async () => {
    const cwd = folder()
    const before = await created()
    // The reader ends at once; what the command prints before the create tells it so.
    const result = await shell("set -o pipefail; $CLI submit --input news.csv | true", cwd)
    expect(result.code).toBe(0)
    expect(await created()).toBe(before + 1)
    expect(result.stderr).toMatch(/Batch ID: batch_\w+/)
    const listed = await batchlabel(["list", "--json"], { cwd })
    expect(JSON.parse(listed.stdout)).toMatchObject({ jobs: [expect.objectContaining({ requests: expect.any(Number) })] })
  })
})

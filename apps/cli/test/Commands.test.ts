import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it, vi } from "vitest"
import { key, product, type Result } from "./support/Product.js"

// Many processes follow each other, on machines that may have better to do.
vi.setConfig({ testTimeout: 180_000 })

const { batchlabel, folder, simulator, whole } = product()

const jsonOf = (result: Result): Record<string, unknown> => {
  expect(result.stdout.trim().split("\n"), "one object on stdout").toHaveLength(1)
  return JSON.parse(result.stdout)
}

const lines = (path: string): ReadonlyArray<string> => readFileSync(path, "utf8").trimEnd().split("\n")

describe("run", () => {
  it("labels every row, and run again goes on with the same job without paying", async () => {
    const cwd = folder()
    const args = ["run", "--input", "news.csv", "--output", "out.csv"]
    const first = await whole.batchlabel(args, { cwd })
    expect(first).toMatchObject({ code: 0 })
    expect(first.stdout).toContain("   0 (옹호 (Support)): 95 (31.7%)")
    expect(first.stdout).toMatch(/^💰 Actual cost: \$0\.00\d+$/m)
    expect(first.stdout).not.toContain("\u001b")
    expect(lines(join(cwd, "out.csv"))).toHaveLength(301)
    expect(lines(join(cwd, "out_failed.csv"))).toHaveLength(3)
    const again = await whole.batchlabel(args, { cwd })
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("Continuing the existing job: job_") })
    const jobs = Object.entries((await simulator().ledger()).jobs)
    const [mine] = jobs.filter(([id]) => first.stdout.includes(id))
    expect(mine?.[1]).toMatchObject({ batches: 1, paid: 300, customIds: { repeated: 0 } })
    expect(await batchlabel([...args, "--strict"], { cwd })).toMatchObject({ code: 6 })
  })

  it("will not write over a foreign file, and says so before anything is sent", async () => {
    const cwd = folder()
    writeFileSync(join(cwd, "out.csv"), "mine\n")
    const before = (await simulator().ledger()).uploads
    const refused = await batchlabel(["run", "--input", "news.csv", "--output", "out.csv"], { cwd })
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining("[BL5008]") })
    expect(readFileSync(join(cwd, "out.csv"), "utf8")).toBe("mine\n")
    expect((await simulator().ledger()).uploads).toBe(before)
  })

  it("labels a sample first, projects the cost, and pays only for the rest", async () => {
    const cwd = folder()
    const args = ["run", "--input", "news.csv", "--output", "out.csv", "--lang", "en"]
    const sample = await batchlabel([...args, "--sample", "10%"], { cwd })
    expect(sample.stdout).toContain("🎲 A sample of 30 of 300 rows (seed 1)")
    expect(sample.stdout).toMatch(/💰 Projected cost of all rows: \$0\.00\d+ to \$0\.00\d+ \(from 30 of 300 requests/)
    expect(sample.stdout).toContain("batchlabel run --input news.csv --output out.csv --continue")
    expect(readFileSync(join(cwd, "out_sample.csv"), "utf8").match(/,Pending,/g)).toHaveLength(270)
    const rest = await batchlabel([...args, "--continue"], { cwd })
    expect(rest).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/30 known answers are reused \(saves about \$0\.00\d+\)/)
    })
    expect(rest.stdout).toContain("(270 requests)")
    expect(await batchlabel([...args, "--continue", "--sample", "5"], { cwd })).toMatchObject({ code: 2 })
    const never = await batchlabel([...args, "--continue", "--few-shot"], { cwd })
    expect(never).toMatchObject({ code: 3, stderr: expect.stringContaining("[BL6027]") })
  })

  it("stops at the spending cap with exit code 4, and goes on with a higher one", async () => {
    const cwd = folder()
    const args = ["run", "--input", "news.csv", "--output", "out.csv", "--shard-rows", "60"]
    const capped = await batchlabel([...args, "--max-cost", "0.004"], { cwd })
    expect(capped).toMatchObject({ code: 4, stderr: expect.stringContaining("[BL5305]") })
    const soFar = await batchlabel(["download", "--output", "out.csv"], { cwd })
    expect(soFar.stdout).toMatch(/spending cap \(budget\): (180|240)$/m)
    const raised = await batchlabel([...args, "--max-cost", "1"], { cwd })
    expect(raised).toMatchObject({ code: 0, stdout: expect.stringContaining("   Succeeded: 298\n") })
    const unpriced = await batchlabel([...args, "--model", "foo-1", "--max-cost", "1"], { cwd })
    expect(unpriced).toMatchObject({ code: 4, stdout: "", stderr: expect.stringContaining("[BL5302]") })
  })

  it("detaches on Ctrl-C with exit code 130 and says how to go on", async () => {
    const cwd = folder()
    simulator().play({ faults: [{ on: "batch", do: { fault: "stuck", in: "in_progress" } }] })
    const left = await whole.batchlabel(["run", "--input", "news.csv"], { cwd, interruptAt: "in_progress" })
    simulator().play({})
    expect(left.code).toBe(130)
    const [, id] = /batchlabel watch (job_\w+)/.exec(left.stderr) ?? []
    expect(left.stderr).toContain("👋 Detached.")
    const cancelled = await batchlabel(["cancel", id ?? "", "--yes"], { cwd })
    expect(cancelled).toMatchObject({ code: 0, stdout: expect.stringContaining(id ?? "?") })
  })
})

describe("submit, check and download", () => {
  it("give one JSON object each on stdout", async () => {
    const cwd = folder()
    const submitted = jsonOf(await whole.batchlabel(["submit", "--input", "news.csv", "--json"], { cwd }))
    expect(submitted).toMatchObject({ state: "open", requests: 300, batches: [{ shard: 1, attempt: 1, requests: 300 }] })
    const checked = jsonOf(await whole.batchlabel(["check", "--json"], { cwd }))
    expect(checked).toMatchObject({ id: submitted["id"], status: "completed", labeled: 298, failed: 2 })
    const downloaded = jsonOf(await whole.batchlabel(["download", "--output", "out.csv", "--json"], { cwd }))
    expect(downloaded).toMatchObject({ rows: 300, labeled: 298, failed: 2, failures: "out_failed.csv" })
    expect(downloaded["distribution"]).toEqual([
      { value: 0, name: "옹호 (Support)", count: 95 },
      { value: 1, name: "중립 (Neutral)", count: 103 },
      { value: 2, name: "비판 (Oppose)", count: 100 }
    ])
    const wrong = await batchlabel(["check", "--json", "--batch-id", "job_01ARZ3NDEKTSV4RRFFQ69G5FAV"], { cwd })
    expect(jsonOf(wrong)).toMatchObject({ error: { code: "BL6021" } })
  })

  it("tell each error of a batch that was not accepted, with its line and what to do", async () => {
    const cwd = folder()
    simulator().play({ faults: [{ on: "batch", do: { fault: "validation", code: "invalid_json_line" } }] })
    await batchlabel(["submit", "--input", "news.csv"], { cwd })
    simulator().play({})
    const checked = await batchlabel(["check", "--exit-status"], { cwd })
    expect(checked.code).toBe(5)
    expect(checked.stdout).toMatch(/^ {3}Status: failed$/m)
    expect(checked.stdout).toMatch(/\[invalid_json_line\] .*\(line 1\)\n.*Rebuild the file: batchlabel submit --new.*\[BL4102\]/)
  })

  it("stop at a key of another project, keep the job, and go on with the right key", async () => {
    const cwd = folder()
    simulator().play({ faults: [{ on: "batch", do: { fault: "stuck", in: "in_progress" } }] })
    await batchlabel(["submit", "--input", "news.csv"], { cwd })
    // A batch that is new may only be out of sight: how many looks it takes depends on its age, and three are enough.
    const look = () => batchlabel(["check"], { cwd, env: { OPENAI_API_KEY: "sk-of-another-project" } })
    const looks = [await look(), await look(), await look()]
    const other = looks.at(-1)
    simulator().play({})
    expect(other).toMatchObject({ code: 4, stderr: expect.stringContaining("[BL5059]") })
    expect(await batchlabel(["check"], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Status: in_progress")
    })
  })

  it("need nothing but the batch id and the input on another machine", async () => {
    const [here, there] = [folder(), folder()]
    const submitted = jsonOf(await batchlabel(["submit", "--input", "news.csv", "--json"], { cwd: here }))
    const [batch] = (submitted["batches"] ?? []) as ReadonlyArray<{ batchId: string }>
    const id = batch?.batchId ?? ""
    expect(await batchlabel(["check", "--batch-id", id], { cwd: there })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("   Status: completed\n")
    })
    const blind = await batchlabel(["download", "--batch-id", id], { cwd: there })
    expect(blind).toMatchObject({ code: 3, stderr: expect.stringContaining("[BL6021]") })
    const got = await batchlabel(["download", "--batch-id", id, "--input", "news.csv", "--output", "out.csv"], { cwd: there })
    expect(got).toMatchObject({ code: 0, stdout: expect.stringContaining("   Succeeded: 298\n") })
    await batchlabel(["download", "--batch-id", id, "--input", "news.csv", "--output", "out.csv"], { cwd: here })
    expect(readFileSync(join(there, "out.csv"), "utf8")).toBe(readFileSync(join(here, "out.csv"), "utf8"))
  })

  it("notice a changed input, and match its unchanged rows when asked", async () => {
    const cwd = folder()
    await batchlabel(["submit", "--input", "news.csv"], { cwd })
    appendFileSync(join(cwd, "news.csv"), "새 기사,제목,신문,2024-01-01,기타\n")
    const changed = await batchlabel(["download", "--input", "news.csv", "--output", "out.csv"], { cwd })
    expect(changed).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("[BL5003]") })
    const matched = await batchlabel(["download", "--input", "news.csv", "--output", "out.csv", "--match-rows"], { cwd })
    expect(matched).toMatchObject({ code: 0, stdout: expect.stringContaining("✅ 301 articles loaded") })
    expect(matched.stdout).toContain("   Succeeded: 298\n   Failed: 3\n")
  })

  it("read BATCHLABEL_HOME and .env, and the environment wins over .env", async () => {
    const cwd = folder()
    writeFileSync(join(cwd, ".env"), `OPENAI_API_KEY=${key}\nBATCHLABEL_HOME=jobs\nBATCHLABEL_TIER=9\n`)
    const tier = await batchlabel(["submit", "--input", "news.csv"], { cwd })
    expect(tier).toMatchObject({ code: 2, stderr: expect.stringContaining("--tier (BATCHLABEL_TIER)") })
    const done = await batchlabel(["submit", "--input", "news.csv"], {
      cwd,
      env: { OPENAI_API_KEY: "sk-other", BATCHLABEL_TIER: "2" }
    })
    expect(done).toMatchObject({ code: 0 })
    expect(existsSync(join(cwd, "jobs/state.db"))).toBe(true)
    expect(existsSync(join(cwd, ".batchlabel"))).toBe(false)
  })
})

describe("the other commands", () => {
  it("ask again only what failed, with another model, and keep where a label came from", async () => {
    const cwd = folder()
    await batchlabel(["run", "--input", "news.csv", "--output", "out.csv"], { cwd })
    const retried = await batchlabel(["retry", "--model", "gpt-4.1-mini"], { cwd })
    expect(retried).toMatchObject({ code: 0, stdout: expect.stringContaining("Retrying 2 failed rows") })
    await batchlabel(["check"], { cwd })
    const got = await batchlabel(["download", "--output", "out.csv", "--provenance"], { cwd })
    expect(got).toMatchObject({ code: 0 })
    expect(lines(join(cwd, "out.csv"))[0]).toMatch(/labeled_at,attempt,model,task,batch$/)
    expect(readFileSync(join(cwd, "out.csv"), "utf8")).toContain("gpt-4.1-mini")
  })

  it("list, show and account for the jobs that are near", async () => {
    const cwd = folder()
    await batchlabel(["run", "--input", "news.csv", "--output", "out.csv"], { cwd })
    const { jobs } = jsonOf(await batchlabel(["list", "--json"], { cwd }))
    expect(jobs).toMatchObject([{ status: "completed", rows: 300, labeled: 298 }])
    const shown = await batchlabel(["show", "--events"], { cwd })
    expect(shown.stdout).toMatch(/batch_created/)
    expect(shown.stdout).toMatch(/Estimated: \$0\.00\d+ to \$0\.00\d+ → actual: \$0\.00\d+ \(inside the range\)/)
    const csv = await batchlabel(["cost", "--all", "--csv"], { cwd })
    const [header, row] = csv.stdout.trimEnd().split("\n")
    expect(header).toMatch(/^job,created_at,model,.*,cost_usd$/)
    expect(row).toMatch(/,gpt-4o-mini,1,300,\d+,0,0,\d+,0,0\.00\d+$/)
  })

  it("estimate and preview without a key and without sending", async () => {
    const cwd = folder()
    const before = simulator().stats()
    const env = { OPENAI_API_KEY: "" }
    const estimate = jsonOf(await batchlabel(["estimate", "--input", "news.csv", "--json"], { cwd, env }))
    expect(estimate).toMatchObject({ rows: { rows: 300, requests: 300 }, batches: 1, encoding: { encoding: "o200k_base" } })
    const preview = await batchlabel(["preview", "--input", "news.csv", "--rows", "2", "--lang", "ko"], { cwd, env })
    expect(preview.stdout).toContain("── 2번째 행 · r1-")
    expect(simulator().stats()).toEqual(before)
    expect(existsSync(join(cwd, ".batchlabel"))).toBe(false)
  })

  it("write a task file, and take it back", async () => {
    const cwd = folder()
    expect(await batchlabel(["init", "--preset", "sentiment"], { cwd })).toMatchObject({ code: 0 })
    expect(await batchlabel(["init"], { cwd })).toMatchObject({ code: 3, stderr: expect.stringContaining("[BL6024]") })
    expect(await batchlabel(["preview", "--input", "news.csv", "--task", "task.yaml"], { cwd })).toMatchObject({ code: 0 })
    const missing = await batchlabel(["preview", "--input", "news.csv", "--task", "nope.yaml"], { cwd })
    expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining("nope.yaml") })
  })

  it("cut and join files byte for byte", async () => {
    const cwd = folder()
    const cut = await batchlabel(["split", "--input", "news.csv", "--rows", "100", "--directory", "parts"], { cwd })
    expect(cut).toMatchObject({ code: 0, stdout: expect.stringContaining("300 rows in 3 files") })
    const parts = ["1", "2", "3"].map((number) => `parts/news-0000${number}.csv`)
    expect(await batchlabel(["merge", ...parts, "--output", "again.csv"], { cwd })).toMatchObject({ code: 0 })
    expect(readFileSync(join(cwd, "again.csv"))).toEqual(readFileSync(join(cwd, "news.csv")))
  })

  it("bring back a lost job, clean up behind it, check its store and forget its answers", async () => {
    const cwd = folder()
    const other = folder()
    const { id } = jsonOf(await batchlabel(["submit", "--input", "news.csv", "--json"], { cwd }))
    const listed = await batchlabel(["recover"], { cwd: other })
    expect(listed.stdout).toContain(String(id))
    const back = await batchlabel(["recover", String(id), "--input", "news.csv"], { cwd: other })
    expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining("   Status: completed\n") })
    const dry = await batchlabel(["clean", "--dry-run"], { cwd: other })
    expect(dry.stdout).toMatch(/2 files of finished jobs:\n(?:.|\n)*Nothing was deleted/)
    expect(await batchlabel(["clean", "--yes"], { cwd: other })).toMatchObject({
      stdout: expect.stringContaining("✅ 2 files deleted")
    })
    expect(await batchlabel(["store", "check"], { cwd: other })).toMatchObject({ code: 0 })
    const cleared = await batchlabel(["cache", "clear", "--yes"], { cwd: other })
    expect(cleared).toMatchObject({ code: 0, stdout: expect.stringMatching(/298 paid answers in .*\n✅ 298 answers removed\n$/) })
  })

  it("examine what is there, and say what is missing", async () => {
    const cwd = folder()
    const good = await batchlabel(["doctor", "--input", "news.csv"], { cwd })
    expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining("✅ Everything is in place") })
    const bad = await batchlabel(["doctor", "--input", "news.csv", "--text-column", "texts"], {
      cwd,
      env: { OPENAI_API_KEY: "" }
    })
    expect(bad).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(/BL3001(?:.|\n)*--text-column text(?:.|\n)*2 problems to fix/)
    })
  })

  it("demo runs the three steps and says that a simulator answered", async () => {
    const cwd = folder()
    const demo = await whole.batchlabel(["demo", "--output", "shown"], { cwd })
    expect(demo).toMatchObject({ code: 0, stderr: "" })
    expect(demo.stdout).toMatch(/^🧪 Demo: a simulator on this machine answers, not OpenAI/)
    expect(demo.stdout).toContain("   1 (중립 (Neutral)): 103개 (34.3%)\n")
    expect(demo.stdout).toMatch(/a simulator labelled 300 articles by rules/)
    expect(lines(join(cwd, "shown/labeled_news.csv"))).toHaveLength(301)
  })
})

describe("what goes wrong", () => {
  it("is told with a code in the language chosen, without a stack trace, and with the exit code that is documented", async () => {
    const cwd = folder()
    copyFileSync(join(cwd, "news.csv"), join(cwd, "x.csv"))
    mkdirSync(join(cwd, "empty"))
    const cases: ReadonlyArray<readonly [args: ReadonlyArray<string>, code: number, text: string]> = [
      [["submit", "--inptu", "x"], 2, "'--input'"],
      [["sbmit"], 2, "'submit'"],
      [["submit"], 2, "--input FILE"],
      [["submit", "--input", "x.csv", "--temperature", "hot"], 2, "[BL6004]"],
      [["submit", "--input", "x.csv", "--encoding", "latin1"], 2, "[BL6012]"],
      [["submit", "--input", "nope.csv"], 3, "[BL1001]"],
      [["submit", "--input", "x.csv", "--text-column", "texts"], 3, "--text-column text"],
      [["submit", "--input", "x.csv", "--preset", "sentimnt"], 3, "sentiment"],
      [["check", "--home", "empty"], 3, "[BL6020]"],
      [["check", "--batch-id", "batch_nope"], 5, "[BL4003]"]
    ]
    for (const [args, code, text] of cases) {
      const ko = await batchlabel([...args, "--lang", "ko"], { cwd })
      const en = await batchlabel([...args, "--lang", "en"], { cwd })
      // One of a family as a process: that nothing but the command speaks there.
      const alone = code > 2 && text.startsWith("[") ? [await whole.batchlabel([...args, "--lang", "en"], { cwd })] : []
      for (const result of [ko, en, ...alone]) {
        expect(result.code, args.join(" ")).toBe(code)
        expect(result.stderr).toContain(text)
        expect(result.stderr).toContain("❌ ")
        expect(result.stderr).not.toMatch(/^\s+at /m)
        expect(result.stdout).toBe("")
      }
      expect(ko.stderr).toMatch(/[\uac00-\ud7a3]/)
      expect(en.stderr.replaceAll(/\S*\.csv\S*/g, "")).not.toMatch(/[\uac00-\ud7a3]/)
    }
  })

  it("stops at a refused key with exit code 4, and goes on when it is right again", async () => {
    const cwd = folder()
    simulator().play({ faults: [{ on: "*", do: { fault: "status", status: 401 } }] })
    const refused = await batchlabel(["submit", "--input", "news.csv"], { cwd })
    simulator().play({})
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining("[BL3004]") })
    expect(await batchlabel(["check"], { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining("Status: validating") })
  })

  it("never shows the key: not in output, errors, debug logs, state or files", async () => {
    const cwd = folder()
    const outputs: Array<string> = []
    const keep = async (args: ReadonlyArray<string>) => {
      const { stderr, stdout } = await whole.batchlabel([...args, "--log-level", "debug"], { cwd })
      outputs.push(stdout, stderr)
    }
    simulator().play({
      faults: [
        { on: "*", when: { every: 2 }, do: { fault: "status", status: 401, message: `Incorrect API key provided: ${key}` } }
      ]
    })
    await keep(["submit", "--input", "news.csv"])
    await keep(["check", "--batch-id", "batch_unknown"])
    simulator().play({})
    await keep(["run", "--input", "news.csv", "--output", "out.csv"])
    await keep(["show", "--events", "--json"])
    expect(outputs.join("\n")).toContain("Incorrect API key")
    for (const text of outputs) expect(text).not.toContain(key)
    for (const name of ["batch_info_openai.json", "batch_openai.jsonl", ".batchlabel/state.db", "out.csv"]) {
      expect(readFileSync(join(cwd, name)).includes(key), name).toBe(false)
    }
  })
})

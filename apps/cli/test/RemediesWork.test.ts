/** Every remedy that a message names works: the error is provoked with the real command, the remedy is applied, and it gets past. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest"
import { batchlabel, type Ending, nobody } from "./support/InProcess.js"

let api: Simulator.Simulator
let folder = ""
const before = process.cwd()

beforeAll(async () => {
  api = await Simulator.start({ rules: { default: 1 }, clock: { phases: { validating: 1, perRequest: 1, finalizing: 1 } } })
})
afterAll(() => api.close())

const waits = { POLL_INTERVAL: "20ms", POLL_CAP: "40ms", BACKOFF: "20ms", LIST_LAG: "20ms", OUTPUT_LAG: "20ms" }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "batchlabel-remedy-"))
  process.chdir(folder)
  write("news.csv", "text\n하나\n둘\n셋\n")
  vi.stubEnv("OPENAI_API_KEY", "sk-made-up")
  vi.stubEnv("OPENAI_BASE_URL", api.url)
  vi.stubEnv("BATCHLABEL_GUIDE_FILES", "none")
  for (const [name, value] of Object.entries(waits)) vi.stubEnv(`BATCHLABEL_${name}`, value)
})
afterEach(() => {
  api.play({})
  vi.unstubAllEnvs()
  process.chdir(before)
  process.exitCode = undefined
  rmSync(folder, { recursive: true, force: true })
})

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)

/** A command line, cut at its blanks. */
const run = (line: string): Promise<Ending> => batchlabel(line.split(" "), nobody)

/** It ends with this problem, and its text names the remedy. */
const refused = async (line: string, code: string, remedy = ""): Promise<Ending> => {
  const ending = await run(line)
  expect(ending.err + ending.out, line).toContain(`[${code}]`)
  expect(ending.err + ending.out).toContain(remedy)
  return ending
}

/** It gets past. */
const works = async (line: string): Promise<Ending> => {
  const ending = await run(line)
  expect([ending.code, ending.err], line).toEqual([0, expect.not.stringContaining("❌")])
  return ending
}

/** What is still at work at the API when the next command comes. */
const stuck = (times: number | undefined = undefined): void =>
  api.play({
    faults: [{ on: "batch", ...(times === undefined ? {} : { times }), do: { fault: "stuck", in: "in_progress" } }]
  })

const jobs = (home = ".batchlabel"): ReadonlyArray<string> => readdirSync(join(folder, home, "jobs"))
const paid = async (): Promise<number> => Object.values((await api.ledger()).jobs).reduce((sum, job) => sum + job.paid, 0)

const input = "--input news.csv"

describe("a file that cannot be read as it stands", () => {
  it("BL1003: the column and the delimiter that are named", async () => {
    write("news.csv", "texts;n\n하나;1\n")
    await refused(`submit ${input} --text-column texts`, "BL1003", "--delimiter ';'")
    await refused(`submit ${input} --delimiter ;`, "BL1003", "--text-column texts")
    await works(`submit ${input} --delimiter ; --text-column texts`)
  })

  it("BL1007: --encoding", async () => {
    writeFileSync(join(folder, "news.csv"), Buffer.concat([Buffer.from("text\n"), Buffer.from([0xb0, 0xa1, 0x0a])]))
    await refused(`preview ${input} --encoding utf-8`, "BL1007", "--encoding utf-8|cp949|")
    await works(`preview ${input} --encoding cp949`)
    await refused(`split ${input} --rows 1 --encoding utf-8`, "BL1007", "--encoding")
    await works(`split ${input} --rows 1 --encoding cp949`)
  })

  it("BL1010: --on-bad-row skip, of every command that reads a CSV", async () => {
    write("news.csv", 'text\n"하나"x\n둘\n')
    for (const line of [`submit ${input}`, `estimate ${input}`, `preview ${input}`, `split ${input} --rows 1`]) {
      await refused(line, "BL1010", "--on-bad-row skip")
      await works(`${line} --on-bad-row skip`)
    }
    await refused("merge news.csv --output all.csv", "BL1010", "--on-bad-row skip")
    await works("merge news.csv --output all.csv --on-bad-row skip")
    expect(readFileSync("all.csv", "utf8")).toBe(readFileSync("news.csv", "utf8"))
    await works(`run ${input} --on-bad-row skip`)
  })

  it("BL1014: a delimiter that can be one, as it is spelt", async () => {
    write("news.csv", "text\tn\n하나\t1\n")
    await refused(`preview ${input} --delimiter xx`, "BL1014", "--delimiter '\\t'")
    await works(`preview ${input} --delimiter \\t`)
  })
})

describe("a place that is taken or not there", () => {
  it("BL1013: --force, of split and merge", async () => {
    for (const line of [`split ${input} --rows 2`, "merge news.csv --output all.csv"]) {
      await works(line)
      await refused(line, "BL1013", "--force")
      await works(`${line} --force`)
    }
  })

  it("BL1017 and BL5173: a folder that is there, --home and BATCHLABEL_HOME", async () => {
    await refused(`submit ${input} --output none/out.csv`, "BL1017")
    mkdirSync(join(folder, "none"))
    await works(`submit ${input} --output none/out.csv`)
    await refused(`submit ${input} --home /proc/x`, "BL5173", "--home")
    await works(`submit ${input} --home jobs`)
    vi.stubEnv("BATCHLABEL_HOME", "/proc/x")
    await refused(`submit ${input}`, "BL5173", "BATCHLABEL_HOME")
    vi.stubEnv("BATCHLABEL_HOME", "others")
    await works(`submit ${input}`)
  })

  it("BL5007 and BL5008: another --output, and --force", async () => {
    await refused(`run ${input} --output news.csv`, "BL5007", "--output")
    write("out.csv", "mine\n")
    await refused(`run ${input} --output out.csv`, "BL5008", "--force")
    await works(`run ${input} --output other.csv`)
    await refused("download --output out.csv", "BL5008", "--force")
    await works("download --output out.csv --force")
    write("out.csv", "mine\n")
    await works(`run ${input} --output out.csv --force`)
  })

  it("BL6024: --force. BL6073: --guide-files, elsewhere or none", async () => {
    await works("init")
    await refused("init", "BL6024", "--force")
    await works("init --force")
    vi.stubEnv("BATCHLABEL_GUIDE_FILES", undefined)
    mkdirSync(join(folder, "batch_openai.jsonl"))
    mkdirSync(join(folder, "guide"))
    await refused(`submit ${input}`, "BL6073", "--guide-files none")
    expect((await works(`submit ${input} --new --guide-files none`)).err).not.toContain("BL6073")
    expect((await works(`submit ${input} --new --no-cache --guide-files guide`)).err).not.toContain("BL6073")
    expect(readdirSync("guide").sort()).toEqual(["batch_info_openai.json", "batch_openai.jsonl"])
  })
})

describe("a task that would be refused", () => {
  it("BL2073: --allow-unknown-parameters, and the key of the task", async () => {
    await works("init task.yaml")
    const task = readFileSync("task.yaml", "utf8").replace(/^( +)temperature:/m, "$1temperture:")
    write("task.yaml", task)
    await refused(`submit ${input} --task task.yaml`, "BL2073", "--allow-unknown-parameters")
    await works(`submit ${input} --task task.yaml --allow-unknown-parameters`)
    write("task.yaml", `${task}\nallow_unknown_parameters: true\n`)
    await works(`submit ${input} --task task.yaml`)
  })

  it("BL2020 and BL2018: init writes a task that is taken", async () => {
    await refused(`preview ${input} --task task.yaml`, "BL2020", "batchlabel init")
    write("task.yaml", "- no task\n")
    await refused(`preview ${input} --task task.yaml`, "BL2018", "batchlabel init")
    await works("init task.yaml --force")
    await works(`preview ${input} --task task.yaml`)
  })

  it("BL2080: --model", async () => {
    const line = `submit ${input} --temperature 0.5 --model`
    await refused(`${line} o3-mini`, "BL2080", "--model")
    await works(`${line} gpt-4o-mini`)
    // What would not be sent is not previewed as if it would.
    await refused(`preview ${input} --temperature 0.5 --model o3-mini`, "BL2080", "--model")
    await works(`preview ${input} --temperature 0.5 --model gpt-4o-mini`)
  })

  it("BL5074: another name in columns", async () => {
    write("news.csv", "label\n하나\n")
    await works("init task.yaml")
    const line = `submit ${input} --text-column label --task task.yaml`
    const task = readFileSync("task.yaml", "utf8").replaceAll("{{ text }}", "{{ label }}")
    write("task.yaml", task)
    await refused(line, "BL5074", "columns.label")
    write("task.yaml", `${task.replace(/^columns:\n(?: .*\n)+/m, "")}\ncolumns: { label: stance }\n`)
    await works(line)
  })

  it("BL5373: --allow-retired-model, --model and the key of the task", async () => {
    write("prices.yaml", "date: 2026-01-01\nsource: x\nmodels:\n  - {model: gone, retires: 2020-01-01}\n")
    const line = `submit ${input} --prices prices.yaml`
    await refused(`${line} --model gone`, "BL5373", "--allow-retired-model")
    await works(`${line} --model gpt-4o-mini`)
    await works(`${line} --model gone --allow-retired-model`)
    await works("init task.yaml --model gone")
    appendFileSync(join(folder, "task.yaml"), "\nallow_retired_model: true\n")
    await works(`${line} --new --task task.yaml`)
  })
})

describe("what is to be spent", () => {
  it("BL5302: --price-in and --price-out, or a file of prices; BL6013: both of them", async () => {
    const line = `submit ${input} --model foo-1 --max-cost 1`
    await refused(line, "BL5302", "--price-in")
    await refused(`${line} --price-in 1`, "BL6013", "--price-out")
    await works(`${line} --price-in 1 --price-out 2`)
    write("prices.yaml", "date: 2026-01-01\nsource: x\nmodels:\n  - {model: foo-1, batch: {input: 1, output: 2}}\n")
    await works(`${line} --new --prices prices.yaml`)
  })

  it("BL5305: a higher --max-cost with the command that sent it: submit, run, and retry", async () => {
    const line = `${input} --shard-rows 1 --max-cost`
    await refused(`submit ${line} 0.0000001`, "BL5305", "--max-cost")
    await works(`submit ${line} 1`)
    rmSync(".batchlabel", { recursive: true })
    await refused(`run ${line} 0.0000001`, "BL5305", "--max-cost")
    await works(`run ${line} 1`)
    rmSync(".batchlabel", { recursive: true })
    api.play({ faults: [{ on: "batch", do: { fault: "lines", kind: "bad_request", share: 1 } }] })
    await works(`run ${input} --new --no-cache --force`)
    api.play({})
    await refused("retry --max-cost 0.0000001", "BL5305", "--max-cost")
    await works("retry --max-cost 1")
    expect((await works("check")).out).toMatch(/Progress: 3\/3/)
  })

  it("BL6065: --yes, of every command that asks", async () => {
    const dear = "--confirm-above 0.00000001"
    await refused(`submit ${input} ${dear}`, "BL6065", "--yes")
    await works(`submit ${input} ${dear} --yes`)
    await works("check")
    for (const line of ["clean", "cache clear"]) {
      await refused(line, "BL6065", `batchlabel ${line} --yes`)
      await works(`${line} --yes`)
    }
    stuck()
    await works(`submit ${input} --new --no-cache`)
    const { err } = await refused("cancel", "BL6065", "--yes")
    const [, told = ""] = /: (?:batchlabel (cancel job_\w+ --yes))/.exec(err) ?? []
    await works(told)
  })

  it("BL6027: run --sample first, then --continue", async () => {
    const line = `run ${input} --output out.csv`
    await refused(`${line} --continue`, "BL6027", "run --sample")
    await works(`${line} --sample 1`)
    await works(`${line} --continue`)
  })
})

describe("a job that is not where it was", () => {
  it("BL5002: --match-rows keeps the paid rows, --new starts apart, and the former input goes on", async () => {
    stuck()
    await works(`submit ${input}`)
    const former = readFileSync("news.csv", "utf8")
    appendFileSync(join(folder, "news.csv"), "넷\n")
    await refused(`submit ${input}`, "BL5002", "--match-rows")
    await works(`submit ${input} --match-rows`)
    await refused(`submit ${input}`, "BL5002", "--new")
    await works(`submit ${input} --new`)
    write("news.csv", former)
    await works(`submit ${input}`)
  })

  it("BL5003: --match-rows. BL5004: download --partial, whichever command said so", async () => {
    await works(`run ${input} --output out.csv`)
    appendFileSync(join(folder, "news.csv"), "넷\n")
    await refused("download --output out.csv", "BL5003", "--match-rows")
    await works("download --output out.csv --match-rows")
    stuck()
    await works(`submit ${input} --new --no-cache`)
    for (const line of ["download --output part.csv", "retry"]) await refused(line, "BL5004", "batchlabel download --partial")
    await works("download --partial --output part.csv")
    expect(readFileSync("part.csv", "utf8").match(/Pending/g)).toHaveLength(4)
  })

  it("BL6020 and BL6021: --input, --home, submit, and recover on another machine", async () => {
    await refused("check", "BL6020", "--input or --home")
    mkdirSync(join(folder, "there"))
    write("there/news.csv", readFileSync("news.csv", "utf8"))
    await works("submit --input there/news.csv --home kept")
    await works("check --home kept")
    rmSync("kept", { recursive: true })
    await works("submit --input there/news.csv")
    await works("check --input there/news.csv")
    const [id = ""] = jobs("there/.batchlabel")
    const { err } = await refused(`show ${id}`, "BL6021", "--input or --home")
    await works(`show ${id} --input there/news.csv`)
    const [, told = ""] = /: batchlabel (recover job_\w+ --input) FILE/.exec(err) ?? []
    await works(`${told} news.csv`)
    await works(`show ${id}`)
    await refused("download --batch-id job_01ARZ3NDEKTSV4RRFFQ69G5FAV --input news.csv", "BL6021", "recover job_01ARZ3NDEKT")
  })

  it("BL5015: list, and recover", async () => {
    await works(`submit ${input}`)
    await refused(`recover job_01ARZ3NDEKTSV4RRFFQ69G5FAV ${input}`, "BL5015", "batchlabel recover")
    const [id = ""] = jobs()
    expect((await works("list")).out).toContain(id)
    expect((await works("recover")).out).toContain(id)
  })

  it("BL5062: the task with which it was sent", async () => {
    await works(`submit ${input} --preset sentiment --temperature 0.3`)
    const [id = ""] = jobs()
    rmSync(".batchlabel", { recursive: true })
    await refused(`recover ${id} ${input}`, "BL5062", "--preset NAME")
    await works(`recover ${id} ${input} --preset sentiment --temperature 0.3`)
  })

  it("BL5065: submit, which asks, or sends with --yes what no batch holds", async () => {
    // Of two batches one was made before the machine was lost.
    api.play({ faults: [{ on: "batches.create", when: { nth: 2 }, do: { fault: "status", status: 401 } }] })
    await run(`submit ${input} --shard-rows 2`)
    const [id = ""] = jobs()
    rmSync(".batchlabel", { recursive: true })
    api.play({})
    await refused(`recover ${id} ${input}`, "BL5065", "batchlabel submit --input")
    await works(`submit ${input} --yes`)
    expect((await works("check")).err).not.toContain("BL5065")
  })

  it("BL6022: --input, --home, or no such file", async () => {
    vi.stubEnv("BATCHLABEL_GUIDE_FILES", undefined)
    write("batch_info_openai.json", "{")
    await refused("show", "BL6022", "--input or --home")
    await works("submit --input news.csv --home kept --guide-files none")
    await works("show --home kept")
    rmSync("batch_info_openai.json")
    await refused("show", "BL6020")
  })
})

describe("a job that was stopped", () => {
  it("BL5014: the file restored, or run --new", async () => {
    api.play({ faults: [{ on: "files.upload", times: 1, do: { fault: "status", status: 401 } }] })
    await run(`submit ${input}`)
    const [id = ""] = jobs()
    const [name = ""] = readdirSync(join(".batchlabel/jobs", id, "shards")).filter((file) => /^\d+\.jsonl$|^shard/.test(file))
    const path = join(".batchlabel/jobs", id, "shards", name)
    const whole = readFileSync(path)
    writeFileSync(path, "x")
    await refused(`submit ${input}`, "BL5014", "batchlabel submit --new")
    await works(`submit ${input} --new`)
    writeFileSync(path, whole)
    await works(`submit ${input}`)
  })

  it("BL5011: run --new with a smaller --shard-bytes", async () => {
    api.play({ limits: { inputBytes: 3_000 } })
    await refused(`submit ${input}`, "BL5011", "batchlabel submit --new --shard-bytes SIZE")
    await works(`submit ${input} --new --shard-bytes 2500`)
  })

  it("BL5055: run goes on, or cancel ends it", async () => {
    for (const line of [`run ${input} --no-cache`, "cancel --yes"]) {
      api.play({ faults: [{ on: "batch", times: 1, do: { fault: "cancel", done: 0, unasked: true } }] })
      await refused(`run ${input} --no-cache --new --force`, "BL5055", "batchlabel run")
      await works(line)
    }
  })

  it("BL5060: it goes on by run, and by watch", async () => {
    for (const command of [`run ${input} --no-cache`, "watch"]) {
      api.play({ faults: [{ on: "batch", do: { fault: "expire", done: 0 } }] })
      await refused(`run ${input} --no-cache --new --force --attempts 50`, "BL5060", "batchlabel run")
      api.play({})
      await works(command)
    }
  })

  it("BL4107: run --new with another --model", async () => {
    api.play({ faults: [{ on: "batch", times: 1, do: { fault: "validation", code: "model_not_found" } }] })
    await refused(`run ${input}`, "BL4107", "batchlabel submit --new --model NAME")
    await works(`submit ${input} --new --model gpt-4.1-mini`)
  })

  for (const [code, problem] of [
    ["invalid_json_line", "BL4102"],
    ["missing_required_parameter", "BL4103"],
    ["mismatched_model", "BL4106"]
  ]) {
    it(`${problem} and its like: submit --new, once the file is right`, async () => {
      api.play({ faults: [{ on: "batch", times: 1, do: { fault: "validation", code: code ?? "" } }] })
      await refused(`run ${input}`, problem ?? "", problem === "BL4106" ? "" : "batchlabel submit --new")
      await works(`submit ${input} --new`)
      expect((await works("check")).out).toMatch(/Progress: 3\/3/)
    })
  }

  it("BL3004 and BL4003: the right key", async () => {
    api.play({ faults: [{ on: "*", do: { fault: "status", status: 401 } }] })
    await refused(`submit ${input}`, "BL3004", "OPENAI_API_KEY")
    api.play({})
    await works(`submit ${input}`)
  })
})

describe("results and stores that are damaged", () => {
  it("BL5046: download fetches a lost result file again, with the key that made the batch", async () => {
    await works(`run ${input} --output out.csv`)
    const [id = ""] = jobs()
    const results = join(".batchlabel/jobs", id, "results")
    for (const name of readdirSync(results)) if (name.endsWith(".jsonl")) rmSync(join(results, name))
    const paidBefore = await paid()
    api.play({ faults: [{ on: ["files.content", "files.retrieve", "batches.retrieve"], do: { fault: "status", status: 500 } }] })
    await refused("download --output again.csv", "BL5046", "batchlabel download")
    api.play({})
    await works("download --output again.csv")
    expect(readFileSync("again.csv", "utf8").match(/,Success|,OK|중립/g)?.length).toBeGreaterThanOrEqual(3)
    expect(await paid()).toBe(paidBefore)
  })

  it("BL5103: store check, and recover once the store is moved aside", async () => {
    await works(`submit ${input}`)
    const [id = ""] = jobs()
    rmSync(".batchlabel/state.db-wal", { force: true })
    writeFileSync(".batchlabel/state.db", "no store of anything".repeat(500))
    await refused("check", "BL5103", "batchlabel store check")
    expect((await run("store check")).code).toBe(4)
    renameSync(".batchlabel", "aside")
    await works(`recover ${id} ${input}`)
    expect(existsSync(".batchlabel/state.db")).toBe(true)
  })
})

describe("tokens and owners", () => {
  it("BL7032: token list. BL7095: --owner. BL7096: token create makes the owner", async () => {
    await refused("token revoke tok_nobody --home jobs", "BL7032", "batchlabel token list")
    await works("token list --home jobs")
    await refused("owner limit newsroom --monthly-cap 5 --home jobs", "BL7096", "batchlabel token create")
    await works("token create --name kim --owner newsroom --scope write --home jobs")
    await works("owner limit newsroom --monthly-cap 5 --home jobs")
    await refused(`token create --name kim --scope write --owner ${"x".repeat(65)} --home jobs`, "BL7095", "--owner NAME")
    await works("token create --name kim --scope write --owner x --home jobs")
  })

  it("BL7029: a token, or no --host", async () => {
    const { err } = await refused("serve --host 0.0.0.0 --port 0 --home jobs", "BL7029", "--host")
    expect(err).toContain("batchlabel token create --name … --scope admin")
    await works("token create --name me --scope admin --home jobs")
  })
})

describe("the command line", () => {
  it("BL6001, BL6003, BL6006, BL6007, BL6008: the help that is named is there", async () => {
    const lines = ["submit --inptu x", "submit x", "submit", "token revoke"]
    for (const line of lines) {
      const { err } = await run(line)
      const [, told = ""] = /batchlabel ([a-z]+(?: [a-z]+)?) --help/.exec(err) ?? []
      expect(told, err).toBe(line.startsWith("token") ? "token revoke" : "submit")
    }
  })

  it("BL6005, BL6009, BL6011, BL6012: what they say to give is taken", async () => {
    await refused(`preview ${input} --rows 1 --rows 2`, "BL6005")
    await works(`preview ${input} --rows 1`)
    await refused(`preview ${input} --task a --preset sentiment`, "BL6009")
    await works(`preview ${input} --preset sentiment`)
    await refused(`submit ${input} --yes=no`, "BL6011")
    await works(`submit ${input} --yes`)
    await refused(`preview ${input} --encoding latin1`, "BL6012", "cp949")
  })
})

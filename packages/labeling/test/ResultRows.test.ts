/** The result of a job, row by row, held against what the input and the answers say. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { FailureReason, LabelValue } from "@batchlabel/core/Outcome"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, FastCheck, Option, Stream } from "effect"
import * as Prepare from "../src/Prepare.js"
import * as ResultRows from "../src/ResultRows.js"
import * as Watch from "../src/Watch.js"
import { folder, layers, millis, task, writeTexts } from "./support/simulated.js"

const count = 1_234

/** Every fifth row fails, every eleventh is blank, the others are 0 or 1; some are longer than what is kept. */
const texts = Array.from({ length: count }, (_, n) => {
  if (n % 11 === 0) return ""
  const kind = n % 5 === 0 ? "나쁜" : n % 3 === 0 ? "검정" : "좋은"
  return `${kind} 기사 ${n} ${n % 2 === 0 ? "Apple" : "banana"}${n % 100 === 1 ? "가".repeat(700) : ""}`
})

const rules = {
  rules: [
    { contains: "나쁜", bad: "prose" as const },
    { contains: "검정", answer: 0 }
  ],
  default: 1
}

interface Expected {
  readonly row: number
  readonly text: string
  readonly outcome: "labeled" | "failed"
  readonly reason: FailureReason | undefined
  readonly label: LabelValue | undefined
}

const expected = texts.map((text, n): Expected => {
  const base = { row: n + 1, text: text.length > 500 ? `${text.slice(0, 500)}…` : text }
  if (text === "") return { ...base, outcome: "failed", reason: "empty_text", label: undefined }
  if (text.startsWith("나쁜")) return { ...base, outcome: "failed", reason: "invalid_answer", label: undefined }
  return { ...base, outcome: "labeled", reason: undefined, label: text.startsWith("검정") ? 0 : 1 }
})

/** People correct every 50th row, whatever it was. */
const said: ReadonlyMap<number, ResultRows.PersonLabel> = new Map(
  expected.flatMap(({ row }) => (row % 50 === 0 ? [[row, { row, value: row % 100 === 0 ? 0 : 1, by: "김", at: 5_000 }]] : []))
)

const labelsOf = (people: ReadonlyMap<number, ResultRows.PersonLabel>): ResultRows.PersonLabels => ({
  all: () => Effect.succeed(people),
  ofRows: (_, rows) =>
    Effect.succeed(
      new Map(rows.flatMap((row) => (people.has(row) ? [[row, people.get(row)]] : [])) as Array<[number, ResultRows.PersonLabel]>)
    )
})

const on = <A, E, R>(use: (api: Simulator.Simulator) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Simulator.scoped({ rules, tokens: "bytes" }), (api) =>
    Effect.provide(use(api), layers(api, { settings: millis }))
  )

const prepared = Effect.gen(function* () {
  const home = yield* folder
  const inputPath = writeTexts(join(home, "input.csv"), texts)
  const { job } = yield* Prepare.prepare({ inputPath, home: join(home, "jobs"), task: task() })
  return job
})

const finished = Effect.gen(function* () {
  const { id } = yield* prepared
  yield* Watch.watch(id, () => Effect.void)
  return yield* Effect.flatMap(JobStore, (store) => store.job(id))
})

const allPages = Effect.fnUntraced(function* <E>(
  rows: ResultRows.Service<E>,
  result: ResultRows.Result,
  filter: ResultRows.RowFilter,
  limit: number
) {
  const found: Array<ResultRows.Row> = []
  let cursor: string | undefined
  let total: number | undefined
  do {
    const page: ResultRows.RowPage = yield* rows.page(result, { ...filter, cursor, limit })
    assert.isAtMost(page.items.length, limit)
    found.push(...page.items)
    cursor = page.next
    total = page.total
  } while (cursor !== undefined)
  return { found, total }
})

const holds = ({ label, row }: Expected): LabelValue | undefined => said.get(row)?.value ?? label

const meant = (filter: ResultRows.RowFilter): ReadonlyArray<Expected> =>
  expected.filter(
    (one) =>
      (filter.outcome === undefined || filter.outcome === one.outcome) &&
      (filter.reason === undefined || filter.reason === one.reason) &&
      (filter.label === undefined || filter.label === holds(one)) &&
      (filter.by === undefined ||
        filter.by === (said.has(one.row) ? "person" : one.outcome === "labeled" ? "model" : undefined)) &&
      (filter.text === undefined || one.text.toLowerCase().includes(filter.text.toLowerCase()))
  )

const outputOf = (job: Job): string => join(job.directory, "output")
const indexFiles = (job: Job): ReadonlyArray<string> => readdirSync(outputOf(job)).filter((name) => name.startsWith("rows-"))

describe("the rows of a result", () => {
  it.scopedLive(
    "are found by outcome, label, reason, text and who gave the label, each once, in the input's order, in pages of any size",
    () =>
      on(() =>
        Effect.gen(function* () {
          const rows = yield* ResultRows.make({ labels: labelsOf(said) })
          const result = yield* rows.open(yield* finished)
          const filters = FastCheck.record(
            {
              outcome: FastCheck.constantFrom("labeled" as const, "failed" as const, "pending" as const),
              label: FastCheck.constantFrom(0, 1, 2),
              reason: FastCheck.constantFrom("empty_text" as const, "invalid_answer" as const, "refused" as const),
              by: FastCheck.constantFrom("person" as const, "model" as const),
              text: FastCheck.constantFrom("APPLE", "기사 12", "가가가", "nothing")
            },
            { requiredKeys: [] }
          )
          const samples = FastCheck.sample(FastCheck.tuple(filters, FastCheck.integer({ min: 20, max: 2_000 })), 60)
          for (const [filter, limit] of [[{}, 100] as const, ...samples]) {
            const { found, total } = yield* allPages(rows, result, filter, limit)
            const wanted = meant(filter)
            assert.deepStrictEqual(
              found.map(({ label, outcome, reason, row, text }) => ({ row, text, outcome, reason, label: label?.value })),
              [...wanted]
            )
            assert.strictEqual(total, filter.text === undefined ? wanted.length : undefined)
          }
        })
      )
  )

  it.scopedLive("say who gave a label, a person before the model, each with name and time", () =>
    on(() =>
      Effect.gen(function* () {
        const job = yield* finished
        const rows = yield* ResultRows.make({ labels: labelsOf(said) })
        const result = yield* rows.open(job)
        const row = yield* rows.row(result, 200)
        assert.deepInclude(row?.person, { value: 0, by: "김", at: 5_000 })
        assert.deepInclude(row?.label, { value: 1, by: job.model })
        assert.match(row?.label?.batchId ?? "", /^batch_/)
        assert.isAbove(row?.label?.at ?? 0, 0)
        assert.strictEqual(row?.label?.name, result.task.labels.find(({ value }) => value === 1)?.name)
        for (const number of [0, -1, count + 1]) assert.isUndefined(yield* rows.row(result, number))
      })
    )
  )

  it.scopedLive("are counted as their pages count them, label by label", () =>
    on(() =>
      Effect.gen(function* () {
        const rows = yield* ResultRows.make({ labels: labelsOf(said) })
        const result = yield* rows.open(yield* finished)
        const counts = yield* rows.counts(result)
        assert.strictEqual(counts.labeled + counts.failed + counts.pending, count)
        assert.isTrue(counts.final)
        for (const { holds, model, person, value } of counts.labels) {
          assert.strictEqual(holds, (yield* rows.page(result, { label: value, limit: 1 })).total)
          assert.strictEqual(person, (yield* rows.page(result, { label: value, by: "person", limit: 1 })).total)
          assert.strictEqual(model, expected.filter(({ label }) => label === value).length)
        }
        for (const [reason, failed] of Object.entries(counts.failures)) {
          assert.strictEqual(failed, expected.filter((one) => one.reason === reason).length)
        }
      })
    )
  )

  it.scopedLive(
    "are written anew when a file of the index is gone or cut, and when an outcome has changed; else they are kept",
    () =>
      on(() =>
        Effect.gen(function* () {
          const job = yield* prepared
          const store = yield* JobStore
          let writes = 0
          const rows = yield* ResultRows.make({
            labels: labelsOf(new Map()),
            freshFor: Duration.zero,
            writer: {
              write: (one, version, before) =>
                Effect.suspend(() => {
                  writes++
                  return ResultRows.write(one, version, before)
                }),
              writeProvenance: ResultRows.writeProvenance
            }
          })
          /** As another process that has nothing in memory. */
          const opened = Effect.gen(function* () {
            const fresh = yield* ResultRows.make<ResultRows.ResultError>({
              labels: labelsOf(new Map()),
              writer: {
                write: (one, version, before) =>
                  Effect.suspend(() => {
                    writes++
                    return ResultRows.write(one, version, before)
                  }),
                writeProvenance: ResultRows.writeProvenance
              }
            })
            const result = yield* fresh.open(yield* store.job(job.id))
            return yield* fresh.page(result, { limit: 3 })
          })
          const early = yield* rows.page(yield* rows.open(yield* store.job(job.id)), { limit: 2 })
          assert.deepStrictEqual(
            early.items.map(({ outcome }) => outcome),
            ["failed", "pending"]
          )
          yield* Watch.watch(job.id, () => Effect.void)
          yield* rows.open(yield* store.job(job.id))
          assert.strictEqual(writes, 2)
          const whole = yield* opened
          assert.strictEqual(writes, 2)
          const { version } = JSON.parse(readFileSync(join(outputOf(job), "report.json"), "utf8"))
          const names = indexFiles(job).filter((name) => name.includes(String(version)))
          assert.lengthOf(names, 3)
          const damages = names.flatMap((name) => [
            () => rmSync(join(outputOf(job), name)),
            () => truncateSync(join(outputOf(job), name), 5)
          ])
          damages.push(
            () => rmSync(join(outputOf(job), "labeled.csv")),
            () => writeFileSync(join(outputOf(job), "report.json"), "{")
          )
          for (const [index, damage] of damages.entries()) {
            damage()
            assert.deepStrictEqual(yield* opened, whole, String(damage))
            assert.strictEqual(writes, 3 + index)
          }
        })
      )
  )

  it.scopedLive("are read without reading the result: a page of 50 rows costs the same at its end as at its beginning", () =>
    on(() =>
      Effect.gen(function* () {
        const job = yield* finished
        let bytes = 0
        const counting = Effect.updateService(FileSystem.FileSystem, (fs) => ({
          ...fs,
          readFile: (path: string) => Effect.tap(fs.readFile(path), (read) => Effect.sync(() => (bytes += read.length))),
          open: (path: string, options?: FileSystem.OpenFileOptions) =>
            Effect.map(
              fs.open(path, options),
              (file): FileSystem.File =>
                Object.create(file, {
                  readAlloc: {
                    value(this: FileSystem.File, size: FileSystem.SizeInput) {
                      return Effect.tap(file.readAlloc.call(this, size), (block) =>
                        Effect.sync(() => (bytes += Option.match(block, { onNone: () => 0, onSome: ({ length }) => length })))
                      )
                    }
                  }
                })
            )
        }))
        const rows = yield* ResultRows.make({ labels: labelsOf(said) }).pipe(counting)
        const result = yield* rows.open(job)
        yield* rows.page(result, { limit: 1 })
        const costOf = (query: ResultRows.RowQuery) =>
          Effect.gen(function* () {
            bytes = 0
            assert.strictEqual((yield* rows.page(result, query)).items.length, 50)
            return bytes
          })
        const total = indexFiles(job).reduce((sum, name) => sum + readFileSync(join(outputOf(job), name)).length, 0)
        for (const cursor of [undefined, "600", "1150"]) assert.isBelow(yield* costOf({ cursor, limit: 50 }), total / 4)
        assert.isBelow(yield* costOf({ label: 0, limit: 50 }), total / 2)
      })
    )
  )

  it.scopedLive("are downloaded with people's labels in columns of their own, or in place of the model's", () =>
    on(() =>
      Effect.gen(function* () {
        const job = yield* finished
        const rows = yield* ResultRows.make({ labels: labelsOf(said) })
        const result = yield* rows.open(job)
        const linesOf = (download: ResultRows.CsvDownload) =>
          download._tag === "File"
            ? Effect.succeed(readFileSync(download.path, "utf8").trimEnd().split("\n"))
            : Effect.map(Stream.mkString(download.text), (text) => text.trimEnd().split("\n"))
        const plain = yield* linesOf(yield* rows.labeledCsv(result, {}))
        const columns = yield* linesOf(yield* rows.labeledCsv(result, { people: "columns" }))
        const applied = yield* linesOf(yield* rows.labeledCsv(result, { people: "apply" }))
        assert.strictEqual(columns[0], `${plain[0]},manual_label,manual_label_name,manual_by,manual_at`)
        assert.match(columns[200] ?? "", /,0,[^,]+,김,1970-01-01T00:00:05\.000Z$/)
        assert.match(columns[201] ?? "", /,,,,$/)
        assert.match(applied[200] ?? "", /,199,0,/)
        assert.match(plain[200] ?? "", /,199,1,/)
        const nobody = yield* ResultRows.make({ labels: labelsOf(new Map()) })
        assert.strictEqual((yield* nobody.labeledCsv(result, { people: "columns" }))._tag, "File")
        const failures = yield* rows.failedCsv(result, {})
        assert.strictEqual(
          (failures === undefined ? [] : yield* linesOf(failures)).length - 1,
          expected.filter(({ outcome }) => outcome === "failed").length
        )
      })
    )
  )
})

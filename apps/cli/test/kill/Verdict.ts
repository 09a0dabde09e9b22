/** What must hold of a job in the end, whatever happened on the way. */
import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Files from "./Files.js"
import type * as Input from "./Input.js"
import type { Job } from "./Job.js"

export interface Verdict {
  readonly batches: number
  readonly paid: number
  /** Lines paid beyond the first of their custom_id, as the ledger counts them. */
  readonly paidAgain: number
  /** Paid answers that are in no result file. */
  readonly lost: number
  readonly labeled: number
  readonly failed: number
}

/** Judges a job by its input and by its peaceful twin. */
export const judge = async (input: Input.Input, job: Job, peaceful: Job): Promise<Verdict> => {
  const paid = await paidOnce(job)
  const counts = await everyRowHasItsOutcome(input, job.folder)
  sameFile(job, peaceful, "labeled.csv")
  sameFile(job, peaceful, "labeled_failed.csv")
  noLeftovers(job)
  await soundStore(job)
  return { ...counts, ...paid }
}

const recordsOf = (path: string) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const source = yield* CsvReader.open(path)
      const batches = yield* Stream.runCollect(source.batches)
      return { header: source.header, rows: Chunk.toReadonlyArray(batches).flatMap(({ rows }) => rows) }
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

/** Every row has one outcome, and it is the one that its text asks for. */
export const everyRowHasItsOutcome = async (input: Input.Input, folder: string) => {
  const output = await recordsOf(join(folder, "labeled.csv"))
  const width = input.header.length
  assert.deepEqual(output.header, [...input.header, "label", "label_name", "labeled", "labeled_at"])
  assert.equal(output.rows.length, input.rows.length, "as many rows as the input")
  const failed = input.rows.filter(({ becomes }) => typeof becomes === "string")
  input.rows.forEach(({ becomes, cells }, index) => {
    const row = output.rows[index] ?? []
    assert.deepEqual(row.slice(0, width), cells, `row ${index} is where it was`)
    const [label, , labeled] = row.slice(width)
    assert.deepEqual([label, labeled], typeof becomes === "number" ? [String(becomes), "True"] : ["", "False"], `row ${index}`)
  })
  if (failed.length > 0) {
    const failures = await recordsOf(join(folder, "labeled_failed.csv"))
    const reason = failures.header.indexOf("failure_reason")
    assert.deepEqual(
      failures.rows.map((row) => [...row.slice(0, width), row[reason]]),
      failed.map(({ becomes, cells }) => [...cells, becomes]),
      "every failed row and its reason"
    )
  }
  return { labeled: input.rows.length - failed.length, failed: failed.length }
}

const masked = (folder: string, name: string): string | undefined => {
  const path = join(folder, name)
  if (!existsSync(path)) return undefined
  return readFileSync(path, "utf8").replaceAll(/,True,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?=\r?\n)/g, ",True,(when)")
}

const sameFile = (job: Job, peaceful: Job, name: string): void =>
  assert.equal(masked(job.folder, name), masked(peaceful.folder, name), `${name} is that of the run that was not killed`)

export const noLeftovers = ({ folder }: Job): void =>
  assert.deepEqual(
    Files.all(folder).filter((path) => /\.(partial|tmp)$/.test(path)),
    [],
    "no unfinished file is left"
  )

export const soundStore = async ({ command }: Job): Promise<void> => {
  const check = command("store", "check")
  const { code } = await check.ended
  assert.equal(code, 0, `batchlabel store check:\n${check.output()}`)
}

interface Line {
  readonly batch: string
  readonly customId: string
}

const ndjson = (text: string): ReadonlyArray<object> =>
  text.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line)
      return typeof value === "object" && value !== null ? [value] : []
    } catch {
      // Blank, or a line that the scenario has cut.
      return []
    }
  })

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined

/** Every answer that reached a result file whole, under its custom_id. */
const delivered = async ({ key, simulator: { url } }: Job): Promise<ReadonlyArray<Line>> => {
  const headers = { authorization: `Bearer ${key}` }
  const lines: Array<Line> = []
  let after = ""
  for (;;) {
    const page: unknown = await (await fetch(`${url}/batches?limit=100${after}`, { headers })).json()
    const batches = field(page, "data")
    for (const batch of Array.isArray(batches) ? batches : []) {
      const fileId = field(batch, "output_file_id")
      if (typeof fileId !== "string" || fileId === "") continue
      const text = await (await fetch(`${url}/files/${fileId}/content`, { headers })).text()
      const ids = ndjson(text).flatMap((line) => field(line, "custom_id") ?? [])
      for (const customId of new Set(ids)) lines.push({ batch: String(field(batch, "id")), customId: String(customId) })
    }
    if (field(page, "has_more") !== true) return lines
    after = `&after=${String(field(page, "last_id"))}`
  }
}

const paidLines = async ({ simulator: { controlUrl } }: Job): Promise<ReadonlyArray<Line>> =>
  ndjson(await (await fetch(`${controlUrl}/ledger/lines`)).text()).map((line) => ({
    batch: String(field(line, "batch")),
    customId: String(field(line, "customId"))
  }))

/**
 * One batch for every attempt, and no line paid twice but those whose answer got lost: what the ledger says was paid, less what the result
 * files of the same batches hold, is what had to be paid again.
 */
export const paidOnce = async (job: Job) => {
  const { simulator } = job
  // What is asked here is no part of the play.
  simulator.play({})
  const { jobs } = await simulator.ledger({ detail: true })
  const [entry, ...others] = Object.values(jobs)
  if (entry?.detail === undefined) return assert.fail("the ledger has no job")
  assert.equal(others.length, 0, `one job, not ${Object.keys(jobs).join(", ")}`)

  const created = entry.detail.batches.map(({ metadata }) => `shard ${metadata?.["shard"]}, attempt ${metadata?.["attempt"]}`)
  assert.deepEqual(created, [...new Set(created)], "one batch for every attempt")

  const arrived = await delivered(job)
  const arrivals = new Set(arrived.map(({ batch, customId }) => `${batch} ${customId}`))
  const paid = await paidLines(job)
  const lost = paid.filter(({ batch, customId }) => !arrivals.has(`${batch} ${customId}`))
  const answered = paid.filter(({ batch, customId }) => arrivals.has(`${batch} ${customId}`)).map(({ customId }) => customId)
  assert.deepEqual(answered, [...new Set(answered)], "no answer that arrived was paid for again")
  assert.equal(entry.paid, paid.length)
  assert.equal(entry.customIds.extra, lost.length, "only lines whose answer was lost were paid again")
  assert.equal(entry.bodies.extra, lost.length, "no request was paid again under another custom_id")
  return { batches: entry.batches, paid: entry.paid, paidAgain: entry.customIds.extra, lost: lost.length }
}

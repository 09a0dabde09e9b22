/** The store's own invariants, looked at from outside: what `batchlabel store check` runs. */
import type * as Problem from "@batchlabel/core/Problem"
import * as Effect from "effect/Effect"
import * as States from "../AttemptState.js"
import type * as Integrity from "../Integrity.js"
import type { Attempt, Job, Shard } from "../Job.js"
import * as StoreProblem from "../StoreProblem.js"
import { groupBy } from "./chunks.js"
import type { Database, Query, Stored } from "./database.js"
import * as Rows from "./rows.js"

const isLive = ({ state }: Attempt): boolean => States.isLive(state)

const text = (row: Rows.Row, column: string): string => String(row[column] ?? "")

/** What SQLite itself finds in its file. PostgreSQL keeps its own house, foreign keys included. */
const fileFaults = ({ isPostgres, location, sql }: Database): Query<ReadonlyArray<Problem.Problem>> =>
  Effect.gen(function* () {
    if (isPostgres) return []
    const findings = yield* sql<Rows.Row>`PRAGMA integrity_check(20)`
    const unsound = findings
      .map((row) => text(row, "integrity_check"))
      .filter((finding) => finding !== "ok")
      .map((detail) => StoreProblem.make("BL5120", { location, detail }))
    const dangling = new Map<string, number>()
    for (const row of yield* sql<Rows.Row>`PRAGMA foreign_key_check`) {
      const key = `${text(row, "table")}\n${text(row, "parent")}`
      dangling.set(key, (dangling.get(key) ?? 0) + 1)
    }
    return [
      ...unsound,
      ...Array.from(dangling, ([key, rows]) => {
        const [table = "", parent = ""] = key.split("\n")
        return StoreProblem.make("BL5128", { table, rows, parent })
      })
    ]
  })

/** Rows that can be read, and a fault for each that cannot. */
const readable = <A>(
  table: string,
  rows: ReadonlyArray<Rows.Row>,
  jobOf: (row: Rows.Row) => string,
  read: (row: Rows.Row) => A,
  faults: Array<Problem.Problem>
): ReadonlyArray<A> =>
  rows.flatMap((row) => {
    try {
      return [read(row)]
    } catch (error) {
      if (!(error instanceof Rows.Malformed)) throw error
      faults.push(StoreProblem.make("BL5125", { row: Rows.nameOf(table, row), detail: error.message, job: jobOf(row) }))
      return []
    }
  })

const shardFaults = (
  shard: Shard,
  shards: ReadonlyMap<number, Shard>,
  attempts: ReadonlyArray<Attempt>,
  children: ReadonlyArray<Shard>
): ReadonlyArray<Problem.Problem> => {
  const of = { job: shard.jobId, shard: shard.number }
  const live = attempts.filter(isLive).length
  const faults: Array<Problem.Problem> = []
  if (shard.state === "running" && live !== 1) faults.push(StoreProblem.make("BL5121", { ...of, live }))
  if (shard.state !== "running" && live > 0) faults.push(StoreProblem.make("BL5122", { ...of, state: shard.state, live }))
  if (
    shard.state === "settled" &&
    children.length === 0 &&
    shard.known === 0 &&
    !attempts.some(({ state }) => state === "collected")
  ) {
    faults.push(StoreProblem.make("BL5123", of))
  }
  // Parts of a divided shard are of its round.
  const followUps = children.filter(({ round }) => round > shard.round)
  if (followUps.length > 1)
    faults.push(StoreProblem.make("BL5131", { ...of, followUps: followUps.map(({ number }) => String(number)) }))
  if (shard.parent !== undefined) {
    const state = shards.get(shard.parent)?.state ?? "missing"
    if (state !== "settled") faults.push(StoreProblem.make("BL5129", { ...of, parent: shard.parent, state }))
  }
  return faults
}

/** What an attempt must have in its state. */
const missingIn = ({ batchId, collected, intentAt, state }: Attempt): string | undefined => {
  if (state === "creating" && intentAt === undefined) return "intent_at"
  if ((States.isRunning(state) || States.hasEnded(state)) && batchId === undefined) return "batch_id"
  return state === "collected" && collected === undefined ? "collected" : undefined
}

const attemptFaults = (attempts: ReadonlyArray<Attempt>): ReadonlyArray<Problem.Problem> =>
  attempts.flatMap((attempt) => {
    const missing = missingIn(attempt)
    const { jobId: job, number, shard, state } = attempt
    return missing === undefined ? [] : [StoreProblem.make("BL5126", { job, shard, attempt: number, state, missing })]
  })

const batchFaults = (job: Job, attempts: ReadonlyArray<Attempt>): ReadonlyArray<Problem.Problem> =>
  Array.from(groupBy(attempts, ({ batchId }) => batchId)).flatMap(([batch, all]) =>
    batch === undefined || all.length < 2
      ? []
      : [StoreProblem.make("BL5127", { job: job.id, batch, shards: all.map(({ shard }) => String(shard)) })]
  )

const jobFaults = (job: Job, shards: ReadonlyArray<Shard>, attempts: ReadonlyArray<Attempt>): ReadonlyArray<Problem.Problem> => {
  const live = attempts.filter(isLive).length
  const unsettled = shards.filter(({ state }) => state !== "settled").length
  const faults: Array<Problem.Problem> = []
  if ((job.state === "done" && unsettled + live > 0) || (job.state === "cancelled" && live > 0)) {
    faults.push(StoreProblem.make("BL5124", { job: job.id, state: job.state, shards: unsettled, live }))
  }
  if (job.split !== undefined) {
    const { inputTokens: _, rows, ...parts } = job.split
    const sum = Object.values(parts).reduce((all, part) => all + part, 0)
    if (sum !== rows) faults.push(StoreProblem.make("BL5130", { job: job.id, rows, sum }))
  }
  return faults
}

const storedFaults = ({ sql }: Database): Query<ReadonlyArray<Problem.Problem>> =>
  Effect.gen(function* () {
    const faults: Array<Problem.Problem> = []
    const jobRows = yield* sql<Rows.Row>`SELECT * FROM batchlabel_jobs ORDER BY id`
    const jobs = readable("jobs", jobRows, (row) => text(row, "id"), Rows.job, faults)
    for (const job of jobs) {
      const id = job.id
      const shardRows = yield* sql<Rows.Row>`SELECT * FROM batchlabel_shards WHERE job_id = ${id} ORDER BY number`
      const attemptRows = yield* sql<Rows.Row>`SELECT * FROM batchlabel_attempts WHERE job_id = ${id} ORDER BY shard, number`
      const shards = readable("shards", shardRows, () => id, Rows.shard, faults)
      const attempts = readable("attempts", attemptRows, () => id, Rows.attempt, faults)
      // What cannot be read is told already; conclusions from the rest would only mislead.
      if (shards.length < shardRows.length || attempts.length < attemptRows.length) continue
      const byNumber = new Map(shards.map((shard) => [shard.number, shard]))
      const byShard = groupBy(attempts, ({ shard }) => shard)
      const byParent = groupBy(shards, ({ parent }) => parent)
      faults.push(
        ...jobFaults(job, shards, attempts),
        ...shards.flatMap((shard) =>
          shardFaults(shard, byNumber, byShard.get(shard.number) ?? [], byParent.get(shard.number) ?? [])
        ),
        ...attemptFaults(attempts),
        ...batchFaults(job, attempts)
      )
    }
    return faults
  })

/** All faults. A file so damaged that it cannot be read through is a fault as well, not a failure of the check. */
const check = (db: Database): Stored<ReadonlyArray<Problem.Problem>> =>
  db.snapshot(Effect.zipWith(fileFaults(db), storedFaults(db), (file, stored) => [...file, ...stored])).pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "StoreCorrupt",
      (error) => Effect.succeed([error.problem])
    ),
    Effect.withSpan("Integrity.check")
  )

export const make = (db: Database): Integrity.Service => ({ check: check(db) })

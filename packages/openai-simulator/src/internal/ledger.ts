/**
 * Builds the ledger from what ended batches have left on disk; nothing is kept in memory between two looks.
 */
import { readFile } from "node:fs/promises"
import type { BatchEntry, JobEntry, Ledger, Payments, RepeatedLine } from "../Ledger.js"
import type { Engine } from "./engine.js"
import { objectOf } from "./json.js"
import { readLines } from "./lineReader.js"
import { bytesPerLine, paidDigestsPath, paidLinesPath } from "./paidFile.js"
import type { BatchRecord, Store } from "./store.js"

export interface LedgerOptions {
  readonly detail?: boolean | undefined
  readonly job?: string | undefined
}

const jobOf = (batch: BatchRecord): string => batch.metadata?.["job"] ?? ""

export const readLedger = async (store: Store, engine: Engine, options: LedgerOptions): Promise<Ledger> => {
  for (const batch of store.batches.values()) await engine.catchUp(batch.id)
  const byJob = new Map<string, Array<BatchRecord>>()
  for (const batch of store.batches.values()) {
    const job = jobOf(batch)
    if (options.job !== undefined && options.job !== job) continue
    const batches = byJob.get(job)
    if (batches === undefined) byJob.set(job, [batch])
    else batches.push(batch)
  }
  const jobs: Record<string, JobEntry> = {}
  for (const [job, batches] of byJob) jobs[job] = await jobEntry(store, engine, batches, options.detail === true)
  return {
    jobs,
    calls: callsOf(store),
    uploads: [...store.files.values()].filter((file) => file.purpose === "batch").length
  }
}

const jobEntry = async (
  store: Store,
  engine: Engine,
  batches: ReadonlyArray<BatchRecord>,
  detailed: boolean
): Promise<JobEntry> => {
  const entries = batches.map((batch) => batchEntry(batch, engine))
  const statuses: Record<string, number> = {}
  for (const { status } of entries) statuses[status] = (statuses[status] ?? 0) + 1
  const paid = sum(entries, (entry) => entry.paid)
  const customIds = new BigUint64Array(paid)
  const bodies = new BigUint64Array(paid)
  let at = 0
  for (const batch of batches) {
    for (const [customId, body] of await readDigests(store, batch)) {
      customIds[at] = customId
      bodies[at] = body
      at++
    }
  }
  const entry = {
    batches: batches.length,
    statuses,
    paid,
    inputTokens: sum(entries, (one) => one.inputTokens),
    outputTokens: sum(entries, (one) => one.outputTokens),
    customIds: payments(customIds),
    bodies: payments(bodies)
  }
  return detailed
    ? { ...entry, detail: { batches: entries, repeated: await repeatedLines(store, batches, repeats(customIds)) } }
    : entry
}

const sum = <A>(all: ReadonlyArray<A>, of: (one: A) => number): number => all.reduce((total, one) => total + of(one), 0)

const batchEntry = (batch: BatchRecord, engine: Engine): BatchEntry => ({
  id: batch.id,
  status: engine.stageOf(batch).status,
  metadata: batch.metadata,
  total: batch.scan?.total ?? 0,
  paid: batch.settlement?.paid ?? 0,
  inputTokens: batch.settlement?.inputTokens ?? 0,
  outputTokens: batch.settlement?.outputTokens ?? 0
})

const readDigests = async (store: Store, batch: BatchRecord): Promise<ReadonlyArray<readonly [bigint, bigint]>> => {
  const count = batch.settlement?.paid ?? 0
  if (count === 0) return []
  const bytes = await readFile(paidDigestsPath(store, batch.id))
  return Array.from({ length: count }, (_, i) => [
    bytes.readBigUInt64LE(i * bytesPerLine),
    bytes.readBigUInt64LE(i * bytesPerLine + 8)
  ])
}

const payments = (digests: BigUint64Array): Payments => {
  digests.sort()
  let distinct = 0
  let repeated = 0
  for (let i = 0; i < digests.length; ) {
    let next = i + 1
    while (next < digests.length && digests[next] === digests[i]) next++
    distinct++
    if (next - i > 1) repeated++
    i = next
  }
  return { distinct, repeated, extra: digests.length - distinct }
}

/** The digests that occur more than once, out of sorted ones. */
const repeats = (sorted: BigUint64Array): ReadonlySet<bigint> => {
  const repeated = new Set<bigint>()
  for (let i = 1; i < sorted.length; i++) {
    const digest = sorted[i]
    if (digest !== undefined && digest === sorted[i - 1]) repeated.add(digest)
  }
  return repeated
}

export interface PaidLine {
  readonly batch: string
  readonly customId: string
  readonly inputTokens: number
  readonly outputTokens: number
}

/** The paid lines of a job's batches, or of all, one after the other. */
export async function* paidLines(store: Store, job: string | undefined): AsyncGenerator<PaidLine> {
  for (const batch of store.batches.values()) {
    if (job === undefined || jobOf(batch) === job) yield* paidLinesOf(store, batch)
  }
}

async function* paidLinesOf(store: Store, batch: BatchRecord): AsyncGenerator<PaidLine> {
  if ((batch.settlement?.paid ?? 0) === 0) return
  for await (const lines of readLines(paidLinesPath(store, batch.id))) {
    for (const line of lines) {
      const [customId, inputTokens, outputTokens]: readonly [string, number, number] = JSON.parse(line.toString("utf8"))
      yield { batch: batch.id, customId, inputTokens, outputTokens }
    }
  }
}

const repeatedLines = async (
  store: Store,
  batches: ReadonlyArray<BatchRecord>,
  repeated: ReadonlySet<bigint>
): Promise<ReadonlyArray<RepeatedLine>> => {
  const seen = new Map<string, Array<string>>()
  for (const batch of repeated.size === 0 ? [] : batches) {
    // The digests are those of the lines, in the same order.
    const digests = await readDigests(store, batch)
    let at = 0
    for await (const { customId } of paidLinesOf(store, batch)) {
      const digest = digests[at++]?.[0]
      if (digest === undefined || !repeated.has(digest)) continue
      const paidBy = seen.get(customId)
      if (paidBy === undefined) seen.set(customId, [batch.id])
      else paidBy.push(batch.id)
    }
  }
  return [...seen].map(([customId, paidBy]) => ({ customId, times: paidBy.length, batches: paidBy }))
}

const callsJournal = "calls"

export const recordCall = (store: Store, inputTokens: number, outputTokens: number): void =>
  store.append(callsJournal, { inputTokens, outputTokens })

const callsOf = (store: Store): Ledger["calls"] => {
  const calls = store.journal(callsJournal).map(objectOf)
  return {
    paid: calls.length,
    inputTokens: sum(calls, (call) => Number(call["inputTokens"])),
    outputTokens: sum(calls, (call) => Number(call["outputTokens"]))
  }
}

/**
 * Ends a batch: writes its output and error file in a seeded order, and what was paid into the ledger's files. It can be done again after
 * a kill with the same result: ids and texts depend on the batch only.
 */
import { renameSync } from "node:fs"
import type { Clock } from "./clock.js"
import { day } from "./files.js"
import type { Stage } from "./lifecycle.js"
import { openLines } from "./lineWriter.js"
import { makePaidWriter } from "./paidFile.js"
import { hash32, hex, permutation } from "./random.js"
import { answeredLine, type LineContext, lineFaults, unfinishedLine } from "./resultLines.js"
import { workPath } from "./scan.js"
import type { BatchRecord, Settlement, Store } from "./store.js"
import type { TokenCounter } from "./tokens.js"
import { readWork } from "./workFile.js"

export interface SettleContext {
  readonly store: Store
  readonly clock: Clock
  readonly tokens: () => Promise<TokenCounter>
  readonly seed: number
}

/** The order in which a batch's requests are done. */
export const orderOf = (total: number, seed: number, seq: number): Uint32Array =>
  permutation(total, hash32(`${seed} order ${seq}`))

export const settleBatch = async (
  batch: BatchRecord,
  stage: Stage,
  total: number,
  context: SettleContext
): Promise<Settlement> => {
  const nothing = {
    stage,
    outputFileId: null,
    errorFileId: null,
    completed: 0,
    failed: 0,
    paid: 0,
    inputTokens: 0,
    outputTokens: 0
  }
  if (stage.status === "failed" || total === 0) return nothing
  const { seed, store } = context
  const works = await readWork(workPath(store, batch.id))
  const order = orderOf(total, seed, batch.seq)
  const faults = lineFaults(batch.fate, stage.done, batch.seq)
  const line: LineContext = {
    endpoint: batch.endpoint,
    tokens: await context.tokens(),
    salt: store.salt,
    created: Math.floor((stage.inProgressAt ?? stage.since) / 1000),
    batchId: batch.id
  }
  const output = await openLines(store.temporaryPath())
  const error = await openLines(store.temporaryPath())
  const paid = await makePaidWriter(store, batch.id)
  const sum = { completed: 0, failed: 0, inputTokens: 0, outputTokens: 0 }
  for (let rank = 0; rank < total; rank++) {
    const index = order[rank] ?? 0
    const work = works[index]
    if (work === undefined) continue
    if (rank >= stage.done) {
      if (batch.fate.unfinishedAbsent === true) break
      const how = stage.status === "cancelled" ? "cancelled" : "expired"
      await error.write(unfinishedLine(work, index, how, line))
      continue
    }
    const result = answeredLine(work, index, faults.get(rank), line)
    if (result.completed) sum.completed++
    else sum.failed++
    if (result.usage !== undefined) {
      sum.inputTokens += result.usage.input
      sum.outputTokens += result.usage.output
      const wait = paid.add(work, result.usage)
      if (wait !== undefined) await wait
    }
    const wait = (result.file === "output" ? output : error).write(result.text)
    if (wait !== undefined) await wait
  }
  const paidLines = await paid.close()
  await Promise.all([output.close(), error.close()])
  const publish = (kind: "output" | "error", path: string, bytes: number): string | null => {
    if (bytes === 0 && !(kind === "error" && batch.fate.emptyErrorFile === true)) return null
    const id = `file-${hex(22, store.salt, kind, batch.id)}`
    renameSync(path, store.contentPath(id))
    const createdAt = stage.since
    store.putFile({
      id,
      seq: store.files.get(id)?.seq ?? store.nextId("file").seq,
      project: batch.project,
      bytes,
      createdAt,
      expiresAt: createdAt + (batch.outputLifetime ?? 30 * day),
      filename: `${batch.id}_${kind}.jsonl`,
      purpose: "batch_output",
      deleted: false,
      refusals: 0,
      hiddenUntil: 0,
      refusedAs: "batch"
    })
    return id
  }
  return {
    stage,
    outputFileId: publish("output", output.path, output.bytes()),
    errorFileId: publish("error", error.path, error.bytes()),
    ...sum,
    paid: paidLines
  }
}

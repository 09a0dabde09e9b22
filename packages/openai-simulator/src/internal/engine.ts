/**
 * Brings batches to where the clock says they are: reads input files as they come, one at a time, and writes the results of batches that
 * have ended. What a batch's status is at a moment does not depend on when this work is done.
 */
import type { Limits } from "../Scenario.js"
import { isFailure } from "./answers.js"
import { type BatchError, tokenLimitError } from "./fate.js"
import { isTerminal, opening, type Phases, type Stage, type Standing, standingAt } from "./lifecycle.js"
import { type ScanContext, scanInput, workPath } from "./scan.js"
import { orderOf, type SettleContext, settleBatch } from "./settle.js"
import type { BatchRecord } from "./store.js"
import { readWork } from "./workFile.js"

export interface EngineContext extends Omit<ScanContext, "maxRequests">, SettleContext {
  readonly phases: Phases
  readonly limits: () => Limits
  /** Told of every batch that has ended, once its files can be read. */
  readonly onEnd: (batch: BatchRecord) => void
}

export interface Engine {
  /** Does what the clock asks of a batch, waiting for it no longer than `patience` ms. */
  readonly catchUp: (batchId: string, patience?: number) => Promise<void>
  /** Where a batch stands as far as the work has come: never ended before its files can be read. */
  readonly stageOf: (batch: BatchRecord) => Stage
  /** The errors that made a batch fail, once it has. */
  readonly errorsOf: (batch: BatchRecord) => ReadonlyArray<BatchError>
  /** How many of the first `done` requests have failed. */
  readonly failedOf: (batch: BatchRecord, done: number) => number
  /** Looks again when the next batch moves on: after a creation, a cancellation, an advance of the clock. */
  readonly wake: () => void
  readonly close: () => Promise<void>
}

// The longest delay that setTimeout takes.
const longest = 2 ** 31 - 1

export const makeEngine = (context: EngineContext): Engine => {
  const { clock, phases, store } = context
  const work = new Map<string, Promise<void>>()
  const failures = new Map<string, ReadonlyArray<number>>()
  let queue: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let pumping = false
  let again = false
  // Batches whose work failed (a full disk): those who ask about them are told, and nothing else stops.
  const broken = new Set<string>()

  const enqueuedLimit = (model: string): number | undefined => {
    const { enqueuedTokens } = context.limits()
    return enqueuedTokens[model] ?? enqueuedTokens["*"]
  }

  const current = (batch: BatchRecord): BatchRecord => store.batches.get(batch.id) ?? batch

  const standing = (batch: BatchRecord, now: number): Standing => {
    const { cancelledAt, createdAt, fate, scan } = batch
    const invalid = now >= createdAt + phases.validating && fate.stuck !== "validating" && errorsOf(batch).length > 0
    return standingAt(now, { createdAt, cancelledAt, total: scan?.total ?? 0, invalid, fate }, phases)
  }

  const errorsOf = (batch: BatchRecord): ReadonlyArray<BatchError> => {
    const { fate, scan } = batch
    if (scan === null) return []
    if (fate.error !== undefined) return [fate.error]
    if (scan.errors.length > 0) return scan.errors
    if (fate.tokenLimit !== undefined) return [tokenLimitError(scan.model, batch.organization, fate.tokenLimit)]
    const error = admitted(batch)
    return error === null ? [] : [error]
  }

  // Whether the queue has room is decided for every batch at the moment its validation ends, in order of creation, and then kept.
  const admitted = (batch: BatchRecord): BatchError | null => {
    const known = current(batch).admission
    if (known !== null) return known.error
    const { scan } = batch
    const limit = scan === null ? undefined : enqueuedLimit(scan.model)
    if (scan === null || limit === undefined) return null
    const at = batch.createdAt + phases.validating
    let enqueued = scan.inputTokens
    for (const other of store.batches.values()) {
      if (other.seq >= batch.seq) break
      if (other.scan?.model !== scan.model || other.organization !== batch.organization) continue
      if (openAt(other, at)) enqueued += other.scan.inputTokens
    }
    const error = enqueued <= limit ? null : tokenLimitError(scan.model, batch.organization, limit)
    store.putBatch({ ...current(batch), admission: { error } })
    return error
  }

  const openAt = (batch: BatchRecord, time: number): boolean =>
    batch.settlement === null ? !isTerminal(standing(batch, time).stage.status) : batch.settlement.stage.since > time

  const scan = async (id: string) => {
    const batch = store.batches.get(id)
    if (batch === undefined || batch.scan !== null) return
    const result = await scanInput(batch, { ...context, maxRequests: context.limits().requests })
    store.putBatch({ ...current(batch), scan: result })
  }

  const settle = async (id: string) => {
    const batch = store.batches.get(id)
    if (batch === undefined || batch.scan === null || batch.settlement !== null) return
    const { stage } = standing(batch, clock.now())
    const settlement = await settleBatch(batch, stage, batch.scan.total, context)
    failures.delete(id)
    context.onEnd(store.putBatch({ ...current(batch), settlement }))
  }

  // One file at a time, so that memory stays flat however many batches there are.
  const inTurn = (id: string, task: (id: string) => Promise<void>): Promise<void> => {
    const turn = queue.then(() => (closed ? undefined : task(id)))
    queue = turn.catch(() => {})
    return turn
  }

  const process = async (id: string) => {
    // The queue's room for a batch depends on those before it, so they are read first.
    for (const { id: earlier, scan: known } of open()) {
      if (known === null) await inTurn(earlier, scan)
      if (earlier === id) break
    }
    // The clock may be advanced while the work is done: whoever waits for it sees the batch as it is then.
    for (let batch = store.batches.get(id); batch !== undefined && batch.settlement === null; batch = store.batches.get(id)) {
      if (hasEnded(batch)) await inTurn(id, settle)
      else if (!failures.has(id)) await loadFailures(batch)
      else return
      if (closed) return
    }
  }

  const hasEnded = (batch: BatchRecord): boolean => isTerminal(standing(batch, clock.now()).stage.status)

  const loadFailures = async (batch: BatchRecord) => {
    const total = batch.scan?.total ?? 0
    const works = total === 0 ? [] : await readWork(workPath(store, batch.id))
    const ranks: Array<number> = []
    orderOf(total, context.seed, batch.seq).forEach((index, rank) => {
      const answer = works[index]?.answer
      if (answer !== undefined && isFailure(answer)) ranks.push(rank)
    })
    failures.set(batch.id, ranks)
  }

  const catchUp = async (id: string, patience = longest) => {
    if (store.batches.get(id)?.settlement !== null) return
    const running =
      work.get(id) ??
      process(id).finally(() => {
        work.delete(id)
      })
    work.set(id, running)
    let patient: NodeJS.Timeout | undefined
    await Promise.race([
      running,
      new Promise<void>((resolve) => {
        patient = setTimeout(resolve, Math.min(patience, longest))
      })
    ]).finally(() => clearTimeout(patient))
  }

  const open = (): ReadonlyArray<BatchRecord> => [...store.batches.values()].filter((batch) => batch.settlement === null)

  const pump = async () => {
    pumping = true
    do {
      again = false
      for (const batch of open()) {
        const due = batch.scan === null || hasEnded(batch)
        if (due && !closed && !broken.has(batch.id)) await catchUp(batch.id).catch(() => broken.add(batch.id))
      }
    } while (again && !closed)
    pumping = false
    arm()
  }

  const arm = () => {
    clearTimeout(timer)
    if (closed) return
    const now = clock.now()
    const next = Math.min(
      ...open().map((batch) => (broken.has(batch.id) ? Number.POSITIVE_INFINITY : standing(batch, now).until))
    )
    if (next < Number.POSITIVE_INFINITY) timer = setTimeout(wake, Math.min(Math.max(1, next - now), longest))
  }

  const wake = () => {
    if (pumping) again = true
    else void pump()
  }

  return {
    catchUp,
    stageOf: (batch) => {
      if (batch.settlement !== null) return batch.settlement.stage
      if (batch.scan === null) return opening(batch.createdAt)
      const { stage } = standing(batch, clock.now())
      return isTerminal(stage.status) ? standing(batch, stage.since - 1).stage : stage
    },
    errorsOf,
    failedOf: (batch, done) => failures.get(batch.id)?.filter((rank) => rank < done).length ?? 0,
    wake,
    close: async () => {
      closed = true
      clearTimeout(timer)
      await queue
    }
  }
}

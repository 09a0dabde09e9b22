/**
 * The batches: creation, views, listing, cancellation; everything within the project of the caller's key.
 */
import { ApiError, noSuchBatch } from "./apiError.js"
import type { Clock } from "./clock.js"
import type { Endpoint } from "./contract/request.js"
import type { Engine } from "./engine.js"
import { cannotFindFile } from "./fate.js"
import type { Faults } from "./faults.js"
import { type Files, type Page, pageOf, seconds } from "./files.js"
import { isTerminal, opening, type Phases, type Stage } from "./lifecycle.js"
import { servedAs } from "./replyContext.js"
import { firstModel } from "./requestLine.js"
import type { BatchRecord, Store } from "./store.js"

export interface NewBatch {
  readonly endpoint: Endpoint
  readonly inputFileId: string
  readonly completionWindow: string
  readonly metadata: Readonly<Record<string, string>> | null
  readonly outputLifetime: number | null
  readonly lag: { readonly lists: number; readonly ms: number } | undefined
}

export interface Batches {
  readonly create: (scope: Scope, batch: NewBatch) => Promise<BatchObject>
  readonly retrieve: (project: string, id: string) => Promise<BatchObject>
  readonly list: (
    project: string,
    page: Page
  ) => Promise<{ readonly data: ReadonlyArray<BatchObject>; readonly hasMore: boolean }>
  readonly cancel: (project: string, id: string) => Promise<BatchObject>
  /** The metadata of a batch that the caller may see: what fault rules ask for. */
  readonly metadata: (project: string, id: string) => Readonly<Record<string, string>> | null
}

export interface Scope {
  readonly project: string
  readonly organization: string
}

export interface BatchesContext {
  readonly store: Store
  readonly clock: Clock
  readonly files: Files
  readonly faults: Faults
  readonly engine: Engine
  readonly phases: Phases
  /** How long a reply waits for a file that is being read or written, in ms. */
  readonly patience: number
}

const hour = 60 * 60 * 1000

export const makeBatches = (context: BatchesContext): Batches => {
  const { clock, engine, faults, files, patience, phases, store } = context
  const get = (project: string, id: string): BatchRecord => {
    const batch = store.batches.get(id)
    if (batch === undefined || batch.project !== project || vanished(batch)) throw noSuchBatch(id)
    return batch
  }
  const view = (batch: BatchRecord, stage: Stage = engine.stageOf(batch)): BatchObject =>
    batchObject(batch, stage, clock.now(), engine, phases)

  const create = async (scope: Scope, request: NewBatch): Promise<BatchObject> => {
    const limits = faults.scenario().limits
    const createdAt = clock.now()
    let recent = 0
    for (const batch of store.batches.values()) {
      if (batch.organization === scope.organization && batch.createdAt > createdAt - hour) recent++
    }
    if (recent >= limits.batchesPerHour) {
      throw new ApiError(
        429,
        `Rate limit reached for batch creation in organization ${scope.organization}. Limit: ${limits.batchesPerHour} / 1h.`,
        "rate_limit_exceeded",
        null,
        "requests"
      )
    }
    const { as, file } = files.use(scope.project, request.inputFileId)
    if (file === undefined && as === "create") {
      throw new ApiError(404, `No such File object: ${request.inputFileId}`, null, "input_file_id")
    }
    if (file !== undefined && file.purpose !== "batch") {
      throw new ApiError(
        400,
        `Invalid purpose for file ${file.id}: expected 'batch', got '${file.purpose}'.`,
        "invalid_value",
        "input_file_id"
      )
    }
    if (file !== undefined && file.bytes > limits.inputBytes) {
      const model = (await firstModel(store.contentPath(file.id))) ?? "requested"
      throw new ApiError(413, `The batch input file is larger than the ${limits.inputBytes} maximum for the ${model} model`)
    }
    const fate = faults.ofBatch({ metadata: request.metadata })
    const lag = request.lag === undefined ? {} : { lagLists: request.lag.lists, lagMs: request.lag.ms }
    const batch = store.putBatch({
      ...store.nextId("batch"),
      ...scope,
      endpoint: request.endpoint,
      inputFileId: request.inputFileId,
      completionWindow: request.completionWindow,
      metadata: request.metadata,
      createdAt,
      cancelledAt: null,
      outputLifetime: request.outputLifetime,
      fate: { ...fate, ...lag, ...(file === undefined ? { error: cannotFindFile(request.inputFileId) } : {}) },
      omissions: 0,
      retrievals: 0,
      withheld: 0,
      scan: null,
      admission: null,
      settlement: null
    })
    engine.wake()
    return view(batch, opening(createdAt))
  }

  const lags = (batch: BatchRecord): boolean =>
    batch.omissions < (batch.fate.lagLists ?? 0) || clock.now() < batch.createdAt + (batch.fate.lagMs ?? 0)

  return {
    create,
    retrieve: async (project, id) => {
      await engine.catchUp(get(project, id).id, patience)
      const batch = get(project, id)
      const object = view(batch)
      const { lateRetrievals = 0, vanishAfter } = batch.fate
      const withheld = batch.settlement !== null && batch.withheld < lateRetrievals ? 1 : 0
      if (vanishAfter !== undefined || withheld > 0) {
        store.putBatch({ ...batch, retrievals: batch.retrievals + 1, withheld: batch.withheld + withheld })
      }
      return object
    },
    list: async (project, page) => {
      const own = [...store.batches.values()].filter((batch) => batch.project === project && !vanished(batch)).reverse()
      const shown = own.filter((batch) => !lags(batch))
      for (const batch of own) {
        if (batch.omissions < (batch.fate.lagLists ?? 0)) store.putBatch({ ...batch, omissions: batch.omissions + 1 })
      }
      const { data, hasMore } = pageOf(store.batches, shown, page, "desc")
      await Promise.all(data.map((batch) => engine.catchUp(batch.id, patience)))
      return { data: data.map((batch) => view(get(project, batch.id))), hasMore }
    },
    cancel: async (project, id) => {
      await engine.catchUp(get(project, id).id, patience)
      const batch = get(project, id)
      const { status } = engine.stageOf(batch)
      if (isTerminal(status)) {
        throw new ApiError(409, `Cannot cancel a batch with status '${status}'.`, null, null)
      }
      if (status === "cancelling" || batch.cancelledAt !== null) return view(batch)
      const cancelled = store.putBatch({ ...batch, cancelledAt: clock.now() })
      engine.wake()
      return view(cancelled, { ...engine.stageOf(batch), status: "cancelling", cancellingAt: cancelled.cancelledAt })
    },
    metadata: (project, id) => {
      const batch = store.batches.get(id)
      return batch?.project === project ? batch.metadata : null
    }
  }
}

export interface BatchObject {
  readonly id: string
  readonly object: "batch"
  readonly endpoint: string
  readonly model: string | null
  readonly errors: { readonly object: "list"; readonly data: ReadonlyArray<BatchErrorObject> } | null
  readonly input_file_id: string
  readonly completion_window: string
  readonly status: string
  readonly output_file_id: string | null
  readonly error_file_id: string | null
  readonly created_at: number
  readonly in_progress_at: number | null
  readonly expires_at: number
  readonly finalizing_at: number | null
  readonly completed_at: number | null
  readonly failed_at: number | null
  readonly expired_at: number | null
  readonly cancelling_at: number | null
  readonly cancelled_at: number | null
  readonly request_counts: Counts | null
  readonly usage: UsageObject | null
  readonly metadata: Readonly<Record<string, string>> | null
}

interface BatchErrorObject {
  readonly code: string
  readonly message: string
  readonly param: string | null
  readonly line: number | null
}

interface Counts {
  readonly total: number
  readonly completed: number
  readonly failed: number
}

interface UsageObject {
  readonly input_tokens: number
  readonly input_tokens_details: { readonly cached_tokens: number }
  readonly output_tokens: number
  readonly output_tokens_details: { readonly reasoning_tokens: number }
  readonly total_tokens: number
}

const vanished = ({ fate, retrievals }: BatchRecord): boolean => retrievals >= (fate.vanishAfter ?? Number.POSITIVE_INFINITY)

const moment = (ms: number | null): number | null => (ms === null ? null : seconds(ms))

const batchObject = (batch: BatchRecord, stage: Stage, now: number, engine: Engine, phases: Phases): BatchObject => {
  const { fate, scan, settlement } = batch
  const late =
    settlement !== null && (batch.withheld < (fate.lateRetrievals ?? 0) || now < settlement.stage.since + (fate.lateMs ?? 0))
  const absent = fate.blankIds === true ? "" : null
  const fileId = (id: string | null | undefined): string | null => (late ? absent : (id ?? absent))
  const errors = stage.status === "failed" ? engine.errorsOf(batch) : []
  return {
    id: batch.id,
    object: "batch",
    endpoint: batch.endpoint,
    model: scan === null || scan.model === "" ? null : servedAs(scan.model),
    errors: errors.length === 0 ? null : { object: "list", data: errors },
    input_file_id: batch.inputFileId,
    completion_window: batch.completionWindow,
    status: stage.status,
    output_file_id: fileId(settlement?.outputFileId),
    error_file_id: fileId(settlement?.errorFileId),
    created_at: seconds(batch.createdAt),
    in_progress_at: moment(stage.inProgressAt),
    expires_at: seconds(batch.createdAt + phases.window),
    finalizing_at: moment(stage.finalizingAt),
    completed_at: moment(stage.completedAt),
    failed_at: moment(stage.failedAt),
    expired_at: moment(stage.expiredAt),
    cancelling_at: moment(stage.cancellingAt),
    cancelled_at: moment(stage.cancelledAt),
    request_counts: shownCounts(batch, countsOf(batch, stage, engine)),
    usage: settlement === null || stage.status === "failed" ? null : usageOf(settlement.inputTokens, settlement.outputTokens),
    metadata: batch.metadata
  }
}

const countsOf = (batch: BatchRecord, stage: Stage, engine: Engine): Counts => {
  const { scan, settlement } = batch
  if (scan === null || stage.inProgressAt === null) return { total: 0, completed: 0, failed: 0 }
  if (settlement !== null) return { total: scan.total, completed: settlement.completed, failed: settlement.failed }
  const failed = engine.failedOf(batch, stage.done)
  return { total: scan.total, completed: stage.done - failed, failed }
}

const shownCounts = ({ fate }: BatchRecord, counts: Counts): Counts | null => {
  if (fate.counts === undefined) return counts
  if (fate.counts === "null") return null
  if (fate.counts === "zero") return { total: 0, completed: 0, failed: 0 }
  return fate.counts === "all_completed" ? { total: counts.total, completed: counts.total, failed: 0 } : fate.counts
}

const usageOf = (input: number, output: number): UsageObject => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: input + output
})

/**
 * A batch as the API shows it. Source: the schema `Batch` of OpenAI's specification; the leniency is for what the API and servers like
 * it really send (nulls for absences, `""` for no file, statuses in capitals, missing counts).
 *
 * @since 0.1.0
 */
import type * as Outcome from "@batchlabel/core/Outcome"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { errorsOf } from "./internal/batchErrors.js"
import { statusOf } from "./internal/batchStatus.js"
import * as lenient from "./internal/lenient.js"

/**
 * `failed` means that the input file was refused, not that requests failed; a `completed` batch may hold nothing but failed requests.
 *
 * @since 0.1.0
 * @category models
 */
export const Status = Schema.Literal(
  "validating",
  "failed",
  "in_progress",
  "finalizing",
  "completed",
  "expired",
  "cancelling",
  "cancelled"
)

/**
 * @since 0.1.0
 * @category models
 */
export type Status = typeof Status.Type

/**
 * An error of the batch as a whole; `line` is 1-based. `code` and `message` are `""` where the API gives none. The reason of a batch that
 * ended badly is looked for in fields of any name where `errors` holds none.
 *
 * @since 0.1.0
 * @category models
 */
export interface BatchError {
  readonly code: string
  readonly message: string
  readonly param: string | undefined
  readonly line: number | undefined
}

/**
 * Times are unix milliseconds. `status` is in lower case with known synonyms mapped (`canceled`, `running`…); a status this version does
 * not know is kept. `counts` are for showing, never for counting: those of an expired batch do not add up.
 *
 * @since 0.1.0
 * @category models
 */
export interface Batch {
  readonly id: string
  readonly status: Status | (string & {})
  readonly endpoint: string
  readonly model: string | undefined
  readonly inputFileId: string
  readonly outputFileId: string | undefined
  readonly errorFileId: string | undefined
  /** 0 where the server does not say. */
  readonly createdAt: number
  readonly inProgressAt: number | undefined
  readonly finalizingAt: number | undefined
  readonly completedAt: number | undefined
  readonly failedAt: number | undefined
  readonly expiredAt: number | undefined
  readonly cancellingAt: number | undefined
  readonly cancelledAt: number | undefined
  readonly expiresAt: number | undefined
  readonly counts: { readonly total: number; readonly completed: number; readonly failed: number } | undefined
  /** Tokens of the whole batch; the API gives them for batches created after 2025-09-07. It does not tell cache writes apart. */
  readonly usage: Outcome.Usage | undefined
  readonly metadata: Readonly<Record<string, string>>
  readonly errors: ReadonlyArray<BatchError>
}

const Wire = Schema.Struct({
  id: Schema.NonEmptyString,
  object: lenient.text,
  status: Schema.NonEmptyString,
  endpoint: lenient.text,
  model: lenient.text,
  input_file_id: lenient.text,
  output_file_id: lenient.text,
  error_file_id: lenient.text,
  created_at: lenient.instant,
  in_progress_at: lenient.instant,
  finalizing_at: lenient.instant,
  completed_at: lenient.instant,
  failed_at: lenient.instant,
  expired_at: lenient.instant,
  cancelling_at: lenient.instant,
  cancelled_at: lenient.instant,
  expires_at: lenient.instant,
  request_counts: lenient.record,
  usage: lenient.record,
  metadata: lenient.texts
})

// A file has an id and a status as well.
const decodeWire = Schema.decodeUnknownEither(Wire.pipe(Schema.filter(({ object }) => object !== "file")))

const readCounts = (wire: Readonly<Record<string, unknown>> | undefined): Batch["counts"] => {
  const total = lenient.readNumber(wire?.["total"])
  if (total === undefined) return undefined
  return { total, completed: lenient.readNumber(wire?.["completed"]) ?? 0, failed: lenient.readNumber(wire?.["failed"]) ?? 0 }
}

const readUsage = (wire: Readonly<Record<string, unknown>> | undefined): Batch["usage"] => {
  const input = lenient.readNumber(wire?.["input_tokens"])
  const output = lenient.readNumber(wire?.["output_tokens"])
  if (wire === undefined || (input === undefined && output === undefined)) return undefined
  const detail = (part: string, name: string): number => {
    const details = wire[part]
    return lenient.isRecord(details) ? (lenient.readNumber(details[name]) ?? 0) : 0
  }
  return {
    input: input ?? 0,
    output: output ?? 0,
    cached: detail("input_tokens_details", "cached_tokens"),
    cacheWrite: detail("input_tokens_details", "cache_write_tokens"),
    reasoning: detail("output_tokens_details", "reasoning_tokens")
  }
}

/** Some servers wrap the batch they have just created. */
const unwrapped = (input: unknown): unknown =>
  lenient.isRecord(input) && !("id" in input) && lenient.isRecord(input["job"]) ? input["job"] : input

const batchOf = (object: unknown, wire: typeof Wire.Type, status: string): Batch => ({
  id: wire.id,
  status,
  endpoint: wire.endpoint ?? "",
  model: wire.model,
  inputFileId: wire.input_file_id ?? "",
  outputFileId: wire.output_file_id,
  errorFileId: wire.error_file_id,
  createdAt: wire.created_at ?? 0,
  inProgressAt: wire.in_progress_at,
  finalizingAt: wire.finalizing_at,
  completedAt: wire.completed_at,
  failedAt: wire.failed_at,
  expiredAt: wire.expired_at,
  cancellingAt: wire.cancelling_at,
  cancelledAt: wire.cancelled_at,
  expiresAt: wire.expires_at,
  counts: readCounts(wire.request_counts),
  usage: readUsage(wire.usage),
  metadata: wire.metadata ?? {},
  errors: errorsOf(object, status)
})

/**
 * Reads a batch object. All it must have are an id and a status; `Left` says that it is none.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = (input: unknown): Either.Either<Batch, string> => {
  const object = unwrapped(input)
  return Either.mapBoth(decodeWire(object), {
    onLeft: () => "the reply is no batch object",
    onRight: (wire) => batchOf(object, wire, statusOf(wire.status))
  })
}

const terminal: ReadonlySet<string> = new Set<Status>(["completed", "failed", "expired", "cancelled"])

/**
 * Whether nothing will change any more but the lifetime of the files.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isTerminal = (batch: Batch): boolean => terminal.has(batch.status)

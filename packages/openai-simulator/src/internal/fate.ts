/**
 * What faults have in store for one batch: decided when it is created, kept with it.
 */
import * as Schema from "effect/Schema"
import { type BatchFault, LineFault } from "../Scenario.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

export const BatchError = Schema.Struct({
  code: Schema.String,
  message: Schema.String,
  param: Schema.NullOr(Schema.String),
  line: Schema.NullOr(Schema.Number)
})
export type BatchError = typeof BatchError.Type

export const Fate = Schema.Struct({
  /** Which lines are struck depends on it. */
  seed: Schema.Number,
  /** The batch fails with this code; the text is completed when the model is known. */
  error: optional(BatchError),
  tokenLimit: optional(Schema.Number),
  stuck: optional(Schema.Literal("validating", "in_progress", "finalizing")),
  expireAfter: optional(Schema.Number),
  cancelAfter: optional(Schema.Number),
  haltAfter: optional(Schema.Number),
  unfinishedAbsent: optional(Schema.Boolean),
  lateRetrievals: optional(Schema.Number),
  lateMs: optional(Schema.Number),
  lagLists: optional(Schema.Number),
  lagMs: optional(Schema.Number),
  vanishAfter: optional(Schema.Number),
  blankIds: optional(Schema.Boolean),
  emptyErrorFile: optional(Schema.Boolean),
  counts: optional(
    Schema.Union(
      Schema.Literal("zero", "null", "all_completed"),
      Schema.Struct({ total: Schema.Number, completed: Schema.Number, failed: Schema.Number })
    )
  ),
  lines: optional(
    Schema.Array(Schema.Struct({ kind: LineFault, count: optional(Schema.Number), share: optional(Schema.Number) }))
  )
})
export type Fate = typeof Fate.Type

/** The texts that go with the codes of batch-level errors. */
const texts: Readonly<Record<string, { readonly message: string; readonly param?: string; readonly line?: number }>> = {
  invalid_json_line: { message: "This line is not parseable as valid JSON.", line: 1 },
  missing_required_parameter: { message: "Missing required parameter: 'method'.", param: "method", line: 1 },
  invalid_url: { message: "The URL provided for this request does not match the batch endpoint.", param: "url", line: 1 },
  url_mismatch: { message: "The URL of this request does not match the batch endpoint.", param: "url", line: 1 },
  duplicate_custom_id: {
    message:
      "The custom_id for this request is a duplicate of another request. The custom_id parameter must be unique for each request in a batch.",
    param: "custom_id",
    line: 2
  },
  mismatched_model: { message: "All requests of a batch must use one model." },
  model_mismatch: { message: "All requests of a batch must use one model deployment." },
  model_not_found: { message: "The provided model is not supported by the Batch API.", param: "body.model", line: 1 },
  empty_file: { message: "The input file is empty. Please ensure that the batch contains at least one request." },
  empty_batch: { message: "The batch contains no requests." },
  too_many_tasks: { message: "The batch contains too many requests." },
  invalid_request: { message: "The request is invalid." },
  insufficient_quota: { message: "You exceeded your current quota, please check your plan and billing details." },
  billing_hard_limit_reached: { message: "Billing hard limit has been reached." },
  billing_not_active: { message: "Your account is not active, please check your billing details on our website." }
}

const knownError = (code: string): BatchError => {
  const text = texts[code]
  return {
    code,
    message: text?.message ?? `The batch was refused: ${code}.`,
    param: text?.param ?? null,
    line: text?.line ?? null
  }
}

export const cannotFindFile = (fileId: string): BatchError => ({
  code: "invalid_request",
  message: `Cannot find file ${fileId}, or organization does not have access to it.`,
  param: "input_file_id",
  line: null
})

export const tokenLimitError = (model: string, organization: string, limit: number): BatchError => ({
  code: "token_limit_exceeded",
  message:
    `Enqueued token limit reached for ${model} in organization ${organization}. Limit: ${limit.toLocaleString("en-US")} enqueued tokens. ` +
    "Please try again once some in_progress batches have been completed.",
  param: null,
  line: null
})

/** Adds a fault to a fate; of two faults that contradict each other, the later one holds. */
export const befall = (fate: Fate, fault: BatchFault): Fate => {
  switch (fault.fault) {
    case "validation": {
      const known = knownError(fault.code)
      return {
        ...fate,
        error: {
          code: fault.code,
          message: fault.message ?? known.message,
          param: fault.param === undefined ? known.param : fault.param,
          line: fault.line === undefined ? known.line : fault.line
        }
      }
    }
    case "token_limit_exceeded":
      return { ...fate, tokenLimit: fault.limit }
    case "no_credit":
      return { ...fate, error: knownError(fault.code) }
    case "stuck":
      return { ...fate, stuck: fault.in }
    case "expire":
      return { ...fate, expireAfter: fault.done, unfinishedAbsent: fault.unfinished === "absent" }
    case "cancel":
      return {
        ...fate,
        ...(fault.unasked ? { cancelAfter: fault.done } : { haltAfter: fault.done }),
        unfinishedAbsent: fault.unfinished === "absent"
      }
    case "late_output":
      return {
        ...fate,
        lateRetrievals: fault.retrievals ?? (fault.ms === undefined ? 1 : 0),
        lateMs: fault.ms ?? 0
      }
    case "vanish":
      return { ...fate, vanishAfter: fault.retrievals }
    case "blank_ids":
      return { ...fate, blankIds: true }
    case "empty_error_file":
      return { ...fate, emptyErrorFile: true }
    case "counts":
      return { ...fate, counts: fault.counts }
    case "lines": {
      const { fault: _, ...lines } = fault
      return { ...fate, lines: [...(fate.lines ?? []), lines] }
    }
  }
}

/**
 * Rows of a job with what became of them, and what people said about them.
 *
 * @since 0.1.0
 */
import { FailureReason, LabelValue } from "@batchlabel/core/Outcome"
import * as Schema from "effect/Schema"
import { optional, Timestamp } from "./Scalars.js"

/**
 * @since 0.1.0
 * @category models
 */
export const RowLabel = Schema.Struct({ value: LabelValue, name: Schema.String }).annotations({ identifier: "RowLabel" })

/**
 * What a person says is right, by whom and when. It stands beside the model's label and never replaces it.
 *
 * @since 0.1.0
 * @category models
 */
export const ManualLabel = Schema.Struct({
  value: LabelValue,
  name: Schema.String,
  by: Schema.String,
  at: Timestamp
}).annotations({ identifier: "ManualLabel" })

/**
 * @since 0.1.0
 * @category models
 */
export type ManualLabel = typeof ManualLabel.Type

/**
 * A data row of the input, numbered from 1. `text` is cut after 500 characters. `pending`: it has no final outcome yet.
 *
 * @since 0.1.0
 * @category models
 */
export const Row = Schema.Struct({
  row: Schema.Number,
  text: Schema.String,
  outcome: Schema.Literal("labeled", "failed", "pending"),
  label: optional(RowLabel),
  reason: optional(FailureReason),
  detail: optional(Schema.String),
  raw: optional(Schema.String),
  manual: optional(ManualLabel)
}).annotations({ identifier: "Row" })

/**
 * @since 0.1.0
 * @category models
 */
export type Row = typeof Row.Type

/**
 * How the rows of a job are spread over the labels. `rows` = `labeled` + `failed` + `pending`; `count` is the model's, `manual` counts the
 * rows that a person gave the label. `final`: nothing of it is going to change by itself.
 *
 * @since 0.1.0
 * @category models
 */
export const Distribution = Schema.Struct({
  rows: Schema.Number,
  labeled: Schema.Number,
  failed: Schema.Number,
  pending: Schema.Number,
  labels: Schema.Array(Schema.Struct({ value: LabelValue, name: Schema.String, count: Schema.Number, manual: Schema.Number })),
  failures: Schema.Record({ key: Schema.String, value: Schema.Number }),
  final: Schema.Boolean
}).annotations({ identifier: "Distribution" })

/**
 * @since 0.1.0
 * @category models
 */
export type Distribution = typeof Distribution.Type

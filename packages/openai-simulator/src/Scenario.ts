/**
 * Faults as data. See the README for the list.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/**
 * What faults have in store for one batch: decided when it is created, kept with it.
 *
 * @since 0.1.0
 * @category models
 */
export const Fate = Schema.Struct({
  stuck: optional(Schema.Literal("validating", "in_progress", "finalizing")),
  expireAfter: optional(Schema.Number),
  cancelAfter: optional(Schema.Number),
  cancelDone: optional(Schema.Number)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Fate = typeof Fate.Type

/**
 * A fault scenario.
 *
 * @since 0.1.0
 * @category models
 */
export const Scenario = Schema.Struct({
  seed: optional(Schema.Number)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Scenario = typeof Scenario.Type

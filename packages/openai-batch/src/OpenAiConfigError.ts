/**
 * What can be wrong with the settings. No error holds a value of a setting: it might be the key.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Schema from "effect/Schema"
import * as OpenAiProblem from "./OpenAiProblem.js"

/**
 * There is no `OPENAI_API_KEY`, or it is blank.
 *
 * @since 0.1.0
 * @category reasons
 */
export class MissingKey extends Schema.TaggedClass<MissingKey>()("MissingKey", {}) {}

/**
 * The key holds a character that no key has.
 *
 * @since 0.1.0
 * @category reasons
 */
export class InvalidKey extends Schema.TaggedClass<InvalidKey>()("InvalidKey", {}) {}

/**
 * Another setting cannot be used.
 *
 * @since 0.1.0
 * @category reasons
 */
export class InvalidSetting extends Schema.TaggedClass<InvalidSetting>()("InvalidSetting", {
  name: Schema.String,
  detail: Schema.String
}) {}

/**
 * Why settings cannot be used.
 *
 * @since 0.1.0
 * @category reasons
 */
export const Reason = Schema.Union(MissingKey, InvalidKey, InvalidSetting)

const problemOf = (reason: typeof Reason.Type): Problem.Problem => {
  switch (reason._tag) {
    case "MissingKey":
      return OpenAiProblem.make("BL3001", {})
    case "InvalidKey":
      return OpenAiProblem.make("BL3002", {})
    case "InvalidSetting":
      return OpenAiProblem.make("BL3003", { name: reason.name, detail: reason.detail })
  }
}

/**
 * Settings that cannot be used. `reason` is tagged and names the setting; it never holds the key.
 *
 * @since 0.1.0
 * @category errors
 */
export class OpenAiConfigError extends Schema.TaggedError<OpenAiConfigError>()("OpenAiConfigError", { reason: Reason }) {
  /** Its code and data, and one plain sentence. */
  get problem(): Problem.Problem {
    return problemOf(this.reason)
  }

  override get message(): string {
    return this.problem.message
  }
}

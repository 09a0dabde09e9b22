/**
 * Why a webhook is not believed.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Schema from "effect/Schema"
import * as OpenAiProblem from "./OpenAiProblem.js"

/**
 * One of `webhook-id`, `webhook-timestamp` and `webhook-signature` is not there.
 *
 * @since 0.1.0
 * @category reasons
 */
export class MissingHeader extends Schema.TaggedClass<MissingHeader>()("MissingHeader", { header: Schema.String }) {}

/**
 * No signature of the request is one of the secret.
 *
 * @since 0.1.0
 * @category reasons
 */
export class SignatureMismatch extends Schema.TaggedClass<SignatureMismatch>()("SignatureMismatch", {}) {}

/**
 * The request is too old, or from the future; in seconds.
 *
 * @since 0.1.0
 * @category reasons
 */
export class OutsideTolerance extends Schema.TaggedClass<OutsideTolerance>()("OutsideTolerance", {
  seconds: Schema.Number,
  tolerance: Schema.Number
}) {}

/**
 * The request is OpenAI's and its body is no event.
 *
 * @since 0.1.0
 * @category reasons
 */
export class MalformedEvent extends Schema.TaggedClass<MalformedEvent>()("MalformedEvent", { detail: Schema.String }) {}

/**
 * The secret is empty or does not decode to a key.
 *
 * @since 0.1.0
 * @category reasons
 */
export class InvalidSecret extends Schema.TaggedClass<InvalidSecret>()("InvalidSecret", {}) {}

/**
 * Why a webhook is not believed.
 *
 * @since 0.1.0
 * @category reasons
 */
export const Reason = Schema.Union(MissingHeader, SignatureMismatch, OutsideTolerance, MalformedEvent, InvalidSecret)

const problemOf = (reason: typeof Reason.Type): Problem.Problem => {
  switch (reason._tag) {
    case "MissingHeader":
      return OpenAiProblem.make("BL4201", { header: reason.header })
    case "SignatureMismatch":
      return OpenAiProblem.make("BL4202", {})
    case "OutsideTolerance":
      return OpenAiProblem.make("BL4203", { seconds: reason.seconds, tolerance: reason.tolerance })
    case "MalformedEvent":
      return OpenAiProblem.make("BL4204", { detail: reason.detail })
    case "InvalidSecret":
      return OpenAiProblem.make("BL3006", {})
  }
}

/**
 * A webhook that is not believed. `reason` is tagged and says why.
 *
 * @since 0.1.0
 * @category errors
 */
export class WebhookError extends Schema.TaggedError<WebhookError>()("WebhookError", { reason: Reason }) {
  /** Its code and data, and one plain sentence. */
  get problem(): Problem.Problem {
    return problemOf(this.reason)
  }

  override get message(): string {
    return this.problem.message
  }
}

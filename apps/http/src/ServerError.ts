/**
 * Why the server does not start, and what is wrong with a token that an operator names.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Message from "@batchlabel/messages/Message"
import * as Schema from "effect/Schema"

/**
 * There is no token, and the server would be open to other machines.
 *
 * @since 0.1.0
 * @category reasons
 */
export class NoTokens extends Schema.TaggedClass<NoTokens>()("NoTokens", { host: Schema.String }) {}

/**
 * The address is taken, or may not be used.
 *
 * @since 0.1.0
 * @category reasons
 */
export class CannotListen extends Schema.TaggedClass<CannotListen>()("CannotListen", {
  host: Schema.String,
  port: Schema.Number,
  detail: Schema.String
}) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class TokenNameInvalid extends Schema.TaggedClass<TokenNameInvalid>()("TokenNameInvalid", { name: Schema.String }) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class TokenUnknown extends Schema.TaggedClass<TokenUnknown>()("TokenUnknown", { id: Schema.String }) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export class OwnerInvalid extends Schema.TaggedClass<OwnerInvalid>()("OwnerInvalid", { name: Schema.String }) {}

/**
 * No token has this owner.
 *
 * @since 0.1.0
 * @category reasons
 */
export class OwnerUnknown extends Schema.TaggedClass<OwnerUnknown>()("OwnerUnknown", {
  name: Schema.String,
  owners: Schema.Array(Schema.String)
}) {}

/**
 * @since 0.1.0
 * @category reasons
 */
export const Reason = Schema.Union(NoTokens, CannotListen, TokenNameInvalid, TokenUnknown, OwnerInvalid, OwnerUnknown)

const problemOf = (reason: typeof Reason.Type): Problem.Problem => {
  switch (reason._tag) {
    case "NoTokens":
      return Message.make("BL7029", { host: reason.host })
    case "CannotListen":
      return Message.make("BL7030", { host: reason.host, port: reason.port, detail: reason.detail })
    case "TokenNameInvalid":
      return Message.make("BL7031", { name: reason.name })
    case "TokenUnknown":
      return Message.make("BL7032", { id: reason.id })
    case "OwnerInvalid":
      return Message.make("BL7095", { name: reason.name })
    case "OwnerUnknown":
      return Message.make("BL7096", { name: reason.name, owners: reason.owners })
  }
}

/**
 * @since 0.1.0
 * @category errors
 */
export class ServerError extends Schema.TaggedError<ServerError>()("ServerError", { reason: Reason }) {
  /** The text of it, by language. */
  get problem(): Problem.Problem {
    return problemOf(this.reason)
  }

  override get message(): string {
    return this.problem.message
  }
}

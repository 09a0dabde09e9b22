/**
 * Answers by a function: for tests that decide in code what the model says.
 *
 * @since 0.1.0
 */
import type { Outcome } from "./Rules.js"

/**
 * A request that the API has taken: what it refuses is not asked for.
 *
 * @since 0.1.0
 * @category models
 */
export interface AnswerRequest {
  readonly endpoint: "/v1/chat/completions" | "/v1/responses" | "/v1/embeddings"
  /** Of a line in a batch; absent in a direct call. */
  readonly customId: string | undefined
  readonly model: string
  /** The texts of the request, in order; the texts to embed are one user message. */
  readonly messages: ReadonlyArray<{ readonly role: string; readonly content: string }>
  /** The whole body. */
  readonly body: { readonly [key: string]: unknown }
}

/**
 * Gives the outcome of a request, or `undefined` to leave it to the rules. It is asked once for each line, when the batch's file is read,
 * and before the rules are.
 *
 * @since 0.1.0
 * @category models
 */
export type AnswerFunction = (request: AnswerRequest) => Outcome | undefined | Promise<Outcome | undefined>

/**
 * From a successful response to the outcome of a row, strictly: what is not a label of the task never becomes one.
 *
 * @example
 * ```ts
 * import * as Answer from "@batchlabel/core/Answer"
 * import * as Presets from "@batchlabel/core/Presets"
 * import * as Either from "effect/Either"
 *
 * const read = Answer.reader(Either.getOrThrow(Presets.find("news-stance-ko")))
 * const outcome = read({ choices: [{ finish_reason: "stop", message: { content: "0" } }] })
 * console.log(outcome._tag) // Labeled
 * ```
 *
 * @since 0.1.0
 */
import { labelReader } from "./internal/labelReader.js"
import { type Reply, replyOf, type Said } from "./internal/responseBody.js"
import type { Failed, FailureReason, LabelValue, Outcome, Usage } from "./Outcome.js"
import type * as Task from "./Task.js"

const failed = (reason: FailureReason, detail: string, retryable: boolean, raw: string, usage: Usage | undefined): Failed => ({
  _tag: "Failed",
  reason,
  detail,
  retryable,
  ...(raw === "" ? {} : { raw }),
  ...(usage === undefined ? {} : { usage })
})

const shown = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim()
  return line.length > 80 ? `${line.slice(0, 80)}…` : line
}

/** Why a response is no answer, if that shows before its text is read. */
const hindrance = (reply: Reply, raw: string): Failed | undefined => {
  const { cut, said, usage, withheld } = reply
  const refusal = said.find((choice) => choice.refusal !== undefined)?.refusal
  if (reply.failed !== undefined) return failed("api_error", `the response ${reply.failed}`, true, raw, usage)
  if (refusal !== undefined)
    return failed("refused", `the model declined: ${shown(refusal)}`, false, raw === "" ? refusal : raw, usage)
  if (withheld !== undefined) return failed("refused", `the answer was withheld (${withheld})`, false, raw, usage)
  if (cut !== undefined)
    return failed("truncated", `the answer was cut short (${cut}); raise max_completion_tokens`, false, raw, usage)
  return undefined
}

/** The label that every non-empty choice names. */
const agreed = (said: ReadonlyArray<Said>, read: (text: string) => LabelValue | undefined): LabelValue | undefined => {
  const [first, ...others] = said.map(({ text }) => read(text))
  return others.every((value) => value === first) ? first : undefined
}

/**
 * Reads the parsed body of a response with status 200, of Chat Completions or of Responses. The label's text may be wrapped in blanks,
 * quotes and a final full stop and differ in case; a structured answer must be the object of its schema. Anything else fails:
 *
 * - `refused`: a refusal, or a content filter
 * - `truncated`: `finish_reason: length`, or an incomplete response, even if what is there looks like a label
 * - `invalid_answer`: an empty text, prose, a value outside the set, several choices that disagree
 * - `api_error`: a Responses body that says it failed
 * - `infrastructure`: a body that is no response at all
 *
 * `raw` keeps the model's text. `confidence` is the probability that the model gave its whole text, from `logprobs` where the response
 * has them. `retryable` is true where the same request may well get another answer: at temperature 0 an invalid one is final.
 *
 * @since 0.1.0
 * @category constructors
 */
export const reader = (task: Task.Task): ((body: unknown) => Outcome) => {
  const read = labelReader(task)
  // At temperature 0 the same request gets the same answer, and would only be paid for again.
  const mayDiffer = task.parameters["temperature"] !== 0
  return (body) => {
    const reply = replyOf(body)
    if (reply === undefined)
      return failed("infrastructure", "the response body is not one of Chat Completions or Responses", true, "", undefined)
    const said = reply.said.filter(({ text }) => text !== "")
    const raw = said.map(({ text }) => text).join("\n")
    const hindered = hindrance(reply, raw)
    if (hindered !== undefined) return hindered
    if (raw.trim() === "") return failed("invalid_answer", "the answer is empty", mayDiffer, raw, reply.usage)
    const value = agreed(said, read)
    if (value === undefined) {
      const detail = said.length > 1 ? "the choices do not agree on a label" : "the answer is not one of the labels"
      return failed("invalid_answer", `${detail}: ${shown(raw)}`, mayDiffer, raw, reply.usage)
    }
    const [only] = said
    return {
      _tag: "Labeled",
      value,
      raw,
      ...(said.length === 1 && only?.logProbability !== undefined ? { confidence: Math.exp(only.logProbability) } : {}),
      ...(reply.usage === undefined ? {} : { usage: reply.usage })
    }
  }
}

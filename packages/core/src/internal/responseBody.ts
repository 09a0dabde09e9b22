import type { Usage } from "../Outcome.js"

/** What a model said in one choice, or why it said nothing. */
export interface Said {
  readonly text: string
  readonly refusal: string | undefined
  /** The sum of the log probabilities of the text's tokens, if the response has them. */
  readonly logProbability: number | undefined
}

/** A successful response of either endpoint, reduced to what an outcome needs. */
export interface Reply {
  readonly said: ReadonlyArray<Said>
  /** Why the answer was cut, if it was: `length`, `max_output_tokens`. */
  readonly cut: string | undefined
  /** Why the answer was withheld, if it was: `content_filter`. */
  readonly withheld: string | undefined
  /** The response says that it failed: its own words. */
  readonly failed: string | undefined
  readonly usage: Usage | undefined
}

/** A member of an object of unknown shape. */
export const get = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined

const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

const tokens = (...values: ReadonlyArray<unknown>): number => {
  const found = values.find((value) => typeof value === "number" && Number.isFinite(value) && value >= 0)
  return typeof found === "number" ? found : 0
}

/** Both endpoints' usage objects; they differ in names alone. */
const usageOf = (usage: unknown): Usage | undefined => {
  if (typeof usage !== "object" || usage === null) return undefined
  const inputs = get(usage, "prompt_tokens_details") ?? get(usage, "input_tokens_details")
  const outputs = get(usage, "completion_tokens_details") ?? get(usage, "output_tokens_details")
  return {
    input: tokens(get(usage, "prompt_tokens"), get(usage, "input_tokens")),
    output: tokens(get(usage, "completion_tokens"), get(usage, "output_tokens")),
    cached: tokens(get(inputs, "cached_tokens")),
    cacheWrite: tokens(get(inputs, "cache_write_tokens")),
    reasoning: tokens(get(outputs, "reasoning_tokens"))
  }
}

const logProbabilityOf = (logprobs: unknown): number | undefined => {
  const values = list(logprobs).map((token) => get(token, "logprob"))
  if (values.length === 0) return undefined
  let sum = 0
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value) || value > 0) return undefined
    sum += value
  }
  return sum
}

/** A message's content: a text, or (from some compatible servers) parts that hold one. */
const contentText = (content: unknown): string =>
  typeof content === "string"
    ? content
    : list(content)
        .map((part) => text(get(part, "text")) ?? "")
        .join("")

const chatReply = (body: unknown): Reply => {
  const choices = list(get(body, "choices"))
  const finish = choices.map((choice) => text(get(choice, "finish_reason")))
  return {
    said: choices.map((choice) => {
      const message = get(choice, "message")
      return {
        text: contentText(get(message, "content")),
        refusal: text(get(message, "refusal")),
        logProbability: logProbabilityOf(get(get(choice, "logprobs"), "content"))
      }
    }),
    cut: finish.find((reason) => reason === "length"),
    withheld: finish.find((reason) => reason === "content_filter"),
    failed: undefined,
    usage: usageOf(get(body, "usage"))
  }
}

const responsesReply = (body: unknown): Reply => {
  const incomplete =
    get(body, "status") === "incomplete" ? (text(get(get(body, "incomplete_details"), "reason")) ?? "incomplete") : undefined
  const error = get(body, "error")
  const status = text(get(body, "status"))
  const content = list(get(body, "output"))
    .filter((item) => get(item, "type") === "message")
    .flatMap((item) => list(get(item, "content")))
  return {
    said: content.map((part) => ({
      text: get(part, "type") === "output_text" ? (text(get(part, "text")) ?? "") : "",
      refusal: text(get(part, "refusal")),
      logProbability: logProbabilityOf(get(part, "logprobs"))
    })),
    cut: incomplete === "content_filter" ? undefined : incomplete,
    withheld: incomplete === "content_filter" ? incomplete : undefined,
    failed:
      status === "failed" || status === "cancelled"
        ? [status, text(get(error, "code")), text(get(error, "message"))].filter((part) => part !== undefined).join(": ")
        : undefined,
    usage: usageOf(get(body, "usage"))
  }
}

/** The response, by its own shape; undefined if it is neither endpoint's. */
export const replyOf = (body: unknown): Reply | undefined => {
  if (Array.isArray(get(body, "choices"))) return chatReply(body)
  return Array.isArray(get(body, "output")) ? responsesReply(body) : undefined
}

/**
 * The codes `BL53xx`: prices, caps, estimates.
 *
 * @since 0.1.0
 */
import * as Problem from "@batchlabel/core/Problem"

/**
 * One plain sentence for each code.
 *
 * @since 0.1.0
 * @category problems
 */
export const sentences = {
  BL5301: (p: { path: string; detail: string }) => `The price file is not valid: ${p.path}: ${p.detail}`,
  BL5302: (p: { model: string }) => `No price is known for model '${p.model}'`,
  BL5303: (p: { model: string; date: string }) => `Model '${p.model}' was shut down on ${p.date}`,
  BL5304: (p: { model: string; date: string; days: number }) =>
    `Model '${p.model}' will be shut down on ${p.date}, in ${p.days} days`,
  BL5305: (p: { cap: string; spent: string; reserved: string; needed: string }) =>
    `The next batch may need $${p.needed} and does not fit the spending cap of $${p.cap}: $${p.spent} spent, $${p.reserved} reserved`,
  BL5306: (p: { model: string }) => `No batch price is listed for model '${p.model}'; half of its standard price is used`,
  BL5307: (p: { model: string; note: string }) => `Price of model '${p.model}': ${p.note}`,
  BL5308: (p: { model: string; encoding: string }) =>
    `The token encoding of model '${p.model}' is not known; ${p.encoding} is assumed`,
  BL5309: (p: { model: string; effort: string | undefined; low: number; high: number }) =>
    `Model '${p.model}' is billed for reasoning; ${p.low} to ${p.high} tokens per request are assumed`,
  BL5310: (p: { requests: number; shards: number; waves: number; low: string; high: string; bound: string }) =>
    `${p.requests} requests in ${p.shards} batches and ${p.waves} waves usually take ${p.low} to ${p.high} hours, at most ${p.bound}`,
  BL5311: (p: { model: string }) => `The enqueued-token limit of model '${p.model}' is not known`,
  BL5312: (p: { model: string; limit: number; tier: number }) =>
    `The enqueued-token limit of model '${p.model}' is assumed to be ${p.limit}, as in usage tier ${p.tier}`,
  BL5313: (p: { model: string; limit: number }) => `The enqueued-token limit of model '${p.model}' is ${p.limit}`,
  BL5314: (p: { shards: number; limit: number }) => `${p.shards} batches exceed the enqueued-token limit of ${p.limit}`,
  BL5315: (p: { requests: number; above: number }) =>
    `${p.requests} requests have more than ${p.above} input tokens and are billed at long-context rates`,
  BL5316: (p: { model: string; tokens: number }) =>
    `The task does not cap its answers; model '${p.model}' may use up to ${p.tokens} tokens per request`,
  BL5317: (p: { tokens: number }) => `The JSON Schema of the answer adds ${p.tokens} tokens per request, billed in an unknown way`
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Problem.family(sentences)

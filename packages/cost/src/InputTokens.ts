/**
 * The input tokens of all requests of a job, counted while its rows go by: exactly as long as they are few, from a sample of the rest. Also
 * the shards they would make.
 *
 * @since 0.1.0
 */
import type { Request } from "@batchlabel/core/Prompt"
import type { Shard } from "./Duration.js"
import type { Range } from "./OutputTokens.js"
import type { LongContext } from "./PriceBook.js"
import type { RequestTokens } from "./RequestTokens.js"
import * as Sampling from "./Sampling.js"

/**
 * `sample` is `undefined` where every request was counted; else that many bytes of the requests (`share` of all) were estimated from `n`
 * draws, and the range is a 95 % interval. `long` are the requests above the long-context limit, always counted. `largest` is the largest
 * request, in tokens where it was counted, else bounded by its bytes.
 *
 * @since 0.1.0
 * @category models
 */
export interface InputTokens {
  readonly requests: number
  readonly bytes: number
  readonly tokens: Range
  readonly sample: { readonly n: number; readonly share: number } | undefined
  readonly schema: number
  readonly long: { readonly requests: number; readonly tokens: number }
  readonly largest: number
  readonly shards: ReadonlyArray<Shard & { readonly bytes: number }>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly tokens: RequestTokens
  /** As the splitter's: a shard ends where the next request would pass one of them. */
  readonly limits: { readonly requests: number; readonly bytes: number; readonly tokens: number }
  readonly longContext?: LongContext | undefined
  /** User messages up to so many bytes in all are counted, the rest is sampled; 16 MB take half a second. */
  readonly exactBytes?: number | undefined
  readonly draws?: number | undefined
  readonly seed?: number | undefined
}

/**
 * `add` takes each request that will be sent, once; `result` may be asked for at any time.
 *
 * @since 0.1.0
 * @category models
 */
export interface Collector {
  readonly add: (request: Pick<Request, "user" | "body">) => void
  readonly result: () => InputTokens
}

// {"custom_id":"r…-…","method":"POST","url":"/v1/…","body":…} and the line break.
const LINE_BYTES = 116

/**
 * @since 0.1.0
 * @category constructors
 */
export const collector = ({
  draws = 2_000,
  exactBytes = 16_000_000,
  limits,
  longContext,
  seed = 1,
  tokens
}: Options): Collector => {
  const sample = Sampling.weighted(draws, seed)
  const longAbove = longContext?.above ?? Number.POSITIVE_INFINITY
  const shards: Array<{ requests: number; inputTokens: number; bytes: number }> = []
  const long = { requests: 0, tokens: 0 }
  let requests = 0
  let lineBytes = 0
  let countedBytes = 0
  let countedTokens = 0
  let sampledBytes = 0
  let largest = 0

  const place = (bytes: number, inputTokens: number): void => {
    const open = shards.at(-1)
    if (
      open !== undefined &&
      open.requests < limits.requests &&
      open.bytes + bytes <= limits.bytes &&
      open.inputTokens + inputTokens <= limits.tokens
    ) {
      open.requests++
      open.bytes += bytes
      open.inputTokens += inputTokens
    } else shards.push({ requests: 1, bytes, inputTokens })
  }

  return {
    add: ({ body, user }) => {
      const userBytes = Buffer.byteLength(user)
      const bytes = Buffer.byteLength(body) + LINE_BYTES
      requests++
      lineBytes += bytes
      const atMost = tokens.constant + userBytes
      if (countedBytes + userBytes <= exactBytes || atMost > longAbove) {
        const counted = tokens.count(user)
        countedBytes += userBytes
        countedTokens += counted - tokens.constant
        largest = Math.max(largest, counted)
        if (counted > longAbove) {
          long.requests++
          long.tokens += counted
        }
        place(bytes, counted)
      } else {
        sampledBytes += userBytes
        largest = Math.max(largest, atMost)
        sample.offer(userBytes, () => tokens.count(user) - tokens.constant)
        // What was counted so far is a good enough rate for where shards end.
        place(bytes, tokens.constant + Math.round((userBytes * countedTokens) / Math.max(1, countedBytes)))
      }
    },
    result: () => {
      const estimated = sampledBytes === 0 ? Sampling.exactly(0, 0) : sample.total()
      const fixed = requests * tokens.constant + countedTokens
      // How a schema is billed is not documented: perhaps not at all, perhaps with words around it.
      const doubt = requests * tokens.schema
      return {
        requests,
        bytes: lineBytes,
        tokens: {
          low: Math.max(0, Math.floor(fixed + estimated.low - doubt)),
          mid: Math.round(fixed + estimated.mid),
          high: Math.ceil(fixed + estimated.high + doubt)
        },
        sample: estimated.exact ? undefined : { n: estimated.n, share: sampledBytes / (sampledBytes + countedBytes) },
        schema: tokens.schema,
        long: { ...long },
        largest,
        shards: shards.map((shard) => ({ ...shard }))
      }
    }
  }
}

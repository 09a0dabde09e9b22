/**
 * The outcomes of a job by request digest: a code and a source a request in typed arrays, so that a million rows stay within some
 * tens of megabytes. Equal outcomes are held once.
 *
 * @since 0.1.0
 */
import type * as Outcome from "@batchlabel/core/Outcome"
import * as RequestIndex from "./RequestIndex.js"

/**
 * Where an outcome comes from. `at` is in unix milliseconds: the end of the batch, or the time of a cached answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Source {
  readonly at: number
  readonly model: string
  readonly task: string
  readonly batchId: string | undefined
  readonly attempt: number
}

/**
 * What the table knows of a request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  readonly outcome: Outcome.Outcome
  readonly source: Source
}

/**
 * Outcomes by request digest, in typed arrays: some 40 bytes a request.
 *
 * @since 0.1.0
 * @category models
 */
export interface OutcomeTable {
  /** Distinct requests with an outcome. */
  readonly size: number
  readonly addSource: (source: Source) => number
  /** A label is never replaced; a failure is replaced by a label, or by the failure of a later source. */
  readonly record: (digest: string, outcome: Outcome.Outcome, source: number) => void
  readonly get: (digest: string) => Entry | undefined
}

/** Past this many different failures their details are dropped: the result files keep them. */
const mostFailures = 100_000
const longestRaw = 500

const grown = (array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> => {
  if (needed <= array.length) return array
  const next = new Int32Array(Math.max(needed, array.length * 2)).fill(-1)
  next.set(array)
  return next
}

const withoutUsage = (outcome: Outcome.Outcome): Outcome.Outcome => {
  const { usage: _, ...rest } = outcome
  if (rest._tag === "Labeled") return { _tag: "Labeled", value: rest.value, raw: "" }
  return rest.raw !== undefined && rest.raw.length > longestRaw ? { ...rest, raw: `${rest.raw.slice(0, longestRaw)}…` } : rest
}

const keyOf = (outcome: Outcome.Outcome): string =>
  outcome._tag === "Labeled"
    ? `L${typeof outcome.value}${outcome.value}`
    : `F${outcome.reason}\u0000${outcome.retryable}\u0000${outcome.detail}\u0000${outcome.raw ?? ""}`

/**
 * An empty table. It grows as outcomes are added.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (): OutcomeTable => {
  const index = RequestIndex.make()
  const sources: Array<Source> = []
  const kinds: Array<Outcome.Outcome> = []
  const kindByKey = new Map<string, number>()
  /** The same for labels, which are nearly all. */
  const kindByLabel = new Map<Outcome.LabelValue, number>()
  let kindAt = new Int32Array(1024).fill(-1)
  let sourceAt = new Int32Array(1024).fill(-1)

  const kindOf = (full: Outcome.Outcome): number => {
    const labeled = full._tag === "Labeled" ? kindByLabel.get(full.value) : undefined
    if (labeled !== undefined) return labeled
    let outcome = withoutUsage(full)
    let key = keyOf(outcome)
    const known = kindByKey.get(key)
    if (known !== undefined) return known
    if (outcome._tag === "Failed" && kinds.length >= mostFailures) {
      outcome = {
        _tag: "Failed",
        reason: outcome.reason,
        retryable: outcome.retryable,
        detail: "see the result files of the job"
      }
      key = keyOf(outcome)
      const plain = kindByKey.get(key)
      if (plain !== undefined) return plain
    }
    kindByKey.set(key, kinds.length)
    if (outcome._tag === "Labeled") kindByLabel.set(outcome.value, kinds.length)
    return kinds.push(outcome) - 1
  }

  return {
    get size() {
      return index.size
    },
    addSource: (source) => sources.push(source) - 1,
    record: (digest, outcome, source) => {
      const slot = index.add(digest)
      kindAt = grown(kindAt, slot + 1)
      sourceAt = grown(sourceAt, slot + 1)
      const held = kinds[kindAt[slot] ?? -1]
      if (held !== undefined) {
        if (held._tag === "Labeled") return
        if (outcome._tag === "Failed" && source <= (sourceAt[slot] ?? -1)) return
      }
      kindAt[slot] = kindOf(outcome)
      sourceAt[slot] = source
    },
    get: (digest) => {
      const slot = index.find(digest)
      if (slot === -1) return undefined
      const outcome = kinds[kindAt[slot] ?? -1]
      const source = sources[sourceAt[slot] ?? -1]
      return outcome === undefined || source === undefined ? undefined : { outcome, source }
    }
  }
}

/**
 * How many tokens a text is for a model: exact counts, as OpenAI's own tokenizer makes them (tiktoken's `encode_ordinary`: text that looks
 * like a special token is text).
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { pieceCounter } from "./internal/bytePairs.js"
import { PieceCache } from "./internal/pieceCache.js"
import { scanners } from "./internal/pieces.js"
import { type Token, Vocabulary } from "./internal/vocabulary.js"

/**
 * `o200k_harmony` cuts and merges ordinary text exactly as `o200k_base` does; only its special tokens differ.
 *
 * @since 0.1.0
 * @category models
 */
export type EncodingName = "o200k_base" | "cl100k_base" | "o200k_harmony"

/**
 * Counts the tokens of texts. Halves of surrogate pairs count as U+FFFD, which is what they become in UTF-8.
 *
 * A counter keeps a bounded cache of pieces (about 4 MB), and for a text of any length takes time in proportion to it (times a logarithm
 * where the text is a single piece, as a megabyte of one letter is).
 *
 * @since 0.1.0
 * @category models
 */
export interface Counter {
  readonly encoding: EncodingName
  readonly count: (text: string) => number
}

/**
 * The encoding of a model, and whether it is an assumption: `o200k_base`, the encoding of every recent model, stands in where nothing is
 * known of the model.
 *
 * @since 0.1.0
 * @category models
 */
export interface ModelEncoding {
  readonly encoding: EncodingName
  readonly assumed: boolean
}

const known: ReadonlyArray<readonly [pattern: RegExp, encoding: EncodingName]> = [
  [/^gpt-oss-/, "o200k_harmony"],
  [/^(o1|o3|o4-mini)(-|$)/, "o200k_base"],
  [/^(chatgpt-4o-|gpt-4o|gpt-4\.1|gpt-4\.5-|gpt-5)/, "o200k_base"],
  [/^(gpt-4|gpt-35-turbo|gpt-3\.5)/, "cl100k_base"],
  [/^text-embedding-(ada-002|3-small|3-large)$/, "cl100k_base"]
]

/**
 * Fine-tuned models (`ft:gpt-4o-mini:…`) have the encoding of their base. Source: tiktoken 0.14, model.py.
 *
 * @since 0.1.0
 * @category lookups
 */
export const encodingOf = (model: string): ModelEncoding => {
  const base = model.startsWith("ft:") ? model.slice(3) : model
  const found = known.find(([pattern]) => pattern.test(base))
  return found === undefined ? { encoding: "o200k_base", assumed: true } : { encoding: found[1], assumed: false }
}

// A larger buffer is given back after the text that needed it.
const KEPT = 1 << 16

const counterOf = (encoding: EncodingName, tokens: ReadonlyArray<Token>): Counter => {
  const nextPiece = encoding === "cl100k_base" ? scanners().cl100k : scanners().o200k
  const countPiece = pieceCounter(new Vocabulary(tokens))
  const cache = new PieceCache()
  let units = new Uint16Array(1024)

  return {
    encoding,
    count: (text) => {
      const { length } = text
      if (length > units.length) units = new Uint16Array(Math.max(length, units.length * 2))
      for (let i = 0; i < length; i++) units[i] = text.charCodeAt(i)
      let total = 0
      let at = 0
      while (at < length) {
        const end = nextPiece(units, at, length)
        total += cache.count(units, at, end, countPiece)
        at = end
      }
      if (units.length > KEPT) units = new Uint16Array(KEPT)
      return total
    }
  }
}

const vocabularies = {
  o200k_base: () => import("gpt-tokenizer/bpeRanks/o200k_base"),
  cl100k_base: () => import("gpt-tokenizer/bpeRanks/cl100k_base")
}

// One vocabulary a process: it takes a tenth of a second to load and some ten megabytes.
const loaded = new Map<EncodingName, Promise<Counter>>()

const load = async (encoding: EncodingName): Promise<Counter> => {
  if (encoding === "o200k_harmony") return { ...(await loadOnce("o200k_base")), encoding }
  const { default: tokens } = await vocabularies[encoding]()
  return counterOf(encoding, tokens)
}

const loadOnce = (encoding: EncodingName): Promise<Counter> => {
  const before = loaded.get(encoding)
  if (before !== undefined) return before
  const counter = load(encoding)
  loaded.set(encoding, counter)
  return counter
}

/**
 * The counter of an encoding. The vocabulary is imported on first use and shared from then on; that it cannot be loaded is a broken
 * installation, a defect.
 *
 * @since 0.1.0
 * @category constructors
 */
export const counter = (encoding: EncodingName): Effect.Effect<Counter> => Effect.promise(() => loadOnce(encoding))

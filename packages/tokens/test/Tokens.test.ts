import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import cl100k from "gpt-tokenizer/bpeRanks/cl100k_base"
import o200k from "gpt-tokenizer/bpeRanks/o200k_base"
import { get_encoding, type TiktokenEncoding } from "tiktoken"
import { sized } from "../../../test/support/sized.js"
import { classes } from "../src/internal/characters.js"
import { NONE, Vocabulary } from "../src/internal/vocabulary.js"
import * as Tokens from "../src/Tokens.js"
import { hangul, latin, texts, word } from "./texts.js"

const reference = (encoding: TiktokenEncoding) =>
  Effect.acquireRelease(
    Effect.sync(() => get_encoding(encoding)),
    (tiktoken) => Effect.sync(() => tiktoken.free())
  )

const pairs: ReadonlyArray<readonly [Tokens.EncodingName, TiktokenEncoding]> = [
  ["o200k_base", "o200k_base"],
  ["cl100k_base", "cl100k_base"],
  // Its ranks and pattern are those of o200k_base; `encode_ordinary` knows no special tokens.
  ["o200k_harmony", "o200k_base"]
]

const mismatches = (ours: Tokens.Counter, theirs: ReturnType<typeof get_encoding>, samples: Iterable<string>) => {
  const wrong: Array<string> = []
  for (const text of samples) {
    const [a, b] = [ours.count(text), theirs.encode_ordinary(text).length]
    if (a !== b) wrong.push(`${JSON.stringify(text)}: ${a}, not ${b}`)
  }
  return wrong
}

/** The first and the last character of every run of a class: where a table that is off by one shows. */
const edges = (): ReadonlyArray<string> => {
  const table = classes()
  const points: Array<number> = []
  for (let at = 1; at < table.length; at++) if (table[at] !== table[at - 1]) points.push(at - 1, at)
  return points.map((point) => String.fromCodePoint(point))
}

/** Contexts in which the class of a character decides where pieces end. */
const inContext = (char: string): string =>
  `the${char}the THE${char}THE !${char}!${char}the 1${char}1 ${char} ${char}THE\n${char}\n ab${char}'s ${char}1234 Ab${char}B'S`

/** A syllable beside what can take a part of it: a blank, endings that begin inside a syllable, words that end inside one, other scripts. */
const amongNeighbours = (syllable: string): string =>
  `${syllable}니다 ${syllable}다 가${syllable} ${syllable}${syllable}는 어${syllable} 아${syllable}\n${syllable}\n "${syllable}pp${syllable}ი${syllable}é${syllable}北 A${syllable}1`

/** Merges the bytes of a token as an encoder does: the parts that are left, and the ranks of the merges in their order. */
const merged = (vocabulary: Vocabulary, token: number): readonly [parts: number, ranks: ReadonlyArray<number>] => {
  const { arena, byteRanks, starts } = vocabulary
  const parts = Array.from(arena.subarray(starts[token] ?? 0, starts[token + 1] ?? 0), (byte) => byteRanks[byte] ?? NONE)
  const ranks: Array<number> = []
  for (;;) {
    let lowest = NONE
    let at = -1
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = vocabulary.joined(parts[i] ?? NONE, parts[i + 1] ?? NONE)
      if (rank < lowest) [lowest, at] = [rank, i]
    }
    if (at < 0) return [parts.length, ranks]
    ranks.push(lowest)
    parts.splice(at, 2, lowest)
  }
}

const megabyte = 1_000_000

/**
 * Joins words to one that is a single piece and whose count is the sum of theirs: the joint is a letter of which no token holds the first
 * byte together with what stands before it, nor the last with what stands behind it.
 */
const joined = (counter: Tokens.Counter, parts: ReadonlyArray<string>, joint: string): readonly [text: string, count: number] => {
  const count = parts.reduce((sum, part) => sum + counter.count(part), (parts.length - 1) * counter.count(joint))
  return [parts.join(joint), count]
}

describe("token counts", () => {
  for (const [encoding, tiktoken] of pairs) {
    const many = encoding === "o200k_harmony" ? 400 : 2_400
    it.scoped(`${encoding}: ${many} odd texts count exactly as tiktoken counts them`, () =>
      Effect.gen(function* () {
        const ours = yield* Tokens.counter(encoding)
        const theirs = yield* reference(tiktoken)
        assert.strictEqual(ours.encoding, encoding)
        assert.deepStrictEqual(mismatches(ours, theirs, texts(many, 20_261_124)), [])
      })
    )
  }

  for (const encoding of ["o200k_base", "cl100k_base"] as const) {
    it.scoped(`${encoding}: every edge of a class of characters is where tiktoken has it`, () =>
      Effect.gen(function* () {
        const ours = yield* Tokens.counter(encoding)
        const theirs = yield* reference(encoding)
        assert.isAbove(edges().length, 6_000)
        assert.deepStrictEqual(mismatches(ours, theirs, edges().map(inContext)), [])
      })
    )

    it.scoped(`${encoding}: any string of code units counts as in tiktoken, halves of pairs included`, () =>
      Effect.gen(function* () {
        const ours = yield* Tokens.counter(encoding)
        const theirs = yield* reference(encoding)
        const unit = FastCheck.string({ unit: FastCheck.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 60 })
        const text = FastCheck.oneof(
          unit,
          FastCheck.string({ unit: "binary", maxLength: 60 }),
          FastCheck.string({ maxLength: 60 })
        )
        FastCheck.assert(
          FastCheck.property(text, (text) => ours.count(text) === theirs.encode_ordinary(text).length),
          { numRuns: sized(150, 600) }
        )
      })
    )

    it.scoped(`${encoding}: long words, runs and what fills the cache count as in tiktoken`, () =>
      Effect.gen(function* () {
        const ours = yield* Tokens.counter(encoding)
        const theirs = yield* reference(encoding)
        const runs = ["a", "가", " ", "\n", "!", "=", "/", "ㅋ", "\t", "\u0301", "😀", "1", "\ufeff", "Ab"]
        const samples = [
          ...runs.flatMap((run) => [run.repeat(63), run.repeat(97), run.repeat(1_500)]),
          ...[95, 96, 97, 98, 300, 2_500].flatMap((length) => [word(length, length, latin), word(length, length, hangul)])
        ]
        assert.deepStrictEqual(mismatches(ours, theirs, samples), [])
      })
    )
  }

  for (const [encoding, tokens] of [
    ["o200k_base", o200k],
    ["cl100k_base", cl100k]
  ] as const) {
    it.scoped(`${encoding}: every Hangul syllable counts as in tiktoken among neighbours that can take a part of it`, () =>
      Effect.gen(function* () {
        const ours = yield* Tokens.counter(encoding)
        const theirs = yield* reference(encoding)
        const syllables = Array.from({ length: 11_172 }, (_, index) => amongNeighbours(String.fromCharCode(0xac00 + index)))
        assert.deepStrictEqual(mismatches(ours, theirs, syllables), [])
      })
    )

    it(`${encoding}: merging finds every token, at ranks that only grow, which the quick starts of Hangul rest on`, () => {
      const vocabulary = new Vocabulary(tokens)
      assert.isAbove(vocabulary.size, 100_000)
      const odd: Array<number> = []
      for (let token = 0; token < vocabulary.size; token++) {
        const [parts, ranks] = merged(vocabulary, token)
        if (parts !== 1 || ranks.some((rank, i) => i > 0 && rank < (ranks[i - 1] ?? NONE))) odd.push(token)
      }
      assert.deepStrictEqual(odd, [])
    })
  }

  it.effect("a text counts the same before and after two hundred thousand other pieces went through the cache", () =>
    Effect.gen(function* () {
      const ours = yield* Tokens.counter("o200k_base")
      const samples = texts(300, 5)
      const before = samples.map(ours.count)
      for (let i = 0; i < 200; i++)
        ours.count(Array.from({ length: 1_000 }, (_, j) => word(2 + (j % 3), i * 1_000 + j, hangul)).join(" "))
      assert.deepStrictEqual(samples.map(ours.count), before)
    })
  )

  it.effect("a word of a megabyte counts as its parts do, where no token spans the joints", () =>
    Effect.gen(function* () {
      const ours = yield* Tokens.counter("o200k_base")
      for (const [letter, length, joint] of [
        [latin, 1_000, "ꙮ"],
        [hangul, 333, "ꙮ"]
      ] as const) {
        const parts = Array.from({ length: 1_000 }, (_, seed) => word(length, seed, letter))
        const [text, count] = joined(ours, parts, joint)
        assert.isAbove(Buffer.byteLength(text), megabyte * 0.99)
        assert.strictEqual(ours.count(text), count)
      }
    })
  )

  it.effect("a megabyte of one character is counted in seconds, as many tokens as its longest token makes of it", () =>
    Effect.gen(function* () {
      const ours = yield* Tokens.counter("o200k_base")
      const started = performance.now()
      for (const [run, bytes, longest] of [
        ["a", 1, 8],
        ["가", 3, 1],
        [" ", 1, 128],
        ["\n", 1, 16],
        ["!", 1, 16]
      ] as const) {
        const repeats = Math.floor(megabyte / bytes)
        assert.strictEqual(ours.count(run.repeat(repeats)), Math.ceil(repeats / longest), JSON.stringify(run))
      }
      // tiktoken's own time grows with the square: a tenth of this takes it ten seconds and more.
      assert.isBelow(performance.now() - started, 30_000)
    })
  )

  it("knows the encoding of a model, and says where it assumes it", () => {
    const of = (model: string) => {
      const { assumed, encoding } = Tokens.encodingOf(model)
      return assumed ? `${encoding}, assumed` : encoding
    }
    for (const model of [
      "gpt-4o-mini",
      "gpt-4o-mini-2024-07-18",
      "gpt-4.1-nano",
      "gpt-5",
      "gpt-5.6-luna",
      "o1",
      "o3-pro",
      "o4-mini",
      "ft:gpt-4o-mini:acme::x"
    ]) {
      assert.strictEqual(of(model), "o200k_base", model)
    }
    for (const model of ["gpt-4", "gpt-4-turbo", "gpt-3.5-turbo-0125", "text-embedding-3-small"])
      assert.strictEqual(of(model), "cl100k_base", model)
    assert.strictEqual(of("gpt-oss-20b"), "o200k_harmony")
    for (const model of ["gpt-6-luna", "gpt-6.1-sol", "qwen3", "o11", "text-embedding-4"])
      assert.strictEqual(of(model), "o200k_base, assumed", model)
  })
})

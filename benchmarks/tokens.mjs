/**
 * Token counters of o200k_base beside each other, in one table: MB/s over UTF-8 bytes and the ratio to tiktoken.
 *
 *     node_modules/.bin/tsc -b packages/tokens/tsconfig.build.json && node benchmarks/tokens.mjs [--file PATH] [--rounds 7] [--mb 0.5]
 *
 * Times are processor time of the process (compiling and collecting garbage included), so that neighbours on the machine do not count.
 * `first`: the first pass over a text in a fresh process (nothing compiled, nothing cached), vocabulary loaded. `later`: passes after it, the
 * engines taking turns; made-up texts are new in each round, a file is the same. Medians. `wrong`: texts that differ from tiktoken.
 */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { cpus } from "node:os"
import { fileURLToPath, pathToFileURL } from "node:url"
import { parseArgs } from "node:util"

const packageUrl = new URL("../packages/tokens/package.json", import.meta.url)
const require = createRequire(packageUrl)

const { values } = parseArgs({
  options: {
    file: { type: "string" },
    rounds: { type: "string", default: "7" },
    mb: { type: "string", default: "0.5" },
    seed: { type: "string", default: "1" },
    // For the processes that this one starts.
    first: { type: "string" },
    text: { type: "string" }
  }
})
const rounds = Math.max(5, Number(values.rounds))
const bytesWanted = Number(values.mb) * 1e6

const random = (seed) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const syllables =
  "가각간감강개거건검게경계고곡골공과관광교구국군권규그극근금급기길김나난남내노농뇌누능니다단달담당대더도독동두드등라락란람랑래량러력련령례로록론료루류률리린림마만말망매면명모목무문물미민박반발방배백번범법변별병보복본부북분불비사산살상생서석선설성세소속손수순술스승시식신실심십싸아악안알암압앙애야약양어억언엄업에여역연열염영예오옥온올완왕외요용우운원월위유육윤율은을음응의이익인일임입자작잔장재저적전절점접정제조족존종좌주죽준중증지직진질집차착찬참창책처척천철첩청체초촉총최추축출충취측치친칠침코쾌타탁탄탈탐태택토통투특파판팔패편평폐포폭표품풍피필하학한할함합항해핵행향허헌험혁현혈협형호혼홍화확환활황회획효후훈휘휴흉흥희"
const particles = [
  "은",
  "는",
  "이",
  "가",
  "을",
  "를",
  "에",
  "의",
  "로",
  "와",
  "과",
  "도",
  "만",
  "에서",
  "까지",
  "부터",
  "에게",
  "으로",
  "보다",
  "라고",
  ""
]
const endings = [
  "했다",
  "한다",
  "밝혔다",
  "전했다",
  "나섰다",
  "보인다",
  "됐다",
  "있다",
  "없다",
  "것으로 알려졌다",
  "전망이다",
  "지적했다",
  "강조했다",
  "…논란",
  "하기로"
]
const marks = [".", ".", ".", ",", "…", "?", "!", ' "', '" ', "·", " [단독]", " (종합)", " → ", "'"]
const latin = ["AI", "KBS", "Seoul", "GDP", "iPhone", "BTS", "YouTube", "CEO", "K-pop", "SK", "the", "market", "of", "report"]

/** 200,000 nouns of two to four syllables, the frequent ones far more frequent. */
const nouns = (() => {
  const next = random(20_261_124)
  const syllable = () => syllables[Math.floor(syllables.length * next() ** 1.7)]
  return Array.from({ length: 200_000 }, () => Array.from({ length: 2 + Math.floor(next() * 2.6) }, syllable).join(""))
})()

const pick = (next, from) => from[Math.floor(next() * from.length)]

const koreanWord = (next) => {
  const kind = next()
  if (kind < 0.05) return pick(next, latin)
  if (kind < 0.1) return `${Math.floor(next() ** 3 * 10_000)}${pick(next, ["년", "월", "일", "명", "억원", "%", "조", "시"])}`
  return nouns[Math.floor(nouns.length * next() ** 10)] + pick(next, kind < 0.85 ? particles : endings)
}

/** Articles of 100 to 1,500 characters. Of the words of half a megabyte 48 % are different ones; of 3,000 real headlines 25 % are. */
const korean = (seed) => {
  const next = random(seed)
  return () => {
    const words = Array.from(
      { length: 25 + Math.floor(next() * 350) },
      () => koreanWord(next) + (next() < 0.15 ? pick(next, marks) : "")
    )
    return words.join(" ")
  }
}

const englishWord = (() => {
  const next = random(7)
  const onsets = ["b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "w", "st", "tr", "pl", "th", "sh", "ch"]
  const rimes = ["a", "e", "i", "o", "u", "an", "er", "in", "on", "al", "ent", "ing", "ation", "ly", "ed", "ar", "ist", "ow"]
  const words = Array.from({ length: 40_000 }, () =>
    Array.from({ length: 1 + Math.floor(next() * 3) }, () => pick(next, onsets) + pick(next, rimes)).join("")
  )
  return (next) => words[Math.floor(words.length * next() ** 4)]
})()

/** Messages as customers write them: scripts, digits, links, emoji and code in one text. */
const mixed = (seed) => {
  const next = random(seed)
  const word = () => {
    const kind = next()
    if (kind < 0.45) return koreanWord(next)
    if (kind < 0.85) return englishWord(next)
    if (kind < 0.9) return pick(next, ["😀", "👍🏽", "ㅋㅋㅋ", "ㅠㅠ", "👨‍👩‍👧", "❤️", "🇰🇷", "^^;"])
    if (kind < 0.95) return `${Math.floor(next() * 1e6)}`
    return pick(next, [
      "https://example.com/a?id=",
      "foo(bar, 1);",
      '{"key": 2}',
      "東京",
      "naïve",
      "\n\n- ",
      "\t",
      "#태그",
      "user@example.com"
    ])
  }
  return () => Array.from({ length: 10 + Math.floor(next() * 120) }, word).join(" ")
}

const generated = (make) => (seed) => {
  const next = make(seed)
  const texts = []
  for (let bytes = 0; bytes < bytesWanted; ) {
    const text = next()
    texts.push(text)
    bytes += Buffer.byteLength(text)
  }
  return texts
}

const fileTexts = (path) => {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
  return () => lines
}

const sources = {
  "Korean, made up": generated(korean),
  "mixed, made up": generated(mixed),
  ...(values.file === undefined ? {} : { [values.file.split("/").at(-1)]: fileTexts(values.file) })
}

// Whoever counts with the package has loaded it already.
const Effect = await import(pathToFileURL(require.resolve("effect/Effect")).href)

const engines = {
  batchlabel: async () => {
    const Tokens = await import(new URL("dist/Tokens.js", packageUrl).href)
    const { count } = await Effect.runPromise(Tokens.counter("o200k_base"))
    return count
  },
  tiktoken: async () => {
    const encoding = require("tiktoken").get_encoding("o200k_base")
    return (text) => encoding.encode_ordinary(text).length
  },
  "gpt-tokenizer": async () => {
    const { countTokens } = await import(pathToFileURL(require.resolve("gpt-tokenizer/encoding/o200k_base")).href)
    const options = { disallowedSpecial: new Set() }
    return (text) => countTokens(text, options)
  },
  "js-tiktoken": async () => {
    const encoding = require("js-tiktoken").getEncoding("o200k_base")
    return (text) => encoding.encode(text, [], []).length
  }
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

const bytesOf = (texts) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)

/** Milliseconds of processor time since `before`. */
const spent = (before) => {
  const { system, user } = process.cpuUsage(before)
  return (user + system) / 1e3
}

/** MB/s of one pass, and the counts. */
const pass = (count, texts) => {
  const counts = new Int32Array(texts.length)
  const before = process.cpuUsage()
  for (let i = 0; i < texts.length; i++) counts[i] = count(texts[i])
  const time = spent(before)
  return { rate: bytesOf(texts) / 1e3 / time, counts }
}

if (values.first !== undefined) {
  const before = process.cpuUsage()
  const count = await engines[values.first]()
  const init = spent(before)
  const { rate } = pass(count, sources[values.text](Number(values.seed)))
  process.stdout.write(JSON.stringify({ init, rate }))
  process.exit(0)
}

const inFreshProcess = (engine, text, seed) => {
  const file = values.file === undefined ? [] : ["--file", values.file]
  const args = [
    fileURLToPath(import.meta.url),
    "--first",
    engine,
    "--text",
    text,
    "--seed",
    String(seed),
    "--mb",
    values.mb,
    ...file
  ]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }))
}

const measure = async () => {
  const names = Object.keys(engines)
  const ready = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await engines[name]()])))
  const results = []
  for (const text of Object.keys(sources)) {
    const tally = Object.fromEntries(names.map((name) => [name, { init: [], first: [], later: [], wrong: 0 }]))
    for (let round = 0; round < 5; round++) {
      for (const name of names) {
        const { init, rate } = inFreshProcess(name, text, 1_000 + round)
        tally[name].init.push(init)
        tally[name].first.push(rate)
      }
    }
    for (let round = 0; round <= rounds; round++) {
      const texts = sources[text](round)
      const counts = {}
      for (const name of names) {
        const result = pass(ready[name], texts)
        counts[name] = result.counts
        // The round that compiles the code and meets the file for the first time is in `first`.
        if (round > 0) tally[name].later.push(result.rate)
      }
      for (const name of names) tally[name].wrong += counts[name].filter((count, i) => count !== counts.tiktoken[i]).length
    }
    results.push({ text, tally, megabytes: bytesOf(sources[text](1)) / 1e6 })
  }
  return results
}

const row = (cells) => `| ${cells.join(" | ")} |`

const table = (results) => {
  const lines = [
    row(["text", "engine", "load ms", "first MB/s", "× tiktoken", "later MB/s", "× tiktoken", "wrong"]),
    "|---|---|---|---|---|---|---|---|"
  ]
  for (const { megabytes, tally, text } of results) {
    const base = { first: median(tally.tiktoken.first), later: median(tally.tiktoken.later) }
    for (const [name, { first, init, later, wrong }] of Object.entries(tally)) {
      const [a, b] = [median(first), median(later)]
      const label = `${text} (${megabytes.toFixed(1)} MB)`
      lines.push(
        row([
          label,
          name,
          median(init).toFixed(0),
          a.toFixed(1),
          (a / base.first).toFixed(1),
          b.toFixed(1),
          (b / base.later).toFixed(1),
          wrong
        ])
      )
    }
  }
  return lines.join("\n")
}

const results = await measure()
const cpu = cpus()[0]?.model.trim() ?? "unknown processor"
console.log(`o200k_base, Node ${process.versions.node}, ${cpu}; medians of 5 fresh processes and of ${rounds} rounds`)
console.log(table(results))

/** What was forecast against what was paid, and what a bill is made of. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type * as Task from "@batchlabel/core/Task"
import * as Cost from "@batchlabel/cost/Cost"
import * as Forecast from "@batchlabel/cost/Forecast"
import * as Money from "@batchlabel/cost/Money"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import * as Tokens from "@batchlabel/tokens/Tokens"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as EstimateInput from "../src/EstimateInput.js"
import type { JobRequest } from "../src/JobRequest.js"
import * as Prepare from "../src/Prepare.js"
import * as Spending from "../src/Spending.js"
import * as FakeApi from "./support/FakeApi.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

const words =
  "정부 국회 예산 정책 개편 발표 시민 단체 우려 환영 비판 효과 부동산 교육 복지 노동 시장 금리 물가 수출 반도체 선거 후보 지지율 토론 법안 통과 거부 협상 타결 파업 대책 논란 해명 조사 결과 공개 예정 강조 지적".split(
    " "
  )

/** Articles of a few words to some hundred, with numbers, names in Latin letters and an emoji now and again. */
const articles = (seed: number, count: number): ReadonlyArray<string> => {
  const next = FakeApi.random(seed)
  const upTo = (most: number): number => Math.floor(next() * most)
  const word = (): string => {
    const kind = next()
    if (kind < 0.05) return `${upTo(100_000).toLocaleString("en-US")}원`
    if (kind < 0.08) return ["GDP", "OECD", "KOSPI", "AI"][upTo(4)] ?? ""
    if (kind < 0.09) return "😀"
    return `${words[upTo(words.length)] ?? ""}${["", "을", "이", "에서", "했다.", "한다고"][upTo(6)] ?? ""}`
  }
  return Array.from({ length: count }, () => Array.from({ length: 5 + upTo(150) }, word).join(" "))
}

interface Message {
  readonly role: string
  readonly content: string
}

interface LineUsage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
}

interface ResultLine {
  readonly custom_id: string
  readonly response: { readonly body: { readonly usage?: LineUsage } } | null
}

/** Changes the `usage` of each answered line as its file is fetched. The batch then says nothing of its own tokens. */
const withUsage = (usageOf: (usage: LineUsage, index: number, id: string) => unknown) =>
  Effect.updateService(OpenAiBatch, (real) => ({
    ...real,
    retrieve: (id: string) => Effect.map(real.retrieve(id), (batch) => ({ ...batch, usage: undefined })),
    download: (options: Parameters<typeof real.download>[0]) =>
      Effect.tap(real.download(options), () =>
        Effect.sync(() => {
          const lines = readFileSync(options.path, "utf8").trimEnd().split("\n")
          const changed = lines.map((text, index) => {
            const line: ResultLine = JSON.parse(text)
            const body = line.response?.body
            if (body?.usage === undefined) return text
            return JSON.stringify({
              ...line,
              response: { ...line.response, body: { ...body, usage: usageOf(body.usage, index, line.custom_id) } }
            })
          })
          writeFileSync(options.path, `${changed.join("\n")}\n`)
        })
      )
  }))

/** The prompt tokens of each request of a job, by the cookbook's rule, in the model's own encoding. */
const trueTokens = (jobDirectory: string, count: (text: string) => number): ReadonlyMap<string, number> => {
  const folderOf = join(jobDirectory, "shards")
  const tokens = new Map<string, number>()
  for (const name of readdirSync(folderOf).filter((file) => file.startsWith("shard-"))) {
    for (const text of readFileSync(join(folderOf, name), "utf8").trimEnd().split("\n")) {
      const line: { readonly custom_id: string; readonly body: { readonly messages: ReadonlyArray<Message> } } = JSON.parse(text)
      const sum = line.body.messages.reduce((all, { content, role }) => all + 3 + count(role) + count(content), 3)
      tokens.set(line.custom_id, sum)
    }
  }
  return tokens
}

/** A finished job of these texts, and what was spent on it. */
const spent = Effect.fnUntraced(function* (
  home: string,
  texts: ReadonlyArray<string>,
  of: Task.Task,
  options: Partial<JobRequest> = {}
) {
  const inputPath = writeTexts(join(home, `${of.model}-${of.answer}.csv`), texts)
  const { job } = yield* Prepare.prepare({ inputPath, home, task: of, ...options })
  yield* passes(job.id, () => Effect.void)
  return yield* Spending.ofJob(job.id)
})

const ledgerOf = (simulator: Simulator.Simulator, job: string) =>
  Effect.promise(async () => {
    const entry = (await simulator.ledger({ job })).jobs[job]
    return entry === undefined ? assert.fail("no such job") : entry
  })

const linesOf = (simulator: Simulator.Simulator, job: string) =>
  Effect.promise(async () => {
    const text = await (await fetch(`${simulator.controlUrl}/ledger/lines?job=${job}`)).text()
    return text
      .trimEnd()
      .split("\n")
      .map((line): { readonly inputTokens: number; readonly outputTokens: number } => JSON.parse(line))
  })

const bookOf = (models: PriceBook.PriceFile["models"]): PriceBook.PriceBook =>
  Either.getOrThrow(PriceBook.decode({ date: "2026-01-01", source: "a test", models }, "prices.json"))

const own = bookOf([{ model: "gpt-4", standard: { input: 30, output: 60 } }])

describe("the forecast of a job", () => {
  const plain = task()
  const structured = task({ answer: "json_schema" })

  for (const of of [plain, structured]) {
    it.scopedLive(`holds what it cost in the end: ${of.model}, ${of.answer}`, () =>
      Effect.gen(function* () {
        const home = yield* folder
        const simulator = yield* Simulator.scoped({ rules: { rules: [{ contains: "우려", answer: 2 }], default: 1 } })
        yield* Effect.gen(function* () {
          const texts = articles(7, 250)
          const { comparison, job, total } = yield* spent(home, texts, of, { shardRequests: 60 })
          const ledger = yield* ledgerOf(simulator, job.id)
          assert.strictEqual(ledger.paid, 250)
          assert.deepInclude(total.usage, { input: ledger.inputTokens, output: ledger.outputTokens })
          assert.deepInclude(comparison, { share: 1 })
          assert.isTrue(comparison?.input.inside, `input ${JSON.stringify(comparison?.input)}`)
          assert.isTrue(comparison?.output.inside, `output ${JSON.stringify(comparison?.output)}`)
          assert.isTrue(comparison?.cost?.inside)

          // What `estimate` has printed holds too, and it would not hold half as much again.
          const estimate = yield* EstimateInput.estimate({ inputPath: job.input.path, task: of, useCache: false })
          const against = (times: number) =>
            Forecast.compare(Forecast.of(estimate), {
              requests: total.requests,
              usage: Cost.plain(total.usage.input * times, total.usage.output * times),
              cost: Money.fromPico(total.cost * BigInt(times))
            })
          const one = against(1)
          assert.deepStrictEqual([one.input.inside, one.output.inside, one.cost?.inside], [true, true, true])
          const double = against(2)
          assert.deepStrictEqual([double.input.inside, double.cost?.inside], [false, false])
        }).pipe(Effect.provide(layers(simulator)))
      })
    )
  }

  // The models of the older encoding have no structured answers.
  it.scopedLive("is in the encoding of the model: gpt-4 (cl100k)", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const simulator = yield* Simulator.scoped({})
      const counter = yield* Tokens.counter("cl100k_base")
      let tokens: ReadonlyMap<string, number> = new Map()
      yield* Effect.gen(function* () {
        const { comparison, job, total } = yield* spent(
          home,
          articles(8, 120),
          { ...plain, model: "gpt-4" },
          { shardRequests: 50 }
        )
        const ledger = yield* ledgerOf(simulator, job.id)
        // Korean takes far more tokens of the older encoding, in which the simulator does not count.
        assert.isAbove(total.usage.input, ledger.inputTokens * 1.3)
        assert.isTrue(comparison?.input.inside, `input ${JSON.stringify(comparison?.input)}`)
        assert.isTrue(comparison?.output.inside, `output ${JSON.stringify(comparison?.output)}`)
        assert.isTrue(comparison?.cost?.inside)
      }).pipe(
        withUsage((usage, _index, id) => ({ ...usage, prompt_tokens: tokens.get(id) })),
        Effect.updateService(OpenAiBatch, (real) => ({
          ...real,
          download: (options: Parameters<typeof real.download>[0]) =>
            Effect.andThen(
              Effect.sync(() => {
                tokens = trueTokens(dirname(dirname(options.path)), counter.count)
              }),
              real.download(options)
            )
        })),
        Effect.provide(layers(simulator, { book: own }))
      )
    })
  )
})

describe("a bill", () => {
  const three = ["하나", "둘", "셋"]

  for (const [name, usage] of [
    ["no usage at all", undefined],
    ["a usage of null", null],
    ["texts for numbers", { prompt_tokens: "many", completion_tokens: "few" }],
    ["negative numbers", { prompt_tokens: -5, completion_tokens: -1, prompt_tokens_details: { cached_tokens: 0.5 } }]
  ] as const) {
    it.scopedLive(`keeps its other lines where one has ${name}`, () =>
      Effect.gen(function* () {
        const home = yield* folder
        const simulator = yield* Simulator.scoped({})
        const seen: Array<LineUsage> = []
        yield* Effect.gen(function* () {
          const { total } = yield* spent(home, three, task())
          const others = seen.slice(1)
          assert.lengthOf(others, 2)
          const input = others.reduce((sum, { prompt_tokens }) => sum + prompt_tokens, 0)
          const output = others.reduce((sum, { completion_tokens }) => sum + completion_tokens, 0)
          assert.deepInclude(total.usage, { input, output })
          assert.strictEqual(total.cost, BigInt(input) * 75_000n + BigInt(output) * 300_000n)
        }).pipe(
          withUsage((real, index) => {
            seen.push(real)
            return index === 0 ? usage : real
          }),
          Effect.provide(layers(simulator))
        )
      })
    )
  }

  it.scopedLive("is that of the batch where lines were lost on the way", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const simulator = yield* Simulator.scoped({
        scenario: { faults: [{ on: "batch", do: { fault: "lines", kind: "malformed", count: 2 } }] }
      })
      yield* Effect.gen(function* () {
        const { job, total } = yield* spent(home, three, task(), { attempts: 1 })
        const { inputTokens, outputTokens, paid } = yield* ledgerOf(simulator, job.id)
        assert.strictEqual(paid, 3)
        assert.strictEqual(total.cost, BigInt(inputTokens) * 75_000n + BigInt(outputTokens) * 300_000n)
      }).pipe(Effect.provide(layers(simulator)))
    })
  )

  it.scopedLive("has nothing of lines that failed, and everything of lines that were done before their batch expired", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const simulator = yield* Simulator.scoped({
        rules: { rules: [{ contains: "실패", bad: "server_error" }] },
        scenario: { faults: [{ on: "batch", do: { fault: "expire", done: 7 } }] }
      })
      yield* Effect.gen(function* () {
        const texts = Array.from({ length: 10 }, (_, n) => `${n % 3 === 0 ? "실패" : "본문"} ${n}`)
        const { entries, job, total } = yield* spent(home, texts, task(), { attempts: 1 })
        const { inputTokens, outputTokens, paid } = yield* ledgerOf(simulator, job.id)
        assert.isAtLeast(paid, 3)
        assert.isBelow(paid, 7)
        assert.deepInclude(total, { requests: paid, unpriced: 0 })
        assert.deepInclude(total.usage, { input: inputTokens, output: outputTokens })
        assert.strictEqual(total.cost, BigInt(inputTokens) * 75_000n + BigInt(outputTokens) * 300_000n)
        assert.deepStrictEqual(
          entries.map(({ model, shard }) => [model, shard]),
          [["gpt-4o-mini", 1]]
        )
      }).pipe(Effect.provide(layers(simulator)))
    })
  )

  it.scopedLive("is empty where every line failed", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const simulator = yield* Simulator.scoped({ rules: { rules: [{ bad: "bad_request" }] } })
      yield* Effect.gen(function* () {
        const { entries, total } = yield* spent(home, three, task())
        assert.lengthOf(entries, 0)
        assert.strictEqual(total.cost, Money.zero)
      }).pipe(Effect.provide(layers(simulator)))
    })
  )

  it.scopedLive("is at the dearer rates for the requests above the long-context limit, and for them only", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const simulator = yield* Simulator.scoped({})
      const above = 600
      const book = bookOf([
        {
          model: "gpt-4o-mini",
          standard: { input: 2, output: 4 },
          batch: { input: 1, output: 2 },
          longContext: { above, input: 2, output: 1.5 }
        }
      ])
      yield* Effect.gen(function* () {
        const texts = ["짧은 글", "정부는 오늘 정책을 발표했다. ".repeat(90), "다른 글", "국회는 예산을 심의했다. ".repeat(120)]
        const { job, total } = yield* spent(home, texts, task())
        const lines = yield* linesOf(simulator, job.id)
        const long = lines.filter(({ inputTokens }) => inputTokens > above)
        assert.strictEqual(long.length, 2)
        const expected = lines.reduce(
          (sum, { inputTokens, outputTokens }) =>
            sum +
            (inputTokens > above
              ? BigInt(inputTokens) * 2_000_000n + BigInt(outputTokens) * 3_000_000n
              : BigInt(inputTokens) * 1_000_000n + BigInt(outputTokens) * 2_000_000n),
          0n
        )
        assert.strictEqual(total.cost, expected)
      }).pipe(Effect.provide(layers(simulator, { book })))
    })
  )

  it.scopedLive("has cached and cache-writing tokens at the book's rates, as parts of the input", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const simulator = yield* Simulator.scoped({})
      const book = bookOf([
        {
          model: "gpt-4o-mini",
          standard: { input: 2, cached: 0.2, output: 4 },
          batch: { input: 1, cached: 0.1, cacheWrite: 1.25, output: 2 }
        }
      ])
      yield* Effect.gen(function* () {
        const { total } = yield* spent(home, three, task())
        assert.deepStrictEqual(total.usage, { input: 3000, output: 30, cached: 2100, cacheWrite: 600, reasoning: 15 })
        assert.strictEqual(total.cost, 300n * 1_000_000n + 2100n * 100_000n + 600n * 1_250_000n + 30n * 2_000_000n)
      }).pipe(
        withUsage(() => ({
          prompt_tokens: 1000,
          completion_tokens: 10,
          total_tokens: 1010,
          prompt_tokens_details: { cached_tokens: 700, cache_write_tokens: 200 },
          completion_tokens_details: { reasoning_tokens: 5 }
        })),
        Effect.provide(layers(simulator, { book }))
      )
    })
  )

  it.scopedLive("counts tokens without money where no price is known", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const simulator = yield* Simulator.scoped({})
      yield* Effect.gen(function* () {
        const { comparison, total } = yield* spent(home, three, task())
        assert.deepInclude(total, { requests: 3, unpriced: 1, cost: Money.zero })
        assert.isAbove(total.usage.input, 0)
        assert.isUndefined(comparison?.cost)
        assert.isTrue(comparison?.input.inside)
      }).pipe(Effect.provide(layers(simulator, { book: bookOf([]) })))
    })
  )
})

describe("the spending of all jobs", () => {
  it.scopedLive("has each job once, the newest first, and adds up to what the API was paid", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const simulator = yield* Simulator.scoped({})
      yield* Effect.gen(function* () {
        const first = yield* spent(home, articles(1, 5), task(), { shardRequests: 2 })
        const second = yield* spent(home, articles(2, 4), task({ answer: "json_schema" }))
        const all = yield* Spending.ofAll
        assert.deepStrictEqual(
          all.map(({ job }) => job.id),
          [second.job.id, first.job.id]
        )
        assert.deepStrictEqual(
          all.map(({ entries }) => entries.length),
          [1, 3]
        )
        const { jobs } = yield* Effect.promise(() => simulator.ledger())
        const tokens = Object.values(jobs).reduce((sum, { inputTokens }) => sum + inputTokens, 0)
        assert.strictEqual(
          all.reduce((sum, { total }) => sum + total.usage.input, 0),
          tokens
        )
      }).pipe(Effect.provide(layers(simulator)))
    })
  )
})

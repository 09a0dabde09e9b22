/** The product in a few lines, as somebody embeds it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Outcome } from "@batchlabel/core/Outcome"
import * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, ConfigProvider, Effect, Layer, Redacted, Stream } from "effect"
import type { AnswerReader, RequestBuilder } from "../src/Extensions.js"
import * as Forget from "../src/Forget.js"
import type { Row } from "../src/Input.js"
import * as Labeling from "../src/Labeling.js"
import { LabelingError } from "../src/LabelingError.js"
import * as Reconcile from "../src/Reconcile.js"
import { folder, millis, task } from "./support/simulated.js"

const quick = { phases: { validating: 5, finalizing: 5 } }

/** Runs with the layer of a user, against a simulator. */
const embedded = <A, E, R>(
  use: (home: string, api: Simulator.Simulator) => Effect.Effect<A, E, R>,
  options: Partial<Labeling.Options> & { readonly answer?: Simulator.Options["answer"] } = {}
) =>
  Effect.gen(function* () {
    const { answer, ...others } = options
    const home = yield* folder
    const api = yield* Simulator.scoped({ clock: quick, ...(answer === undefined ? {} : { answer }) })
    const openai = { apiKey: Redacted.make("sk-made-up"), baseUrl: api.url }
    const layer = Labeling.layer({ home, settings: millis, openai, ...others })
    return yield* use(home, api).pipe(Effect.provide(layer), Effect.provide(NodeContext.layer))
  })

const texts: ReadonlyArray<Row> = Array.from({ length: 6 }, (_, n) => ({ text: `기사 "${n}", 둘째 줄\n`, n }))

const csv = 'text,n\n"기사 ""0"", 둘째 줄\n",0\n"기사 ""1"", 둘째 줄\n",1\n'

const reasonOf = (error: unknown): object => (error instanceof LabelingError ? error.reason : { error })

const paid = (api: Simulator.Simulator) =>
  Effect.promise(async () => Object.values((await api.ledger()).jobs).reduce((sum, { paid: lines }) => sum + lines, 0))

describe("labelling in a few lines", () => {
  it.scopedLive("a file goes in and comes out with a label on every row, from a preset's name, and the folder is told once", () =>
    embedded((home, api) =>
      Effect.gen(function* () {
        const input = join(home, "news.csv")
        writeFileSync(input, "text,n\n첫째,1\n둘째,2\n")
        const output = join(home, "labeled.csv")
        const { report } = yield* Labeling.label({ input, output, task: "news-stance-ko" })
        assert.deepInclude(report, { rows: 2, labeled: 2 })
        assert.match(readFileSync(output, "utf8"), /^text,n,label,label_name,labeled,labeled_at\n첫째,1,.*,True,/)
        assert.isTrue(existsSync(join(home, "state.db")))
        assert.strictEqual(yield* paid(api), 2)
      })
    )
  )

  it.scopedLive("in steps it is the same: prepare, a stream of reports, download", () =>
    embedded((home) =>
      Effect.gen(function* () {
        const { job, reused } = yield* Labeling.prepare({ input: texts, task: task() })
        assert.isFalse(reused)
        const reports = Chunk.toReadonlyArray(yield* Stream.runCollect(Labeling.watch(job.id)))
        assert.strictEqual(reports.at(-1)?.view.status, "completed")
        assert.isAbove(reports.length, 1)
        const { outputPath, report } = yield* Labeling.download(job)
        assert.strictEqual(report.labeled, 6)
        assert.isTrue(outputPath.startsWith(join(home, "jobs", job.id)))
      })
    )
  )

  it.scopedLive("the key is read from the configuration, and its absence is told before anything is made", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const api = yield* Simulator.scoped({ clock: quick })
      const label = Labeling.label({ input: texts, task: task() }).pipe(
        Effect.provide(Labeling.layer({ home, settings: millis })),
        Effect.provide(NodeContext.layer)
      )
      const withConfig = (entries: ReadonlyArray<readonly [string, string]>) =>
        Effect.withConfigProvider(label, ConfigProvider.fromMap(new Map(entries)))
      const error = yield* Effect.flip(withConfig([]))
      assert.strictEqual(error._tag, "OpenAiConfigError")
      const { report } = yield* withConfig([
        ["OPENAI_API_KEY", "sk-made-up"],
        ["OPENAI_BASE_URL", api.url]
      ])
      assert.strictEqual(report.labeled, 6)
    })
  )
})

describe("what goes in and comes out", () => {
  const inputs: ReadonlyArray<readonly [string, () => Labeling.LabelRequest["input"]]> = [
    ["an array of rows", () => texts.slice(0, 2)],
    ["an iterable of rows", () => new Set(texts.slice(0, 2))],
    [
      "an async iterable of rows",
      async function* () {
        yield* texts.slice(0, 2)
      }
    ],
    ["a Stream of rows", () => Stream.fromIterable(texts.slice(0, 2))],
    ["bytes", () => new TextEncoder().encode(csv)],
    ["a Stream of bytes", () => Stream.make(new TextEncoder().encode(csv.slice(0, 9)), new TextEncoder().encode(csv.slice(9)))],
    ["a Blob", () => new Blob([csv])],
    ["a web stream", () => new Blob([csv]).stream()],
    ["a web request", () => new Request("http://localhost/", { method: "POST", body: csv })]
  ]

  it.scopedLive.each(inputs)("%s is labelled as the file would be, and the same content is paid for once", ([, input]) =>
    embedded((home, api) =>
      Effect.gen(function* () {
        const first = yield* Labeling.label({ input: input(), task: task() })
        const rows = Chunk.toReadonlyArray(yield* Stream.runCollect(Labeling.rows(first)))
        assert.deepStrictEqual(
          rows.map(({ labeled, n, text }) => ({ labeled, n, text })),
          [0, 1].map((n) => ({ labeled: "True", n: String(n), text: `기사 "${n}", 둘째 줄\n` }))
        )
        // After a crash: somebody calls again with the same rows, in another form.
        const again = yield* Labeling.label({ input: new TextEncoder().encode(csv), task: task() })
        assert.strictEqual(again.view.job.id, first.view.job.id)
        assert.strictEqual(yield* paid(api), 2)
        assert.lengthOf(readdirSync(join(home, "inputs")), 1)
      })
    )
  )

  it.scopedLive("the labelled file comes as bytes, and as the body of a web response", () =>
    embedded(() =>
      Effect.gen(function* () {
        const labeled = yield* Labeling.label({ input: texts, task: task() })
        const file = readFileSync(labeled.outputPath, "utf8")
        const bytes = yield* Stream.runCollect(Labeling.bytes(labeled))
        assert.strictEqual(Buffer.concat(Chunk.toArray(bytes)).toString("utf8"), file)
        const response = new Response(yield* Labeling.body(labeled))
        assert.strictEqual(yield* Effect.promise(() => response.text()), file.replace(/^\uFEFF/, ""))
      })
    )
  )

  const refused: ReadonlyArray<readonly [string, Labeling.LabelRequest["input"], object]> = [
    [
      "a row with a column that the first one lacks",
      [{ text: "a" }, { text: "b", more: 1 }],
      { _tag: "RowColumnUnknown", row: 2, column: "more" }
    ],
    [
      "a request without a body",
      new Request("http://localhost/"),
      { _tag: "InputUnreadable", detail: "the request has no body" }
    ],
    [
      "a source that breaks off",
      Stream.concat(Stream.fromIterable(texts), Stream.fail(new Error("cut"))),
      { _tag: "InputUnreadable", detail: "cut" }
    ]
  ]

  it.scopedLive.each(refused)("%s is refused with its reason, and leaves nothing behind", ([, input, reason]) =>
    embedded((home) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Labeling.label({ input, task: task() }))
        assert.deepInclude(reasonOf(error), reason)
        assert.deepStrictEqual(readdirSync(join(home, "inputs")), [])
      })
    )
  )

  it.scopedLive("a job that is forgotten takes its folder and its spooled input along", () =>
    embedded((home) =>
      Effect.gen(function* () {
        const { view } = yield* Labeling.label({ input: texts, task: task() })
        yield* Forget.forget(view.job.id)
        assert.isFalse(existsSync(view.job.directory))
        assert.deepStrictEqual(readdirSync(join(home, "inputs")), [])
      })
    )
  )
})

const shouting: RequestBuilder = {
  id: "shouting-1",
  toBody: ({ text = "" }, { model }) => {
    if (text === "throw") throw new Error("not this one")
    return { model: text === "other" ? "gpt-4o" : model, messages: [{ role: "user", content: text.toUpperCase() }] }
  }
}

const firstWord: AnswerReader = {
  id: "first-word-1",
  read: (): Outcome => ({ _tag: "Labeled", value: 2, raw: "two" })
}

describe("code of one's own", () => {
  it.scopedLive("a request builder writes the requests, and its id keeps its answers apart", () => {
    const asked: Array<string> = []
    const answer: NonNullable<Simulator.Options["answer"]> = ({ messages }) => {
      asked.push(messages.map(({ content }) => content).join("|"))
      return 1
    }
    return embedded(
      (_, api) =>
        Effect.gen(function* () {
          const input = [{ text: "one" }, { text: "two" }, { text: "throw" }, { text: "other" }]
          const own = yield* Labeling.label({ input, task: task(), requests: shouting })
          assert.sameMembers(asked, ["ONE", "TWO"])
          assert.deepInclude(own.report, { labeled: 2, failedRows: 2 })
          const failed = readFileSync(own.failedPath ?? "", "utf8")
          assert.include(failed, "not this one")
          assert.include(failed, "gpt-4o")
          const plain = yield* Labeling.label({ input, task: task() })
          assert.notStrictEqual(plain.view.job.id, own.view.job.id)
          assert.notStrictEqual(plain.view.job.taskFingerprint, own.view.job.taskFingerprint)
          assert.strictEqual(yield* paid(api), 6)
        }),
      { answer }
    )
  })

  it.scopedLive("an answer reader reads the answers", () =>
    embedded(
      () =>
        Effect.gen(function* () {
          const { report } = yield* Labeling.label({ input: texts, task: task(), answers: firstWord })
          assert.deepStrictEqual(
            report.distribution.flatMap(({ count, value }) => (count === 0 ? [] : [[value, count]])),
            [[2, 6]]
          )
        }),
      { answer: () => 0 }
    )
  )

  it.scopedLive("without its code a job is not gone on with, and nothing of it is sent; a layer that has the code goes on", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const api = yield* Simulator.scoped({ clock: quick, answer: () => 1 })
      const openai = { apiKey: Redacted.make("sk-made-up"), baseUrl: api.url }
      const on = <A, E, R>(options: Partial<Labeling.Options>, use: Effect.Effect<A, E, R>) =>
        use.pipe(
          Effect.provide(Labeling.layer({ home, settings: millis, openai, ...options })),
          Effect.provide(NodeContext.layer)
        )
      const { job } = yield* on({}, Labeling.prepare({ input: texts, task: task(), requests: shouting, answers: firstWord }))
      const error = yield* Effect.flip(on({ requestBuilders: [shouting] }, Reconcile.reconcile(job.id)))
      assert.deepInclude(reasonOf(error), { _tag: "ExtensionMissing", kind: "answer reader", id: "first-word-1" })
      assert.strictEqual(yield* paid(api), 0)
      const known = { requestBuilders: [shouting], answerReaders: [firstWord] }
      const last = yield* on(known, Stream.runLast(Labeling.watch(job.id)))
      assert.strictEqual(last._tag === "Some" ? last.value.view.labeled : 0, 6)
    })
  )

  it.scopedLive("a provider takes the batches, and another one is not asked for them", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const api = yield* Simulator.scoped({ clock: quick })
      const openai = { apiKey: Redacted.make("sk-made-up"), baseUrl: api.url }
      const created: Array<string> = []
      const own = Layer.effect(
        OpenAiBatch.OpenAiBatch,
        Effect.map(OpenAiBatch.OpenAiBatch, (real) => ({
          ...real,
          create: (options: OpenAiBatch.CreateOptions) => {
            created.push(options.inputFileId)
            return real.create(options)
          }
        }))
      ).pipe(Layer.provide(OpenAiBatch.layer(openai)))
      const on =
        (options: Partial<Labeling.Options>) =>
        <A, E, R>(use: Effect.Effect<A, E, R>) =>
          use.pipe(
            Effect.provide(Labeling.layer({ home, settings: millis, openai, ...options })),
            Effect.provide(NodeContext.layer)
          )
      const { view } = yield* Labeling.label({ input: texts, task: task() }).pipe(on({ provider: { id: "mine", layer: own } }))
      assert.lengthOf(created, 1)
      assert.strictEqual(view.job.settings.provider, "mine")
      const { job } = yield* Labeling.prepare({ input: [{ text: "new" }], task: task() }).pipe(
        on({ provider: { id: "mine", layer: own } })
      )
      const error = yield* Effect.flip(Reconcile.reconcile(job.id).pipe(on({})))
      assert.deepInclude(reasonOf(error), { _tag: "ExtensionMissing", kind: "provider", id: "mine" })
      assert.strictEqual(yield* paid(api), 6)
    })
  )
})

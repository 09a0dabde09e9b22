/** Is everything in place? */
import { mkdirSync, readdirSync, statSync, truncateSync, watch, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Layer, Redacted } from "effect"
import * as Doctor from "../src/Doctor.js"
import * as Download from "../src/Download.js"
import * as Prepare from "../src/Prepare.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

const api = (url: string, key = "sk-good") =>
  OpenAiBatch.layer({
    apiKey: Redacted.make(key),
    baseUrl: url,
    retry: { base: Duration.millis(1), cap: Duration.millis(2), times: 1 }
  }).pipe(Layer.provideMerge(NodeContext.layer))

/** What is found where all is well but for what `options` say. */
const examined = Effect.fnUntraced(function* (
  options: Partial<Doctor.DoctorOptions> & {
    readonly write?: (home: string) => string
    readonly key?: string
    readonly url?: string
  }
) {
  const { key, url, write, ...rest } = options
  const home = yield* folder
  const inputPath = write === undefined ? writeTexts(join(home, "input.csv"), ["하나", "둘"]) : write(home)
  const simulator = yield* Simulator.scoped({ apiKey: "sk-good" })
  const findings = yield* Doctor.examine({
    task: task(),
    inputPath,
    home: join(home, ".batchlabel"),
    tier: 1,
    serverTime: Clock.currentTimeMillis,
    ...rest
  }).pipe(Effect.provide(api(url ?? simulator.url, key)))
  return new Map(findings.map((finding) => [finding.check, finding]))
})

const statesOf = (findings: ReadonlyMap<string, Doctor.Finding>): Readonly<Record<string, string>> =>
  Object.fromEntries([...findings].map(([check, { state }]) => [check, state]))

/** Bytes that the files below a folder take. */
const taken = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce((sum, name) => {
    // A file may go between being listed and being looked at.
    const info = statSync(join(folder, name), { throwIfNoEntry: false })
    return sum + (info?.blocks ?? 0) * 512
  }, 0)

/** The need that is told before a job, and the most that it takes, looked at whenever a file changes. */
const diskOf = Effect.fnUntraced(function* (texts: ReadonlyArray<string>) {
  const root = yield* folder
  const inputPath = writeTexts(join(yield* folder, "input.csv"), texts)
  const home = join(root, ".batchlabel")
  const outputPath = join(root, "output.csv")
  const simulator = yield* Simulator.scoped({ apiKey: "sk-made-up", rules: { default: 1 } })
  const options = { task: task(), inputPath, home, outputPath, tier: 1 as const, serverTime: Effect.succeed(undefined) }
  const told = (yield* Doctor.examineLocal(options).pipe(Effect.provide(NodeContext.layer))).find(({ check }) => check === "disk")
  let peak = 0
  const look = () => {
    peak = Math.max(peak, taken(root))
  }
  mkdirSync(home)
  yield* Effect.acquireRelease(
    Effect.sync(() => watch(root, { recursive: true }, look)),
    (watcher) => Effect.sync(() => watcher.close())
  )
  yield* Effect.gen(function* () {
    const { job } = yield* Prepare.prepare({ inputPath, outputPath, home, task: task() })
    look()
    yield* passes(job.id, () => Effect.sync(look))
    // The second time beside the first, until it takes its place.
    for (const before of [0, taken(root)]) {
      yield* Download.download(job.id, { outputPath, inputPath })
      peak = Math.max(peak, before + statSync(outputPath).size)
    }
    look()
  }).pipe(Effect.provide(layers(simulator, { store: SqliteStore.layer(join(home, "state.db")) })))
  return { needed: Number(told?.seen["needed"]), peak }
})

const allGood = { api: "good", clock: "good", input: "good", column: "good", disk: "good", home: "good", limit: "good" }

describe("the doctor", () => {
  it.scopedLive("finds nothing wrong where nothing is, and says what it has seen", () =>
    Effect.gen(function* () {
      const findings = yield* examined({})
      assert.deepStrictEqual(statesOf(findings), allGood)
      assert.deepInclude(findings.get("input")?.seen, { encoding: "utf-8", delimiter: "," })
      assert.deepInclude(findings.get("column")?.seen, { column: "text" })
      assert.deepInclude(findings.get("limit")?.seen, { model: "gpt-4o-mini", tokens: 2_000_000 })
    })
  )

  it.scopedLive("tells of a wrong key, never what it is, and goes on with the other questions", () =>
    Effect.gen(function* () {
      const findings = yield* examined({ key: "sk-wrong-and-secret" })
      assert.deepStrictEqual(statesOf(findings), { ...allGood, api: "bad" })
      const text = findings.get("api")?.problem?.message ?? ""
      assert.match(text, /key/)
      assert.notInclude(text, "wrong-and-secret")
    })
  )

  it.scopedLive("tells of an API that cannot be reached", () =>
    Effect.gen(function* () {
      // A port on which nothing listens.
      const gone = yield* Effect.scoped(Effect.map(Simulator.scoped({}), ({ url }) => url))
      const findings = yield* examined({ url: gone })
      assert.deepStrictEqual(statesOf(findings), { ...allGood, api: "bad" })
      assert.isDefined(findings.get("api")?.problem)
    })
  )

  it.scopedLive(
    "doubts a clock that is more than ten minutes off, either way, and says nothing where the API's is not known",
    () =>
      Effect.gen(function* () {
        const off = (minutes: number) => Effect.map(Clock.currentTimeMillis, (now) => now - minutes * 60_000)
        const ahead = yield* examined({ serverTime: off(11) })
        assert.strictEqual(ahead.get("clock")?.state, "doubtful")
        assert.approximately(Number(ahead.get("clock")?.seen["seconds"]), 660, 5)
        assert.strictEqual((yield* examined({ serverTime: off(-11) })).get("clock")?.state, "doubtful")
        assert.strictEqual((yield* examined({ serverTime: off(9) })).get("clock")?.state, "good")
        assert.isFalse((yield* examined({ serverTime: Effect.succeed(undefined) })).has("clock"))
      })
  )

  it.scopedLive("tells of a column that is missing, and which there are", () =>
    Effect.gen(function* () {
      const findings = yield* examined({ textColumn: "txet" })
      assert.strictEqual(findings.get("column")?.state, "bad")
      assert.strictEqual(findings.get("input")?.state, "good")
      const text = findings.get("column")?.problem?.message ?? ""
      assert.include(text, "txet")
      assert.include(text, "text")
    })
  )

  it.scopedLive("tells of a template that needs a column which is not there", () =>
    Effect.gen(function* () {
      const findings = yield* examined({ task: task({ template: "{{ headline }}\n{{ text }}" }) })
      assert.strictEqual(findings.get("column")?.state, "bad")
      assert.include(findings.get("column")?.problem?.message ?? "", "headline")
    })
  )

  it.scopedLive("tells of bytes that are no text of the encoding", () =>
    Effect.gen(function* () {
      const findings = yield* examined({
        read: { encoding: "utf-8" },
        write: (home) => {
          const path = join(home, "input.csv")
          // "정부" in CP949.
          writeFileSync(
            path,
            Buffer.concat([Buffer.from("text,n\n"), Buffer.from([0xc1, 0xa4, 0xba, 0xce]), Buffer.from(",1\n")])
          )
          return path
        }
      })
      assert.strictEqual(findings.get("input")?.state, "bad")
      assert.isDefined(findings.get("input")?.problem)
    })
  )

  it.scopedLive("tells of a file that is not there, or is a folder, or is empty", () =>
    Effect.gen(function* () {
      for (const write of [
        (home: string) => join(home, "none.csv"),
        (home: string) => {
          mkdirSync(join(home, "folder.csv"))
          return join(home, "folder.csv")
        },
        (home: string) => {
          writeFileSync(join(home, "empty.csv"), "")
          return join(home, "empty.csv")
        }
      ]) {
        const findings = yield* examined({ write })
        assert.deepStrictEqual(statesOf(findings), { api: "good", clock: "good", input: "bad", home: "good", limit: "good" })
        assert.isDefined(findings.get("input")?.problem)
      }
    })
  )

  it.scopedLive("tells of a disk on which the request files would not fit, before they are written", () =>
    Effect.gen(function* () {
      const findings = yield* examined({
        write: (home) => {
          const path = writeTexts(
            join(home, "input.csv"),
            Array.from({ length: 20_000 }, (_, n) => `기사 ${n} ${"가나다라마바사 ".repeat(8)}`)
          )
          // As long as it is said to be, it takes no room: only its beginning is read.
          truncateSync(path, 2 ** 42)
          return path
        }
      })
      const disk = findings.get("disk")
      assert.strictEqual(disk?.state, "bad")
      assert.isAbove(Number(disk?.seen["needed"]), Number(disk?.seen["free"]))
      assert.isAbove(Number(disk?.seen["free"]), 0)
    })
  )

  for (const { name, rows, text } of [
    { name: "300 articles", rows: 300, text: (n: number) => `기사 ${n} ${"정부의 새로운 정책이 ".repeat(20)}` },
    { name: "1,500 short texts", rows: 1_500, text: (n: number) => `글 ${n}` },
    { name: "one text", rows: 1, text: () => "하나" }
  ]) {
    it.scopedLive(`asks for what a job of ${name} takes on the disk at its peak, and not for more than four times of it`, () =>
      Effect.gen(function* () {
        const { needed, peak } = yield* diskOf(Array.from({ length: rows }, (_, n) => text(n)))
        assert.isAtLeast(needed, peak)
        assert.isAtMost(needed, 4 * peak)
      })
    )
  }

  it.scopedLive("does not take a place without blocks for a full disk: what is wrong with it is told where it is tried", () =>
    Effect.gen(function* () {
      const findings = yield* examined({ outputPath: "/proc/out.csv" })
      assert.strictEqual(findings.get("disk")?.state, "good")
      assert.strictEqual(findings.get("output")?.problem?.code, "BL1006")
    })
  )

  it.scopedLive("knows the disk of a folder that is yet to be made, however deep", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const findings = yield* examined({ home: join(home, "not", "yet", "there", ".batchlabel") })
      assert.strictEqual(findings.get("disk")?.state, "good")
    })
  )

  it.scopedLive("doubts a model whose limit it does not know, unless the user does", () =>
    Effect.gen(function* () {
      const unknown = task({ model: "a-model-of-my-own" })
      assert.strictEqual((yield* examined({ task: unknown })).get("limit")?.state, "doubtful")
      const told = (yield* examined({ task: unknown, enqueuedTokenLimit: 5_000 })).get("limit")
      assert.deepInclude(told, { state: "good" })
      assert.deepInclude(told?.seen, { tokens: 5_000 })
    })
  )

  it.scopedLive("answers what needs no API without one", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const findings = yield* Doctor.examineLocal({
        task: task(),
        inputPath: writeTexts(join(home, "input.csv"), ["하나"]),
        home,
        tier: 1,
        serverTime: Effect.die("not asked")
      }).pipe(Effect.provide(NodeContext.layer))
      assert.sameMembers(
        findings.map(({ check }) => check),
        ["input", "column", "disk", "home", "limit"]
      )
    })
  )
})

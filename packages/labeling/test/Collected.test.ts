/** Result files after they were collected, and rows of which no file speaks. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as JobStoreError from "@batchlabel/job-store/JobStoreError"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import * as OpenAiBatchError from "@batchlabel/openai-batch/OpenAiBatchError"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Download from "../src/Download.js"
import * as Prepare from "../src/Prepare.js"
import * as Recover from "../src/Recover.js"
import * as Retry from "../src/Retry.js"
import * as Watch from "../src/Watch.js"
import { folder, layers, task, writeTexts } from "./support/simulated.js"

const texts = Array.from({ length: 6 }, (_, n) => `기사 ${n}`)

/** A job that is done, with its result files in `results`; gives what `use` makes of it, and what was paid in all. */
const done = <A, E, R>(
  use: (job: { readonly id: string; readonly results: string; readonly output: string }) => Effect.Effect<A, E, R>,
  options: Partial<Simulator.Options> = {}
) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.scoped({ clock: { phases: Simulator.instant }, ...options })
    const home = yield* folder
    const inputPath = writeTexts(join(home, "input.csv"), texts)
    const value = yield* Effect.gen(function* () {
      const { job } = yield* Prepare.prepare({ inputPath, home, task: task(), attempts: 1, useCache: false })
      yield* Watch.watch(job.id, () => Effect.void)
      return yield* use({ id: job.id, results: join(job.directory, "results"), output: join(home, "labeled.csv") })
    }).pipe(Effect.provide(layers(simulator)))
    const { jobs } = yield* Effect.promise(() => simulator.ledger())
    return { value, paid: Object.values(jobs).reduce((sum, { paid }) => sum + paid, 0) }
  })

/** The API cannot be reached. */
const offline = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(OpenAiBatch, (api) =>
    Effect.provideService(effect, OpenAiBatch, {
      ...api,
      download: ({ fileId }) =>
        new OpenAiBatchError.OpenAiBatchError({
          operation: "download",
          target: fileId,
          reason: new OpenAiBatchError.ConnectionFailed({ code: "ECONNREFUSED", detail: "refused", sent: false })
        })
    })
  )

const damages: ReadonlyArray<readonly [name: string, strike: (results: string) => void]> = [
  ["the folder is gone", (results) => rmSync(results, { recursive: true })],
  ["a file is cut", (results) => truncateSync(join(results, readdirSync(results)[0] ?? ""), 100)],
  ["a file is empty", (results) => truncateSync(join(results, readdirSync(results)[0] ?? ""), 0)],
  [
    "a file has its size and other bytes",
    (results) => {
      const path = join(results, readdirSync(results)[0] ?? "")
      writeFileSync(path, readFileSync(path, "utf8").replaceAll("custom_id", "custom-id"))
    }
  ]
]

describe("collected results that are damaged", () => {
  for (const [name, strike] of damages) {
    it.scopedLive(`are fetched again, and nothing is paid again: ${name}`, () =>
      Effect.gen(function* () {
        const { paid, value } = yield* done(({ id, output, results }) =>
          Effect.gen(function* () {
            strike(results)
            return yield* Download.download(id, { outputPath: output })
          })
        )
        assert.deepInclude(value.report, { labeled: 6, failedRows: 0 })
        assert.strictEqual(paid, 6)
      })
    )

    it.scopedLive(`are an error that names the file where the API cannot be reached, and no retry asks their rows: ${name}`, () =>
      Effect.gen(function* () {
        const { paid, value } = yield* done(({ id, output, results }) =>
          Effect.gen(function* () {
            strike(results)
            const errors = [
              yield* Effect.flip(offline(Download.download(id, { outputPath: output }))),
              yield* Effect.flip(offline(Retry.retry(id, { home: results })))
            ]
            return errors.map((error) => ("problem" in error ? error.problem.message : String(error)))
          })
        )
        for (const text of value) {
          assert.include(text, "is missing or damaged")
          assert.include(text, "shard-00001.1.output.jsonl")
        }
        assert.strictEqual(paid, 6)
      })
    )
  }
})

describe("rows of which no result file speaks", () => {
  for (const [status, rule] of [
    ["expired", { fault: "expire", done: 2, unfinished: "absent" }],
    ["cancelled", { fault: "cancel", unasked: true, done: 2, unfinished: "absent" }]
  ] as const) {
    it.scopedLive(`are ${status} where their batch is, though it has no error file`, () =>
      Effect.gen(function* () {
        const { value } = yield* done(({ id, output }) => Download.download(id, { outputPath: output }), {
          scenario: { faults: [{ on: "batch", do: rule }] }
        })
        assert.deepStrictEqual([value.report.labeled, value.report.failed], [2, { [status]: 4 }])
      })
    )
  }
})

describe("a store that cannot be read", () => {
  it.scopedLive("is not taken for one without the job: nothing is recovered into it", () =>
    Effect.gen(function* () {
      const { value } = yield* done(({ id }) =>
        Effect.gen(function* () {
          const store = yield* JobStore
          const busy = new JobStoreError.JobStoreError({
            reason: new JobStoreError.StoreBusy({ location: "state.db", detail: "busy" })
          })
          return yield* Effect.flip(
            Effect.provideService(Recover.known(id), JobStore, { ...store, job: () => Effect.fail(busy) })
          )
        })
      )
      assert.notStrictEqual(value.reason._tag, "JobNotFound")
    })
  )
})

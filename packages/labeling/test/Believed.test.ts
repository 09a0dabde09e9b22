/** Replies that would give up paid work, one at a time on the whole way of a batch. None of them is believed; nothing is paid again. */
import { join } from "node:path"
import type * as Scenario from "@batchlabel/openai-simulator/Scenario"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Download from "../src/Download.js"
import * as Prepare from "../src/Prepare.js"
import * as Reconcile from "../src/Reconcile.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

type Rule = typeof Scenario.CallRule.Encoded
type Fault = typeof Scenario.CallFault.Encoded

const rows = 4

/** Four rows in two batches, so that there is another batch and another file. */
const prepared = Effect.fnUntraced(function* (faults: ReadonlyArray<Rule>) {
  const simulator = yield* Simulator.scoped({ clock: { phases: Simulator.instant }, scenario: { faults } })
  const home = yield* folder
  const inputPath = writeTexts(
    join(home, "input.csv"),
    Array.from({ length: rows }, (_, n) => `기사 ${n}`)
  )
  return { simulator, home, inputPath, prepare: Prepare.prepare({ inputPath, home, task: task(), shardRequests: 2 }) }
})

const mostStarts = 5

/** Goes on until the job is over, as a person would who starts the command again when it has stopped. */
const finished = Effect.fnUntraced(function* (jobId: string) {
  for (let start = 1; start <= mostStarts; start++) {
    const { view } = yield* passes(jobId, () => Effect.void)
    if (view.finished) return view
  }
  return assert.fail(`not over after ${mostStarts} starts`)
})

const ledgerOf = (simulator: Simulator.Simulator) =>
  Effect.promise(async () => {
    const { jobs } = await simulator.ledger()
    return Object.values(jobs).map(({ batches, paid }) => ({ batches, paid }))
  })

const refusals: ReadonlyArray<readonly [name: string, fault: Fault]> = [400, 401, 403, 404, 409, 410, 429].flatMap(
  (status): ReadonlyArray<readonly [string, Fault]> => [
    [`${status}`, { fault: "status", status, retryAfter: 0, phase: "after" }],
    [`a proxy's ${status}`, { fault: "status", status, form: "html", phase: "after" }]
  ]
)

const nonsense: ReadonlyArray<readonly [string, Fault]> = [
  ["200 with nothing", { fault: "reply", phase: "after" }],
  ["200 with a web page", { fault: "reply", form: "html", phase: "after" }],
  ["200 with an error", { fault: "reply", body: '{"error":{"message":"no such thing","code":"not_found"}}', phase: "after" }],
  ["200 with another object", { fault: "reply", body: '{"id":"file-x","object":"file","status":"processed"}', phase: "after" }]
]

const wrongContent: ReadonlyArray<readonly [name: string, fault: Fault]> = [
  ["another file", { fault: "other" }],
  ["as many bytes of something else", { fault: "noise" }],
  ["half of the file, as if it were whole", { fault: "truncate", announced: false, fraction: 0.4 }]
]

const claims: ReadonlyArray<readonly [name: string, fault: Fault]> = (
  ["completed", "failed", "expired", "cancelled"] as const
).map((status) => [`${status} with nothing done`, { fault: "claim", status }])

const emptyList: Fault = { fault: "reply", body: '{"object":"list","data":[],"has_more":false}' }
const another: ReadonlyArray<readonly [name: string, fault: Fault]> = [["another one", { fault: "other" }]]

/** Descriptions are out of the way, so that a wrong content is seen by what it says. */
const undescribed: Rule = { on: "files.retrieve", do: { fault: "status", status: 404 } }

const strikes: ReadonlyArray<readonly [call: Rule["on"], faults: ReadonlyArray<readonly [string, Fault]>, besides?: Rule]> = [
  ["files.upload", [...refusals, ...nonsense]],
  ["batches.create", [...refusals, ...nonsense, ...claims]],
  ["batches.retrieve", [...refusals, ...nonsense, ...claims, ...another]],
  ["files.retrieve", [...refusals, ...nonsense, ...another]],
  ["files.content", [...refusals, ...nonsense, ...wrongContent]],
  ["files.content", [...nonsense, ...wrongContent], undescribed],
  [
    "batches.list",
    [...refusals, ...nonsense, ...claims, ["200 with an empty list", emptyList]],
    { on: "batches.create", times: 1, do: { fault: "reset", phase: "after" } }
  ]
]

describe("one reply that is wrong", () => {
  for (const [call, faults, besides] of strikes) {
    for (const [name, fault] of faults) {
      const where =
        besides === undefined ? "" : besides === undescribed ? ", where files have no descriptions" : ", after a lost create"
      it.scopedLive(`costs nothing and loses nothing: ${call} answers ${name}${where}`, () =>
        Effect.gen(function* () {
          const { home, prepare, simulator } = yield* prepared([
            { on: call, times: 1, do: fault },
            ...(besides === undefined ? [] : [besides])
          ])
          yield* Effect.gen(function* () {
            const { job } = yield* prepare
            const view = yield* finished(job.id)
            assert.deepStrictEqual(view.failed, {})
            const { report } = yield* Download.download(job.id, { outputPath: join(home, "labeled.csv") })
            assert.deepInclude(report, { labeled: rows, pending: 0, failedRows: 0 })
          }).pipe(Effect.provide(layers(simulator)))
          const [{ batches, paid } = assert.fail("no job")] = yield* ledgerOf(simulator)
          assert.strictEqual(paid, rows)
          // A batch of a file that is not there fails, and costs nothing.
          if (call !== "files.upload") assert.strictEqual(batches, 2)
        })
      )
    }
  }
})

describe("a server that", () => {
  const always: ReadonlyArray<readonly [name: string, rule: Rule]> = [
    ["describes no file", undescribed],
    ["cannot show a single batch (500)", { on: "batches.retrieve", do: { fault: "status", status: 500 } }],
    ["knows no single batch (404)", { on: "batches.retrieve", do: { fault: "status", status: 404 } }]
  ]
  for (const [name, rule] of always) {
    it.scopedLive(`${name} serves all the same`, () =>
      Effect.gen(function* () {
        const { prepare, simulator } = yield* prepared([rule])
        const view = yield* Effect.flatMap(prepare, ({ job }) => finished(job.id)).pipe(Effect.provide(layers(simulator)))
        assert.deepStrictEqual([view.labeled, view.failed], [rows, {}])
        assert.deepStrictEqual(yield* ledgerOf(simulator), [{ batches: 2, paid: rows }])
      })
    )
  }

  for (const [name, fault] of [
    ...refusals.filter(([status]) => !status.includes("429")),
    ...nonsense,
    ...wrongContent.slice(1)
  ]) {
    it.scopedLive(`always gives ${name} as results leaves them paid and pending, and the user is told`, () =>
      Effect.gen(function* () {
        const { prepare, simulator } = yield* prepared([{ on: "files.content", do: fault }, undescribed])
        yield* Effect.gen(function* () {
          const { job } = yield* prepare
          const codes = new Set<string>()
          for (let look = 0; look < 8; look++) {
            const { notices, view } = yield* Reconcile.reconcile(job.id, { now: true })
            assert.strictEqual(view.job.state, "open")
            assert.deepStrictEqual([view.open, view.labeled, view.failed], [rows, 0, {}])
            for (const { code } of notices) codes.add(code)
          }
          assert.deepStrictEqual([...codes], ["BL5045"])
        }).pipe(Effect.provide(layers(simulator)))
        assert.deepStrictEqual(yield* ledgerOf(simulator), [{ batches: 2, paid: rows }])
      })
    )
  }
})

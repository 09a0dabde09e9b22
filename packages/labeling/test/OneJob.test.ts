/** Which job is meant is said by the rows and the task, never by where the result goes. */
import { mkdirSync, readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { eventually } from "../../../test/support/eventually.js"
import * as Download from "../src/Download.js"
import * as Places from "../src/Places.js"
import * as Prepare from "../src/Prepare.js"
import * as Reconcile from "../src/Reconcile.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

const on = <A, E, R>(use: (api: Simulator.Simulator) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Simulator.scoped({ rules: { default: 1 } }), (api) => Effect.provide(use(api), layers(api)))

const texts = (rows: number) => Array.from({ length: rows }, (_, n) => `글 ${n}`)

const paidLines = (api: Simulator.Simulator) =>
  Effect.map(
    Effect.promise(() => api.ledger()),
    ({ jobs }) => Object.values(jobs).reduce((sum, { paid }) => sum + paid, 0)
  )

describe("another output", () => {
  const outputs: ReadonlyArray<readonly [string, string | undefined, string | undefined]> = [
    ["of a job that is open", "a.csv", "b.csv"],
    ["after the default one", undefined, "b.csv"],
    ["before the default one", "a.csv", undefined]
  ]
  for (const [when, first, second] of outputs) {
    it.scopedLive(`${when} is the same job, and each gets its file`, () =>
      on((api) =>
        Effect.gen(function* () {
          const home = yield* folder
          const inputPath = writeTexts(join(home, "input.csv"), texts(30))
          const pathOf = (name: string | undefined) => (name === undefined ? undefined : join(home, name))
          const a = yield* Prepare.prepare({ inputPath, home, task: task(), outputPath: pathOf(first) })
          yield* Reconcile.reconcile(a.job.id)
          const b = yield* Prepare.prepare({ inputPath, home, task: task(), outputPath: pathOf(second) })
          assert.deepStrictEqual([b.job.id, b.reused], [a.job.id, true])
          yield* passes(b.job.id, () => Effect.void)
          const written = yield* Effect.forEach(["a.csv", "b.csv"], (name) =>
            Effect.map(Download.download(a.job.id, { outputPath: join(home, name) }), ({ report }) => report.labeled)
          )
          assert.deepStrictEqual(written, [30, 30])
          assert.strictEqual(readFileSync(join(home, "a.csv"), "utf8"), readFileSync(join(home, "b.csv"), "utf8"))
          assert.strictEqual(yield* paidLines(api), 30)
        })
      )
    )
  }

  it.scopedLive("wanted in the same moment by two is the same job", () =>
    on((api) =>
      Effect.gen(function* () {
        const home = yield* folder
        const inputPath = writeTexts(join(home, "input.csv"), texts(30))
        const both = yield* Effect.forEach(
          ["a.csv", "b.csv"],
          (name) =>
            eventually("the job", Prepare.prepare({ inputPath, home, task: task(), outputPath: join(home, name) })).pipe(
              Effect.tap(({ job }) => passes(job.id, () => Effect.void))
            ),
          { concurrency: 2 }
        )
        assert.strictEqual(new Set(both.map(({ job }) => job.id)).size, 1)
        assert.strictEqual(yield* paidLines(api), 30)
      })
    )
  )
})

describe("a link to the input", () => {
  it.scopedLive("in another folder means the file that it leads to: the same job, the same folder of jobs", () =>
    on((api) =>
      Effect.gen(function* () {
        const place = yield* folder
        for (const name of ["data", "links"]) mkdirSync(join(place, name))
        const inputPath = writeTexts(join(place, "data", "input.csv"), texts(10))
        const link = join(place, "links", "other.csv")
        symlinkSync(inputPath, link)
        assert.strictEqual(Places.homeBeside(link), Places.homeBeside(inputPath))
        const home = Places.homeBeside(link)
        const a = yield* Prepare.prepare({ inputPath: link, home, task: task() })
        const b = yield* Prepare.prepare({ inputPath, home, task: task() })
        assert.deepStrictEqual([b.job.id, b.reused, b.job.input.path], [a.job.id, true, Places.realPath(inputPath)])
        yield* passes(a.job.id, () => Effect.void)
        assert.strictEqual(yield* paidLines(api), 10)
      })
    )
  )
})

describe("two owners", () => {
  it.scopedLive("of the same file have jobs of their own", () =>
    on(() =>
      Effect.gen(function* () {
        const home = yield* folder
        const inputPath = writeTexts(join(home, "input.csv"), texts(3))
        const jobs = yield* Effect.forEach([undefined, "a", "b", "a"], (owner) =>
          Effect.map(Prepare.prepare({ inputPath, home, task: task(), owner }), ({ job }) => job.id)
        )
        assert.strictEqual(new Set(jobs).size, 3)
        assert.strictEqual(jobs[1], jobs[3])
      })
    )
  )
})

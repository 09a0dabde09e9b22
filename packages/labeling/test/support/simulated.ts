/** The pipeline against a simulator in this process, over real HTTP; its waits are leapt over. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import type * as Task from "@batchlabel/core/Task"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import type * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { NodeContext } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Clock, Context, Duration, Effect, Layer, Redacted } from "effect"
import * as LabelingConfig from "../../src/LabelingConfig.js"
import * as Prices from "../../src/Prices.js"
import * as Reconcile from "../../src/Reconcile.js"

const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

/** A folder that is gone at the end of the scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(memory, "batchlabel-labeling-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** The guide's task with other parts. */
export const task = (parts: Partial<Task.Task> = {}): Task.Task => {
  const preset = Presets.get("news-stance-ko")
  return preset === undefined ? assert.fail("no preset") : { ...preset, ...parts }
}

/** The waits of a machine on which {@link Time} is leapt over. */
const settings: Partial<LabelingConfig.Settings> = {
  pollInterval: Duration.seconds(2),
  pollCap: Duration.seconds(4),
  backoff: Duration.seconds(2),
  backoffCap: Duration.seconds(4),
  listLag: Duration.seconds(5),
  outputLag: Duration.seconds(20)
}

/** The waits of a test whose product loops by itself, in real time. */
export const millis: Partial<LabelingConfig.Settings> = {
  pollInterval: Duration.millis(2),
  pollCap: Duration.millis(4),
  backoff: Duration.millis(2),
  backoffCap: Duration.millis(4),
  listLag: Duration.millis(5),
  outputLag: Duration.millis(20)
}

type Api = Pick<Simulator.Simulator, "url" | "advance">

/** How far every machine of a simulator is ahead of real time, together with the simulator itself. */
const aheads = new WeakMap<Api, number>()

const clockOf = (simulator: Api): Clock.Clock => {
  const now = () => Date.now() + (aheads.get(simulator) ?? 0)
  const nanos = () => BigInt(Math.floor(now())) * 1_000_000n
  const real = Clock.make()
  return {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    sleep: (duration) => real.sleep(duration),
    unsafeCurrentTimeMillis: now,
    unsafeCurrentTimeNanos: nanos,
    currentTimeMillis: Effect.sync(now),
    currentTimeNanos: Effect.sync(nanos)
  }
}

/** The time of the API and of all machines before it. */
export class Time extends Context.Tag("@batchlabel/labeling/test/Time")<
  Time,
  {
    /** Makes it `ms` (Unix), unless it is later already. */
    readonly leapTo: (ms: number) => Effect.Effect<void>
  }
>() {}

const timeOf = (simulator: Api) =>
  Time.of({
    leapTo: (ms) =>
      Effect.sync(() => {
        const ahead = aheads.get(simulator) ?? 0
        const leap = Math.ceil(ms - (Date.now() + ahead))
        if (leap <= 0) return
        aheads.set(simulator, ahead + leap)
        simulator.advance(leap)
      })
  })

export interface Place {
  readonly key?: string
  readonly settings?: Partial<LabelingConfig.Settings>
  readonly book?: PriceBook.PriceBook
  /** Default: one in memory. */
  readonly store?: typeof SqliteStore.layerMemory
}

/** Everything a pass needs, with a store of its own: another machine, as far as the simulator can tell. */
export const layers = (simulator: Api, place: Place = {}) =>
  Layer.mergeAll(
    Layer.setClock(clockOf(simulator)),
    Layer.succeed(Time, timeOf(simulator)),
    OpenAiBatch.layer({
      apiKey: Redacted.make(place.key ?? "sk-made-up"),
      baseUrl: simulator.url,
      retry: { base: Duration.millis(1), cap: Duration.millis(2), times: 3 }
    }),
    place.store ?? SqliteStore.layerMemory,
    Prices.layer(place.book ?? PriceBook.builtin),
    LabelingConfig.layer({ ...settings, ...place.settings })
  ).pipe(Layer.provideMerge(NodeContext.layer))

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** A CSV with a `text` column and the number of the row. */
export const writeTexts = (path: string, texts: ReadonlyArray<string>): string => {
  writeFileSync(path, `text,n\n${texts.map((text, n) => `${quoted(text)},${n}\n`).join("")}`)
  return path
}

const mostPasses = 2_000

/** Passes until one sees what is waited for, or nothing moves any more; `seen` looks at each. */
const pass = <E, R>(
  jobId: string,
  seen: (report: Reconcile.Report) => Effect.Effect<boolean, E, R>,
  options: Reconcile.Options
) =>
  Effect.gen(function* () {
    const time = yield* Time
    let report = yield* Reconcile.reconcile(jobId, options)
    for (let count = 1; count < mostPasses; count++) {
      if ((yield* seen(report)) || report.nextAt === undefined) return report
      yield* time.leapTo(report.nextAt)
      report = yield* Reconcile.reconcile(jobId)
    }
    return assert.fail(`not over after ${mostPasses} passes: ${report.view.status}`)
  })

/** Passes until nothing moves any more; `seen` looks at each. */
export const passes = <E, R>(
  jobId: string,
  seen: (report: Reconcile.Report) => Effect.Effect<void, E, R>,
  options: Reconcile.Options = { resume: true }
) => pass(jobId, (report) => Effect.as(seen(report), false), options)

/** Passes until `holds`, at the latest until nothing moves any more. */
export const passesUntil = <E, R>(jobId: string, holds: (report: Reconcile.Report) => Effect.Effect<boolean, E, R>) =>
  pass(jobId, holds, {})

/**
 * What happens to a job, as a stream for each who follows it. However many follow a job, the store is asked once, and what it says is written
 * down once.
 *
 * @since 0.1.0
 */
import * as EventStream from "@batchlabel/http-api/EventStream"
import { JobDetail, JobEvent } from "@batchlabel/http-api/Job"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import { Supervisor } from "@batchlabel/labeling/Supervisor"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RcMap from "effect/RcMap"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Jobs from "./Jobs.js"
import * as Metrics from "./Metrics.js"
import type { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import { Stopping } from "./Stopping.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * The text of a stream of events for an owner, from after `after` on. It ends when the job has ended, when the server stops, or when
   * `mayGoOn`, asked from time to time, says no.
   */
  readonly follow: (
    jobId: string,
    after: number,
    owner: string,
    mayGoOn: Effect.Effect<boolean, JobStoreError>
  ) => Stream.Stream<string, JobStoreError>
  /** How many streams an owner holds, with all its tokens. */
  readonly held: (owner: string) => number
}

/**
 * @since 0.1.0
 * @category tags
 */
export class JobFeed extends Context.Tag("@batchlabel/http/JobFeed")<JobFeed, Service>() {}

/** A job that is followed, as it was seen last. Whoever waits for news waits for `news`; another one then stands in its place. */
interface Watch {
  /** The job as a message. */
  message: string
  /** Messages of the events after `since`, by number. */
  readonly events: Array<readonly [seq: number, message: string]>
  since: number
  newest: number
  /** Nothing will change any more by itself, or the server stops. */
  end: "over" | "stopped" | undefined
  beats: number
  news: Deferred.Deferred<void>
}

/** What a follower has been told. */
interface Told {
  at: number
  message: string
  beats: number
  ended: boolean
}

const encodeJob = Schema.encodeSync(Schema.parseJson(JobDetail))
const encodeEvent = Schema.encodeSync(Schema.parseJson(JobEvent))

const pageSize = 500
// Whoever is further behind reads the store.
const mostKept = 1_000

const messageOf = (event: JobEvent): string =>
  EventStream.encode({ event: event.kind, id: String(event.seq), data: encodeEvent(event) })

const end = EventStream.encode({ event: "end", data: "{}" })

const announce = (watch: Watch): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { news } = watch
    watch.news = Deferred.unsafeMake(FiberId.none)
    return Effect.asVoid(Deferred.succeed(news, undefined))
  })

const make = Effect.gen(function* () {
  const settings = yield* ServerSettings
  const { results } = yield* Supervisor
  const stopping = yield* Stopping
  const context = yield* Effect.context<JobStore | ServerDatabase | Supervisor>()
  const counts = new Map<string, number>()

  const look = Effect.fnUntraced(function* (jobId: string, watch: Watch) {
    const detail = yield* Jobs.detail(jobId)
    const message = EventStream.encode({ event: "job", data: encodeJob(detail) })
    const before = watch.newest
    for (;;) {
      const { items, next } = yield* Jobs.events(jobId, watch.newest, pageSize)
      for (const event of items) watch.events.push([event.seq, messageOf(event)])
      if (next === watch.newest) break
      watch.newest = next
    }
    const tooMany = watch.events.splice(0, Math.max(0, watch.events.length - mostKept))
    watch.since = tooMany.at(-1)?.[0] ?? watch.since
    if (detail.state === "done" || detail.state === "cancelled") watch.end = "over"
    if (message === watch.message && before === watch.newest && watch.end === undefined) return
    watch.message = message
    yield* announce(watch)
  }, Effect.provide(context))

  const beat = (watch: Watch): Effect.Effect<void> =>
    Effect.suspend(() => {
      watch.beats++
      return announce(watch)
    })

  const finish = (watch: Watch, how: Watch["end"]): Effect.Effect<void> =>
    Effect.suspend(() => {
      watch.end ??= how
      return announce(watch)
    })

  // A job that is gone has no more to tell; a store that does not answer may do so again.
  const patiently = (jobId: string, watch: Watch): Effect.Effect<void> =>
    Effect.catchAll(look(jobId, watch), (error) =>
      error.reason._tag === "JobNotFound" ? finish(watch, "over") : Effect.logWarning(error.message)
    )

  const watched = yield* RcMap.make({
    idleTimeToLive: settings.feedInterval,
    lookup: (jobId: string) =>
      Effect.gen(function* () {
        const watch: Watch = {
          message: "",
          events: [],
          since: 0,
          newest: 0,
          end: undefined,
          beats: 0,
          news: Deferred.unsafeMake(FiberId.none)
        }
        yield* look(jobId, watch)
        const looked = Stream.filter(results, (result) => result.jobId === jobId)
        const ticks = Stream.merge(Stream.drop(Stream.tick(settings.feedInterval), 1), Stream.as(looked, undefined))
        yield* Effect.forkScoped(
          Stream.runForEach(ticks, () => (watch.end === undefined ? patiently(jobId, watch) : Effect.void))
        )
        yield* Effect.forkScoped(Effect.forever(Effect.delay(beat(watch), settings.beatInterval)))
        yield* Effect.forkScoped(Effect.zipRight(Deferred.await(stopping), finish(watch, "stopped")))
        return watch
      })
  })

  const eventsAfter = Effect.fnUntraced(function* (jobId: string, after: number, watch: Watch) {
    if (after >= watch.since) return watch.events.flatMap(([seq, message]) => (seq > after ? [message] : []))
    const found: Array<string> = []
    for (let at = after; at < watch.newest; ) {
      const { items, next } = yield* Jobs.events(jobId, at, pageSize)
      if (next === at) break
      found.push(...items.map(messageOf))
      at = next
    }
    return found
  }, Effect.provide(context))

  /** What there is to tell, as soon as there is something. */
  const tell = (
    jobId: string,
    watch: Watch,
    told: Told,
    mayGoOn: Effect.Effect<boolean, JobStoreError>
  ): Effect.Effect<Chunk.Chunk<string>, Option.Option<JobStoreError>> =>
    Effect.gen(function* () {
      for (;;) {
        const { beats, end: ended, message, newest, news } = watch
        if (told.ended || ended === "stopped") return yield* Effect.fail(Option.none())
        const lines = newest > told.at ? yield* Effect.mapError(eventsAfter(jobId, told.at, watch), Option.some) : []
        if (message !== told.message) lines.push(message)
        if (ended === "over") lines.push(end)
        if (lines.length === 0 && beats !== told.beats) {
          if (!(yield* Effect.mapError(mayGoOn, Option.some))) return yield* Effect.fail(Option.none())
          lines.push(EventStream.heartbeat)
        }
        Object.assign(told, { at: Math.max(told.at, newest), message, beats, ended: ended === "over" })
        if (lines.length > 0) return Chunk.unsafeFromArray(lines)
        yield* Deferred.await(news)
      }
    })

  const count = (owner: string, by: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      const now = (counts.get(owner) ?? 0) + by
      if (now === 0) counts.delete(owner)
      else counts.set(owner, now)
      return Metrics.setStreams([...counts.values()].reduce((sum, one) => sum + one, 0))
    })

  const service: Service = {
    follow: (jobId, after, owner, mayGoOn) =>
      Stream.unwrapScoped(
        Effect.gen(function* () {
          yield* Effect.acquireRelease(count(owner, 1), () => count(owner, -1))
          const watch = yield* RcMap.get(watched, jobId)
          const told: Told = { at: after, message: "", beats: watch.beats, ended: false }
          return Stream.repeatEffectChunkOption(tell(jobId, watch, told, mayGoOn))
        })
      ),
    held: (owner) => counts.get(owner) ?? 0
  }
  return service
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<JobFeed, never, ServerSettings | Stopping | Supervisor | JobStore | ServerDatabase> =
  Layer.scoped(JobFeed, make)

/**
 * What happens to a job, as a stream for each who follows it. However many follow a job, the store is asked once.
 *
 * @since 0.1.0
 */
import * as EventStream from "@batchlabel/http-api/EventStream"
import { JobDetail, JobEvent } from "@batchlabel/http-api/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RcMap from "effect/RcMap"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as Jobs from "./Jobs.js"
import * as Metrics from "./Metrics.js"
import { Reconciler } from "./Reconciler.js"
import type { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import { Stopping } from "./Stopping.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The text of a stream of events, from after `after` on. It ends when the job has ended, or when the server stops. */
  readonly follow: (jobId: string, after: number) => Stream.Stream<string, JobStoreError>
  /** How many follow at the moment, by who asks. */
  readonly followers: (tokenId: string) => number
  readonly counted: <A, E, R>(tokenId: string, stream: Stream.Stream<A, E, R>) => Stream.Stream<A, E, R>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class JobFeed extends Context.Tag("@batchlabel/http/JobFeed")<JobFeed, Service>() {}

/** `text` is the job as JSON, `newest` the number of its last event, `over`: neither will change by itself. */
interface Snapshot {
  readonly text: string
  readonly newest: number
  readonly over: boolean
}

const encodeJob = Schema.encodeSync(Schema.parseJson(JobDetail))
const encodeEvent = Schema.encodeSync(Schema.parseJson(JobEvent))

const pageSize = 500

const messageOf = (event: JobEvent): string =>
  EventStream.encode({ event: event.kind, id: String(event.seq), data: encodeEvent(event) })

const make = Effect.gen(function* () {
  const settings = yield* ServerSettings
  const { looks } = yield* Reconciler
  const context = yield* Effect.context<JobStore | ServerDatabase | Reconciler>()
  const stopping = yield* Stopping
  const counts = new Map<string, number>()

  const snapshot = Effect.fnUntraced(function* (jobId: string, newestBefore: number) {
    const store = yield* JobStore
    const detail = yield* Jobs.detail(jobId)
    let newest = newestBefore
    for (;;) {
      const events = yield* store.events(jobId, { after: newest, limit: pageSize })
      newest = events.at(-1)?.seq ?? newest
      if (events.length < pageSize) break
    }
    const one: Snapshot = { text: encodeJob(detail), newest, over: detail.state === "done" || detail.state === "cancelled" }
    return one
  }, Effect.provide(context))

  const watched = yield* RcMap.make({
    idleTimeToLive: settings.feedInterval,
    lookup: (jobId: string) =>
      Effect.gen(function* () {
        const ref = yield* SubscriptionRef.make(yield* snapshot(jobId, 0))
        const refresh = Effect.gen(function* () {
          const before = yield* SubscriptionRef.get(ref)
          const now = yield* snapshot(jobId, before.newest)
          if (now.text !== before.text || now.newest !== before.newest) yield* SubscriptionRef.set(ref, now)
        })
        const looked = Stream.filter(looks, (id) => id === jobId)
        const ticks = Stream.merge(Stream.tick(settings.feedInterval), Stream.as(looked, undefined))
        yield* Effect.forkScoped(
          Stream.runForEach(ticks, () =>
            Effect.catchAll(refresh, (error) =>
              // A job that is gone has no more to tell; a store that does not answer may do so again.
              error.reason._tag === "JobNotFound"
                ? SubscriptionRef.update(ref, (last) => ({ ...last, over: true }))
                : Effect.logWarning(error.message)
            )
          )
        )
        return ref
      })
  })

  const eventsAfter = Effect.fnUntraced(function* (jobId: string, after: number, newest: number) {
    const found: Array<JobEvent> = []
    let at = after
    while (at < newest) {
      const { items, next } = yield* Jobs.events(jobId, at, pageSize)
      if (next === at) break
      found.push(...items)
      at = next
    }
    return { found, at }
  }, Effect.provide(context))

  const follow = (jobId: string, after: number): Stream.Stream<string, JobStoreError> => {
    const messages = Stream.unwrapScoped(
      Effect.map(RcMap.get(watched, jobId), (ref) =>
        ref.changes.pipe(
          // One that reads slowly sees the newest state next, not every one in between.
          Stream.buffer({ capacity: 1, strategy: "sliding" }),
          Stream.mapAccumEffect({ at: after, text: "" }, (seen, now) =>
            Effect.map(eventsAfter(jobId, seen.at, now.newest), ({ at, found }) => {
              const lines = found.map(messageOf)
              if (now.text !== seen.text) lines.push(EventStream.encode({ event: "job", data: now.text }))
              if (now.over) lines.push(EventStream.encode({ event: "end", data: "{}" }))
              return [
                { at, text: now.text },
                { lines, over: now.over }
              ]
            })
          ),
          Stream.takeUntil(({ over }) => over),
          Stream.mapConcat(({ lines }) => lines)
        )
      )
    )
    const heartbeats = Stream.as(Stream.drop(Stream.tick("15 seconds"), 1), EventStream.heartbeat)
    return Stream.merge(messages, heartbeats, { haltStrategy: "left" }).pipe(Stream.interruptWhenDeferred(stopping))
  }

  const count = (tokenId: string, by: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      const now = (counts.get(tokenId) ?? 0) + by
      if (now === 0) counts.delete(tokenId)
      else counts.set(tokenId, now)
      return Metrics.setStreams([...counts.values()].reduce((sum, one) => sum + one, 0))
    })

  const service: Service = {
    follow,
    followers: (tokenId) => counts.get(tokenId) ?? 0,
    counted: (tokenId, stream) =>
      Stream.unwrapScoped(
        Effect.as(
          Effect.acquireRelease(count(tokenId, 1), () => count(tokenId, -1)),
          stream
        )
      )
  }
  return service
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<JobFeed, never, ServerSettings | Stopping | Reconciler | JobStore | ServerDatabase> =
  Layer.scoped(JobFeed, make)

/**
 * What is under way is not asked twice: before a planned shard is sent, what the cache knows by now is taken out of it, and what another job
 * is asking waits for that job's answer. Who has planned first asks, so that no two jobs wait for each other. See docs/decisions/020.
 */
import { relative } from "node:path"
import * as CustomId from "@batchlabel/core/CustomId"
import { fileFailed } from "@batchlabel/dataset/DatasetError"
import * as LocalOutcome from "@batchlabel/dataset/LocalOutcome"
import * as RequestIndex from "@batchlabel/dataset/RequestIndex"
import * as ShardLines from "@batchlabel/dataset/ShardLines"
import type { Job, NewShard, Shard, ShardWait } from "@batchlabel/job-store/Job"
import type { Asking, Service as StoreService } from "@batchlabel/job-store/JobStore"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { answerScope } from "./answerScope.js"
import { knownFile, shardFile, shardPath } from "./paths.js"
import type { ReconcileContext, ShardAttempt } from "./reconcileContext.js"
import { countTokens } from "./shardTokens.js"

/** A batch has an end within a day; for one of which nobody has seen an end, nobody waits longer than this. */
const longestWait = Duration.toMillis("2 days")

const digestOf = (customId: string): string => CustomId.parse(customId)?.digest ?? ""

interface Own {
  readonly job: Job
  readonly store: StoreService
}

/** What other jobs are asking, whose answers this one will find. Without the cache a job neither finds answers nor leaves any. */
const findAskers = Effect.fnUntraced(function* ({ job, store }: Own) {
  if (!job.settings.useCache) return []
  const now = yield* Clock.currentTimeMillis
  const scope = answerScope(job)
  return (yield* store.asking(job.taskFingerprint)).filter(
    (asker) =>
      asker.jobId !== job.id &&
      asker.settings.useCache &&
      now - asker.createdAt < longestWait &&
      answerScope({ ...asker, taskFingerprint: job.taskFingerprint }) === scope
  )
})

/** What is to become of a request: nobody asks it, its answer is known, or another job asks it. */
type Standing = "free" | "known" | "asked"

interface Sorted {
  readonly standingOf: (customId: string) => Standing
  readonly free: number
  readonly known: number
  readonly asked: number
  /** One of those who ask. */
  readonly asker: Asking | undefined
}

/** The answers that are known of a shard's requests, as lines of `known-*.jsonl`; `see` is told of every request. */
const findKnown = Effect.fnUntraced(function* (
  { job, store }: Own,
  shard: Shard,
  see: (digest: string, isKnown: boolean) => void
) {
  const lines: Array<string> = []
  yield* Stream.runForEach(ShardLines.ids(shardFile(job, shard)), (ids) =>
    Effect.gen(function* () {
      const answers = yield* store.findAnswers(answerScope(job), ids.map(digestOf))
      for (const customId of ids) {
        const answer = answers.get(digestOf(customId))
        see(digestOf(customId), answer !== undefined)
        if (answer === undefined) continue
        const { at, batchId, value } = answer
        lines.push(LocalOutcome.encode({ customId, outcome: { _tag: "Labeled", value, raw: "" }, at, batchId }))
      }
    })
  )
  return lines
})

/** Those whose shard has the same number first: of a copy or a grown file, it holds the same requests. */
const likeliestFirst = (askers: ReadonlyArray<Asking>, shard: Shard): ReadonlyArray<Asking> => [
  ...askers.filter(({ path }) => path === shard.path),
  ...askers.filter(({ path }) => path !== shard.path)
]

/** Sorts the requests of a shard. Memory: some tens of bytes a request of this one shard, and what is known of it. */
const sort = Effect.fnUntraced(function* (own: Own, shard: Shard, askers: ReadonlyArray<Asking>) {
  const index = RequestIndex.make()
  const standings: Array<Standing> = []
  const count = { free: 0, known: 0, asked: 0 }
  const lines = yield* findKnown(own, shard, (digest, isKnown) => {
    const standing = isKnown ? "known" : "free"
    standings[index.add(digest)] = standing
    count[standing]++
  })
  let first: Asking | undefined
  for (const asker of likeliestFirst(askers, shard)) {
    if (count.free === 0) break
    // A file that is not on this machine tells nothing.
    yield* Effect.ignore(
      Stream.runForEach(ShardLines.ids(shardFile(asker, asker)), (ids) =>
        Effect.sync(() => {
          for (const id of ids) {
            const slot = index.find(digestOf(id))
            if (slot === -1 || standings[slot] !== "free") continue
            standings[slot] = "asked"
            count.free--
            count.asked++
            first ??= asker
          }
        })
      )
    )
  }
  const sorted: Sorted = { ...count, asker: first, standingOf: (customId) => standings[index.find(digestOf(customId))] ?? "free" }
  return { sorted, lines }
})

const waitFor = (asker: Asking | undefined): Omit<ShardWait, "since"> => ({
  reason: "asked",
  until: undefined,
  by: asker === undefined ? undefined : { job: asker.jobId, attempt: asker.attempt }
})

/** The requests of a shard with one standing, in a shard of their own. */
const writePart = Effect.fnUntraced(function* (
  { job, task }: ReconcileContext,
  shard: Shard,
  number: number,
  keep: (customId: string) => boolean
) {
  const file = yield* ShardLines.select(
    { path: shardFile(job, shard), bytes: shard.bytes, tokens: shard.tokens },
    keep,
    shardFile(job, { path: shardPath(number) })
  )
  const tokens = yield* countTokens(task, job.settings, file.path)
  const part: NewShard = {
    ...file,
    tokens,
    path: relative(job.directory, file.path),
    number,
    round: shard.round,
    parent: shard.number
  }
  return part
})

/** Puts what is free and what is asked into shards of their own, and keeps the answers that are known; the shard that is free. */
const replace = Effect.fnUntraced(function* (
  context: ReconcileContext,
  shard: Shard,
  { sorted, lines }: Effect.Effect.Success<ReturnType<typeof sort>>,
  nextShard: () => number
) {
  const { job, store } = context
  if (lines.length > 0) {
    const fs = yield* FileSystem.FileSystem
    const path = knownFile(job, shard)
    yield* fs.writeFileString(path, lines.join("")).pipe(Effect.mapError(fileFailed("write", path)))
  }
  const part = (standing: Standing) =>
    sorted[standing] === 0
      ? Effect.succeed(undefined)
      : writePart(context, shard, nextShard(), (customId) => sorted.standingOf(customId) === standing)
  const free = yield* part("free")
  const asked = yield* part("asked")
  const parts = [free, asked].filter((one) => one !== undefined)
  if (!(yield* store.replaceShard(job.id, shard.number, parts, sorted.known))) return undefined
  if (asked !== undefined) yield* store.setWait(job.id, asked.number, waitFor(sorted.asker))
  yield* store.appendEvents(job.id, [
    { kind: "shard_sifted", data: { shard: shard.number, known: sorted.known, into: parts.map(({ number }) => number) } }
  ])
  const waiting: Shard | undefined =
    free === undefined ? undefined : { ...free, jobId: job.id, state: "waiting", known: 0, wait: undefined }
  return waiting
})

const whole = { isWhole: true, free: undefined }

/** Whether a shard is to be sorted at all: others ask, or something may be known by now. */
const mayOverlap = Effect.fnUntraced(function* ({ job, store }: Own, shard: Shard, askers: ReadonlyArray<Asking>) {
  return askers.length > 0 || shard.wait?.reason === "asked" || (yield* store.hasAnswersSince(job.id))
})

/** Takes what is known or asked out of a shard that waits. */
const takeOut = Effect.fnUntraced(function* (
  context: ReconcileContext,
  shard: Shard,
  found: Effect.Effect.Success<ReturnType<typeof sort>>,
  nextShard: () => number
) {
  const { asked, free } = found.sorted
  // Nothing of it is to be sent now: it is sorted again when the other job has its answers.
  if (free === 0 && asked > 0) yield* context.store.setWait(context.job.id, shard.number, waitFor(found.sorted.asker))
  return { isWhole: false, free: free === 0 && asked > 0 ? undefined : yield* replace(context, shard, found, nextShard) }
})

/**
 * The same for a shard that waits and finds no room as a whole: room and money are for what will be sent. Every attempt that lives was
 * planned before this shard's own.
 */
export const siftWaiting = Effect.fn("Reconcile.siftWaiting")(function* (
  context: ReconcileContext,
  shard: Shard,
  nextShard: () => number
) {
  if (!context.job.settings.useCache) return whole
  const askers = yield* findAskers(context)
  if (!(yield* mayOverlap(context, shard, askers))) return whole
  const found = yield* sort(context, shard, askers)
  return found.sorted.asked === 0 && found.sorted.known === 0 ? whole : yield* takeOut(context, shard, found, nextShard)
})

/**
 * Whether the shard of a planned attempt may be sent as it is. If not, the attempt is given back; what nobody else is asking is then a shard
 * of its own, to be planned now.
 */
export const sift = Effect.fn("Reconcile.sift")(function* (
  context: ReconcileContext,
  { attempt, shard }: ShardAttempt,
  nextShard: () => number
) {
  if (!context.job.settings.useCache) return whole
  // In this order: whoever is no longer among those who ask has left its answers before.
  const askers = (yield* findAskers(context)).filter((asker) => asker.attempt < attempt.id)
  if (!(yield* mayOverlap(context, shard, askers))) return whole
  const found = yield* sort(context, shard, askers)
  if (found.sorted.asked === 0 && found.sorted.known === 0) return whole
  yield* context.store.release(attempt.id, ["planned"], { state: "abandoned" })
  return yield* takeOut(context, shard, found, nextShard)
})

const isAsked = ({ state, wait }: Shard): boolean => state === "waiting" && wait?.reason === "asked"

/** The jobs for whose answers shards wait. */
export const jobsWaitedFor = (shards: ReadonlyArray<Shard>): ReadonlyArray<string> => [
  ...new Set(shards.flatMap((shard) => (isAsked(shard) && shard.wait?.by !== undefined ? [shard.wait.by.job] : [])))
]

/** Shards without those that wait for the answers of an attempt which lives. */
export const unblocked = Effect.fn("Reconcile.unblocked")(function* (own: Own, shards: ReadonlyArray<Shard>) {
  if (!shards.some(isAsked)) return shards
  const alive = new Set((yield* findAskers(own)).map(({ attempt }) => attempt))
  return shards.filter((shard) => !isAsked(shard) || shard.wait?.by === undefined || !alive.has(shard.wait.by.attempt))
})

/** Planned → uploading → uploaded → creating → a batch. Every paid step: intent stored, call, result stored. */
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import * as DatasetError from "@batchlabel/dataset/DatasetError"
import type { Attempt } from "@batchlabel/job-store/Job"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as JobProblem from "../JobProblem.js"
import * as Scheduler from "../Scheduler.js"
import { observed } from "./batchState.js"
import { shardFile } from "./paths.js"
import { blocksJob, JobBlocked, type ReconcileContext, type ShardAttempt, toMetadata } from "./reconcileContext.js"
import { hasEndedBadly } from "./retrieveBatch.js"

const sha256 = (path: string): Effect.Effect<string, DatasetError.DatasetError> =>
  Effect.tryPromise({
    try: async () => {
      const hash = createHash("sha256")
      for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk)
      return hash.digest("hex")
    },
    catch: (cause) => DatasetError.fileFailed("read", path)({ message: String(cause) })
  })

const rest = (context: ReconcileContext, attempt: Attempt) =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    failedPolls: attempt.failedPolls + 1,
    notBefore: now + Scheduler.restDelay(context.settings, attempt.failedPolls + 1, 0.5)
  }))

/** Makes sure that the file to be sent is the one that was split, and sends it. Sending twice is free: files expire by themselves. */
export const upload = Effect.fn("Reconcile.upload")(function* (context: ReconcileContext, { attempt, shard }: ShardAttempt) {
  const { api, job, store } = context
  const uploading = yield* store.advance(attempt.id, ["planned", "uploading"], { state: "uploading" })
  if (uploading === undefined) return undefined
  const path = shardFile(job, shard)
  const found = yield* sha256(path)
  if (found !== shard.sha256) {
    return yield* new JobBlocked({
      problem: JobProblem.make("BL5014", { path, expected: shard.sha256.slice(0, 12), found: found.slice(0, 12) })
    })
  }
  const sent = yield* Effect.either(api.upload({ path, name: `${job.id}-shard-${String(shard.number).padStart(5, "0")}.jsonl` }))
  if (Either.isRight(sent)) {
    return yield* store.advance(attempt.id, ["uploading"], { state: "uploaded", inputFileId: sent.right.id, failedPolls: 0 })
  }
  yield* store.advance(attempt.id, ["uploading"], { state: "planned", ...(yield* rest(context, attempt)) })
  return yield* refused(context, sent.left)
})

/** A call was refused for good, or may be tried later. */
const refused = (context: ReconcileContext, error: OpenAiBatchError): Effect.Effect<undefined, JobBlocked> => {
  if (blocksJob(error)) return Effect.fail(new JobBlocked({ problem: error.problem }))
  return Effect.sync(() => {
    context.notices.push(error.problem)
    return undefined
  })
}

/** Kept with an intent that was refused because of its file: once the list shows no batch either, the file is sent anew. */
export const fileNotFound = "file_not_found"

/** Gives the shard back to the queue, to rest for a while. The uploaded file stays known for the next attempt. */
export const requeue = Effect.fn("Reconcile.requeue")(function* (
  context: ReconcileContext,
  current: ShardAttempt,
  attempts: ReadonlyArray<Attempt>,
  options: { readonly keepFile: boolean; readonly errors: Attempt["errors"] }
) {
  const { settings, store } = context
  const now = yield* Clock.currentTimeMillis
  const own = Scheduler.rejectionsInARow(attempts, current.shard.number)
  const rejections = Math.max(own, Scheduler.rejections(attempts, context.resumedAt).rounds) + 1
  const until = now + Scheduler.backoffDelay(settings, rejections, yield* Random.next)
  const done = yield* store.release(current.attempt.id, ["uploaded", "creating", "failed"], {
    state: "rejected",
    errors: options.errors,
    ...(options.keepFile ? {} : { inputFileId: undefined })
  })
  if (!done) return
  yield* store.setWait(context.job.id, current.shard.number, { reason: "backoff", until })
  yield* store.appendEvents(context.job.id, [
    {
      kind: "batch_rejected",
      data: { shard: current.shard.number, attempt: current.attempt.number, errors: options.errors, until }
    }
  ])
})

/** Whether a reply can be about the batch that was asked for, as far as it says. */
const isOf = (context: ReconcileContext, current: ShardAttempt, batch: Batch): boolean => {
  const wanted = toMetadata(context.job, current)
  const echoed = batch.metadata["job"] !== undefined
  const isSame = (key: string): boolean => batch.metadata[key] === wanted[key]
  return (
    (batch.inputFileId === "" || batch.inputFileId === current.attempt.inputFileId) &&
    (!echoed || (isSame("job") && isSame("shard") && isSame("attempt")))
  )
}

/**
 * The outcome of a call that must not be repeated, within what is uninterruptible. Who is interrupted waits for the reply for so long and then
 * leaves: what became of the call is looked up by the next pass.
 */
const leavable = <A>(
  call: Effect.Effect<A, OpenAiBatchError>,
  patience: Duration.Duration
): Effect.Effect<Either.Either<A, OpenAiBatchError>> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkDaemon(Effect.interruptible(Effect.either(call)))
    const waited = yield* Effect.exit(Effect.interruptible(Fiber.await(fiber)))
    const exit = Exit.isSuccess(waited)
      ? waited.value
      : yield* Fiber.await(fiber).pipe(
          // The wait is what the timeout ends: around it nothing can be interrupted any more.
          Effect.interruptible,
          Effect.timeoutOption(patience),
          Effect.flatMap(
            Option.match({ onNone: () => Effect.zipRight(Fiber.interruptFork(fiber), Effect.interrupt), onSome: Effect.succeed })
          )
        )
    return yield* exit
  })

/**
 * Creates the batch. Who interrupts it between the stored intent and the stored result waits for the reply, but no longer than
 * `createPatience`; after that, as after its death, the next pass looks the batch up by its metadata before anything is created again.
 */
export const create = Effect.fn("Reconcile.create")(function* (context: ReconcileContext, current: ShardAttempt) {
  const { api, job, settings, store } = context
  const { attempt, shard } = current
  const { inputFileId } = attempt
  if (inputFileId === undefined) return
  const now = yield* Clock.currentTimeMillis
  const intent = yield* store.advance(attempt.id, ["uploaded"], { state: "creating", intentAt: now, notBefore: now })
  if (intent === undefined) return
  const created = yield* leavable(
    api.create({
      inputFileId,
      endpoint: job.endpoint,
      metadata: toMetadata(job, current),
      ...(job.settings.outputExpiresAfter === undefined ? {} : { outputExpiresAfterSeconds: job.settings.outputExpiresAfter })
    }),
    settings.createPatience
  )
  if (Either.isRight(created) && isOf(context, current, created.right)) {
    const { id } = created.right
    return yield* adopt(context, current, created.right, "batch_created").pipe(
      Effect.tapError(() =>
        Effect.logWarning("a batch was created and could not be stored").pipe(Effect.annotateLogs({ batch: id, job: job.id }))
      )
    )
  }
  const error = Either.isLeft(created) ? created.left : undefined
  if (error?.reason._tag === "ConnectionFailed" && error.acted === "no") {
    yield* store.advance(attempt.id, ["creating"], { state: "uploaded", intentAt: undefined, ...(yield* rest(context, attempt)) })
    return yield* refused(context, error)
  }
  // From now on nothing of this request is under way: the list has its time from here. A refusal may be a proxy's, and the batch be there.
  const shownBy = (yield* Clock.currentTimeMillis) + Duration.toMillis(settings.listLag)
  const { failedPolls, notBefore } = yield* rest(context, attempt)
  const isRefusal = error?.acted === "no"
  yield* store.advance(attempt.id, ["creating"], {
    failedPolls,
    notBefore: Math.max(shownBy, notBefore),
    errors: error?.reason._tag === "NotFound" ? [{ code: fileNotFound, message: error.message }] : []
  })
  if (!isRefusal) {
    yield* store.appendEvents(job.id, [
      {
        kind: "create_unknown",
        data: { shard: shard.number, attempt: attempt.number, error: error?.problem.code ?? "another batch" }
      }
    ])
    if (error !== undefined) context.notices.push(error.problem)
    return
  }
  switch (error.reason._tag) {
    case "RateLimited":
    case "ServerError":
    case "NotFound":
      return yield* refused(context, error)
    default:
      return yield* new JobBlocked({
        problem:
          error.reason._tag === "PayloadTooLarge"
            ? JobProblem.make("BL5011", { bytes: shard.bytes, limit: job.settings.shardBytes })
            : error.problem
      })
  }
}, Effect.uninterruptible)

/** Stores a batch as the one of an attempt. If another process has taken the intent over meanwhile, the batch that lost is cancelled. */
export const adopt = Effect.fn("Reconcile.adopt")(function* (
  context: ReconcileContext,
  { attempt, shard }: ShardAttempt,
  batch: Batch,
  kind: "batch_created" | "batch_found"
): Effect.fn.Return<void, JobStoreError> {
  const { api, job, settings, store } = context
  const now = yield* Clock.currentTimeMillis
  const mine = yield* store.advance(attempt.id, ["creating", "uploaded"], {
    state: "validating",
    // A bad end is for a look to confirm.
    ...observed(hasEndedBadly(batch) ? { ...batch, status: "validating" } : batch, now),
    notBefore: now + Scheduler.pollDelay(settings, 0, 0)
  })
  if (mine !== undefined) {
    return yield* store.appendEvents(job.id, [{ kind, data: { shard: shard.number, attempt: attempt.number, batch: batch.id } }])
  }
  const current = (yield* store.attempts(job.id)).find(({ id }) => id === attempt.id)
  if (current?.batchId === batch.id) return
  yield* store.appendEvents(job.id, [
    { kind: "batch_doubled", data: { shard: shard.number, attempt: attempt.number, batch: batch.id } }
  ])
  yield* Effect.ignore(api.cancel(batch.id))
})

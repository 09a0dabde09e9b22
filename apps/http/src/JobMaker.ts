/**
 * Makes jobs of submissions. The same request sent twice under one key makes one job, whatever dies in between.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"
import type * as Task from "@batchlabel/core/Task"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { TokenInfo } from "@batchlabel/http-api/Auth"
import { JobInput, type Question } from "@batchlabel/http-api/Job"
import type { Upload } from "@batchlabel/http-api/UploadsApi"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { JobRequest } from "@batchlabel/labeling/JobRequest"
import { Supervisor } from "@batchlabel/labeling/Supervisor"
import * as Message from "@batchlabel/messages/Message"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Problems from "./internal/problems.js"
import type { Alongside } from "./internal/thread/remoteStore.js"
import * as JobRecords from "./JobRecords.js"
import * as SavedTasks from "./SavedTasks.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings, type Settings } from "./ServerSettings.js"
import * as SpendPlans from "./SpendPlans.js"
import type { Submission } from "./Submissions.js"
import * as Uploads from "./Uploads.js"
import { Workshop } from "./Workshop.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The id of the job. Its input may still be being split when this returns. */
  readonly create: (
    submission: Submission<JobInput>,
    token: TokenInfo,
    key: string | undefined
  ) => Effect.Effect<string, ApiProblem>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class JobMaker extends Context.Tag("@batchlabel/http/JobMaker")<JobMaker, Service>() {}

const encodeInput = Schema.encodeSync(JobInput)

/** What makes two requests the same: the bytes of the file and everything that was asked. */
const digestOf = ({ input, upload }: Submission<JobInput>): string => {
  const { expect: _, upload: __, ...asked } = encodeInput(input)
  const fields = Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash("sha256").update(upload.sha256).update(JSON.stringify(fields)).digest("hex")
}

/**
 * What is asked about which file, for a work thread.
 *
 * @since 0.1.0
 * @category constructors
 */
export const askedOf = ({ input, upload }: Submission<Question>, task: Task.Task) => ({
  path: upload.path,
  task,
  options: { ...readOptions(input, upload), textColumn: input.textColumn ?? "text" }
})

/**
 * The task of a question. Whether its column and its template fit the file is seen in a work thread.
 *
 * @since 0.1.0
 * @category operations
 */
export const taskOf = Effect.fn("JobMaker.taskOf")(function* (
  { input }: Submission<Question>,
  token: TokenInfo
): Effect.fn.Return<Task.Task, ApiProblem, ServerDatabase | Workshop> {
  return yield* SavedTasks.choose(token.owner, input, undefined).pipe(Effect.mapError(Problems.ofStored))
})

/**
 * How the file of a question is read.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readOptions = (input: Question, upload: Uploads.StoredUpload) => ({
  encoding: input.encoding ?? ("auto" as const),
  delimiter: input.delimiter ?? upload.view.delimiter,
  onBadRow: input.onBadRow ?? ("fail" as const)
})

/**
 * The settings of a job as the pipeline takes them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const requestOf = (
  submission: Submission<JobInput>,
  task: Task.Task,
  token: TokenInfo,
  settings: Pick<Settings, "home" | "tier" | "enqueuedTokenLimit" | "shareAnswers">
): JobRequest => {
  const { input, upload } = submission
  return {
    ...readOptions(input, upload),
    inputPath: upload.path,
    home: settings.home,
    task,
    textColumn: input.textColumn ?? "text",
    attempts: input.attempts,
    shardRequests: input.shardRows,
    shardBytes: input.shardBytes,
    shardTokens: input.shardTokens,
    enqueuedTokenLimit: input.enqueuedTokenLimit ?? (input.tier === undefined ? settings.enqueuedTokenLimit : undefined),
    tier: input.tier ?? settings.tier,
    useCache: input.useCache,
    sharedAnswers: settings.shareAnswers,
    owner: token.owner,
    token: token.id,
    sample: input.sample,
    maxCost: input.maxCost
  }
}

const differs = Problems.make(422, Message.make("BL7018", {}))

const make = Effect.gen(function* () {
  const store = yield* JobStore
  const fs = yield* FileSystem.FileSystem
  const settings = yield* ServerSettings
  const supervisor = yield* Supervisor
  const workshop = yield* Workshop
  const context = yield* Effect.context<JobStore | FileSystem.FileSystem | ServerDatabase | ServerSettings | Workshop>()

  const jobOf = (path: string): Effect.Effect<string | undefined, JobStoreError> =>
    Effect.map(store.jobs({ inputPath: path }), (jobs) => jobs.find((job) => job.settings.retryOf === undefined)?.id)

  /** Of a job that could not be made nothing is left. */
  const undo = Effect.fnUntraced(function* (path: string) {
    const { transaction } = yield* ServerDatabase
    const unmade = yield* store.jobs({ inputPath: path, states: ["preparing"] })
    const isGone = yield* transaction(
      Effect.gen(function* () {
        for (const { id } of unmade) yield* store.deleteJob(id)
        if ((yield* jobOf(path)) !== undefined) return false
        yield* JobRecords.remove(path)
        return true
      })
    )
    for (const { directory } of unmade) yield* Effect.ignore(fs.remove(directory, { recursive: true, force: true }))
    if (isGone) yield* Effect.ignore(fs.remove(path))
  }, Effect.provide(context))

  const prepare = (request: JobRequest, { bytes, name }: Upload, alongside: Alongside): Effect.Effect<void, ApiProblem> => {
    const path = request.inputPath
    const once = Effect.gen(function* () {
      if ((yield* jobOf(path)) !== undefined) return
      yield* workshop.run("prepare", { ...request, separate: true }, { owner: request.owner ?? "", bytes, alongside })
    })
    return store.withLease(`input:${path}`, once).pipe(
      Effect.tapError(() => Effect.ignore(undo(path))),
      Effect.mapError((error) => Problems.renamed(Problems.ofStored(error), path, name)),
      Effect.provide(context),
      Effect.asVoid
    )
  }

  const known = (path: string): Effect.Effect<string, ApiProblem> =>
    Effect.suspend(() => Effect.mapError(jobOf(path), Problems.ofError)).pipe(
      Effect.flatMap((id) => (id === undefined ? Effect.zipRight(Effect.sleep("100 millis"), known(path)) : Effect.succeed(id)))
    )

  /** The job is known as soon as its input is being split; that can be long before it is split. */
  const makeAndAwait = (request: JobRequest, upload: Upload, alongside: Alongside): Effect.Effect<string, ApiProblem> =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkDaemon(prepare(request, upload, alongside))
      const over = Effect.flatMap(Fiber.await(fiber), Exit.match({ onFailure: Effect.failCause, onSuccess: () => Effect.void }))
      yield* Effect.timeoutOption(over, settings.patience)
      // Where it is over and there is no job, another server was making it, and may have died over it.
      const forsaken = Problems.make(503, Message.make("BL5010", { job: "" }))
      const lost = Effect.zipRight(over, Effect.delay(Effect.fail(forsaken), "1 minute"))
      return yield* Effect.raceFirst(known(request.inputPath), lost)
    })

  /** Of two requests under one key the first that stores its job has made it: the other one is given that job. */
  const madeMeanwhile = Effect.fnUntraced(function* (
    owner: string,
    key: string | undefined,
    mine: JobRecords.JobRecord,
    error: ApiProblem
  ) {
    const made = key === undefined ? undefined : yield* JobRecords.findByKey(owner, key)
    if (made === undefined || made.path === mine.path) return yield* error
    return made.digest === mine.digest ? yield* known(made.path) : yield* differs
  })

  const create: Service["create"] = (submission, token, key) =>
    Effect.gen(function* () {
      const { input, upload } = submission
      const digest = digestOf(submission)
      const before = key === undefined ? undefined : yield* JobRecords.findByKey(token.owner, key)
      // A request that is sent again finds its job. A draft spends nothing.
      if (before === undefined && input.start === true) yield* SpendPlans.requireStatement(input.expect, input.maxCost)
      const { drafts, keys } = settings.limits
      if (before === undefined && input.start !== true && (yield* JobRecords.hasHeld(token.owner, drafts))) {
        return yield* Problems.make(409, Message.make("BL7190", { limit: drafts }))
      }
      const task = yield* taskOf(submission, token)
      const order = { owner: token.owner, bytes: upload.view.bytes }
      const renamed = (error: ApiProblem): ApiProblem => Problems.renamed(error, upload.path, upload.view.name)
      const asked = askedOf(submission, task)
      // A request that is sent again finds its job, whatever would be made of it by now.
      if (before === undefined && input.expect !== undefined) {
        const request = requestOf(submission, task, token, settings)
        const { digest } = yield* Effect.mapError(workshop.run("estimate", { ...asked, request }, order), renamed)
        yield* SpendPlans.refuseChanged(input.expect, digest)
      } else yield* Effect.mapError(workshop.run("check", asked, order), renamed)
      const path = before?.path ?? (yield* Uploads.copyForJob(upload))
      if (submission.sent) yield* Uploads.remove(upload)
      const record: JobRecords.JobRecord = before ?? {
        path,
        owner: token.owner,
        title: input.title ?? upload.view.name,
        name: upload.view.name,
        held: input.start !== true,
        digest,
        createdAt: yield* Clock.currentTimeMillis
      }
      if (record.digest !== digest) return yield* differs
      const request = { ...requestOf(submission, task, token, settings), inputPath: record.path }
      const alongside: Alongside = {
        created: () => Effect.provide(JobRecords.put(record, key, keys), context),
        removed: Effect.provide(JobRecords.remove(record.path), context)
      }
      const id = yield* makeAndAwait(request, { ...upload.view, name: record.name }, alongside).pipe(
        Effect.catchAll((error) => madeMeanwhile(token.owner, key, record, error))
      )
      if (!record.held) yield* supervisor.wake(id, { now: false })
      return id
    }).pipe(
      Effect.mapError(Problems.ofStored),
      Effect.tapError(() => (submission.sent ? Effect.ignore(Uploads.remove(submission.upload)) : Effect.void)),
      Effect.provide(context)
    )

  const service: Service = { create }
  return service
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<
  JobMaker,
  never,
  JobStore | FileSystem.FileSystem | Supervisor | ServerDatabase | ServerSettings | Workshop
> = Layer.effect(JobMaker, make)

import * as Task from "@batchlabel/core/Task"
import { BatchlabelApi } from "@batchlabel/http-api/Api"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import { CurrentToken, type TokenInfo } from "@batchlabel/http-api/Auth"
import * as EventStream from "@batchlabel/http-api/EventStream"
import { JobDetail, JobInput } from "@batchlabel/http-api/Job"
import type { CsvForm, ManualMode, RetryInput, StartInput } from "@batchlabel/http-api/JobsApi"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Cancel from "@batchlabel/labeling/Cancel"
import * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as ResultRows from "@batchlabel/labeling/ResultRows"
import * as Retry from "@batchlabel/labeling/Retry"
import * as SpendPlan from "@batchlabel/labeling/SpendPlan"
import { Supervisor } from "@batchlabel/labeling/Supervisor"
import * as Message from "@batchlabel/messages/Message"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpPlatform from "@effect/platform/HttpPlatform"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { attachment } from "../internal/attachment.js"
import * as Problems from "../internal/problems.js"
import * as RowWire from "../internal/rowWire.js"
import { JobFeed } from "../JobFeed.js"
import { JobMaker } from "../JobMaker.js"
import * as JobRecords from "../JobRecords.js"
import * as JobRemover from "../JobRemover.js"
import * as Jobs from "../Jobs.js"
import { Results } from "../Results.js"
import * as RowLabels from "../RowLabels.js"
import * as SavedTasks from "../SavedTasks.js"
import type { ServerDatabase } from "../ServerDatabase.js"
import { ServerSettings } from "../ServerSettings.js"
import * as SpendPlans from "../SpendPlans.js"
import { Submissions } from "../Submissions.js"
import * as Supervision from "../Supervision.js"
import * as Tokens from "../Tokens.js"
import { Workshop } from "../Workshop.js"

type RetryChoice = typeof RetryInput.Type

const encodeDetail = Schema.encodeSync(JobDetail)

const taskOf = (job: Job): Effect.Effect<Task.Task, ApiProblem> =>
  Effect.suspend(() => Task.restore(JSON.parse(job.task), job.taskName)).pipe(Effect.mapError(Problems.ofError))

const csv = "text/csv; charset=utf-8"

const lastSeen = (request: HttpServerRequest.HttpServerRequest, after: number | undefined): number => {
  const header = request.headers["last-event-id"]
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : (after ?? 0)
}

/** `/v1/jobs`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "jobs", (handlers) =>
  Effect.gen(function* () {
    const { read } = yield* Submissions
    const maker = yield* JobMaker
    const feed = yield* JobFeed
    const results = yield* Results
    const supervisor = yield* Supervisor
    const workshop = yield* Workshop
    const settings = yield* ServerSettings
    const store = yield* JobStore
    const context = yield* Effect.context<
      Reconcile.Requirements | ServerDatabase | ServerSettings | Supervisor | Workshop | HttpPlatform.HttpPlatform
    >()

    const detail = (id: string) => Jobs.detail(id)
    const mine = Effect.fnUntraced(function* (id: string) {
      return yield* Jobs.find(id, yield* CurrentToken)
    })
    const run = <A, R>(effect: Effect.Effect<A, ApiProblem | Problems.PipelineError, R>) =>
      effect.pipe(Effect.mapError(Problems.ofStored), Effect.provide(context))

    /** The record of the job's input, and what its client calls it. */
    const recordOf = Effect.fnUntraced(function* (job: Job) {
      return (yield* JobRecords.findByPaths([job.input.path])).get(job.input.path)
    })
    const hidingPaths = <A, R>(job: Job, effect: Effect.Effect<A, ApiProblem | Problems.PipelineError, R>) =>
      Effect.catchAll(effect, (error) =>
        Effect.flatMap(recordOf(job), (record) =>
          Effect.fail(Problems.renamed(Problems.ofStored(error), job.input.path, record?.name ?? "input.csv"))
        )
      )

    const start = Effect.fn("Jobs.start")(function* (job: Job, { expect, maxCost }: typeof StartInput.Type, token: TokenInfo) {
      if (expect !== undefined) yield* SpendPlans.refuseChanged(expect, (yield* SpendPlan.ofStart(job)).digest)
      const record = yield* recordOf(job)
      if (job.state === "done" || job.state === "cancelled" || job.state === "cancelling") {
        return yield* Problems.make(409, Message.make("BL7020", { job: job.id, status: job.state }))
      }
      yield* SpendPlans.requireStatement(expect, maxCost, job.maxCost)
      // Who starts it answers for what it spends.
      const payer = job.owner === undefined ? {} : { token: token.id }
      const cap = maxCost === undefined ? {} : { maxCost }
      yield* store.updateJob(job.id, ["preparing", "open", "stopped"], { ...payer, ...cap })
      if (record?.held === true) yield* JobRecords.release(record.path)
      if (job.state === "stopped") yield* Supervision.run(job.id, Reconcile.reconcile(job.id, { resume: true }))
      else yield* supervisor.wake(job.id)
    })

    /** Rows that a person has labelled are left alone: the model's word would be paid for and not used. */
    const retryRequest = Effect.fnUntraced(function* (job: Job, choice: RetryChoice, token: TokenInfo) {
      const root = yield* ResultRows.rootOf(job)
      const byPerson = choice.labeledByPerson === true ? [] : [...(yield* RowLabels.all(root.id)).keys()]
      return {
        home: settings.home,
        task: yield* SavedTasks.choose(token.owner, choice, yield* taskOf(job)),
        retryRows: choice.rows?.map((row) => row - 1),
        retryExcept: byPerson.map((row) => row - 1),
        // A job of the command line is asked again on the account of who asks.
        owner: job.owner ?? token.owner,
        token: token.id,
        sharedAnswers: settings.shareAnswers
      }
    })

    const retry = Effect.fn("Jobs.retry")(function* (
      job: Job,
      choice: RetryChoice,
      maxCost: bigint | undefined,
      token: TokenInfo
    ) {
      yield* SpendPlans.requireStatement(choice.expect, maxCost, job.maxCost)
      const request = yield* retryRequest(job, choice, token)
      if (choice.expect !== undefined) {
        const { digest } = yield* SpendPlan.ofRetry(yield* Retry.plan(job.id, request), maxCost)
        yield* SpendPlans.refuseChanged(choice.expect, digest)
      }
      const pacing = { tier: settings.tier, enqueuedTokenLimit: settings.enqueuedTokenLimit }
      const order = { owner: token.owner, bytes: job.input.bytes }
      const id = yield* workshop.run("retry", { jobId: job.id, request: { ...request, pacing, maxCost } }, order)
      yield* supervisor.wake(id)
      return id
    })

    const follow = Effect.fnUntraced(function* (job: Job, after: number) {
      const { id, owner } = yield* CurrentToken
      const limit = settings.limits.eventStreams
      if (feed.held(owner) >= limit) {
        return yield* Problems.make(429, Message.make("BL7191", { limit }), { retryAfter: 30 })
      }
      // Whoever is sent away in between hears no more.
      const mayGoOn = Effect.provide(Effect.map(Tokens.findValid(id), Predicate.isNotUndefined), context)
      return HttpServerResponse.stream(Stream.encodeText(feed.follow(job.id, after, owner, mayGoOn)), {
        contentType: EventStream.contentType,
        headers: { "x-accel-buffering": "no" }
      })
    })

    const labelRow = Effect.fn("Jobs.labelRow")(function* (job: Job, number: number, value: string | number | null) {
      const token = yield* CurrentToken
      const result = yield* results.open(job)
      const row = yield* results.row(result, number)
      if (row === undefined) return yield* Problems.make(404, Message.make("BL7021", { row: number, rows: result.rows }))
      if (value !== null && !result.task.labels.some((label) => label.value === value)) {
        const labels = result.task.labels.map((label) => String(label.value))
        return yield* Problems.make(422, Message.make("BL7022", { label: String(value), labels }))
      }
      const root = yield* ResultRows.rootOf(job)
      const at = yield* Clock.currentTimeMillis
      yield* value === null
        ? RowLabels.remove(root.id, number)
        : RowLabels.put(root.id, { row: number, value, tokenId: token.id, by: token.name, at })
      yield* store.appendEvents(job.id, [{ kind: "row_labeled", data: { row: number, value, by: token.name } }])
      return RowWire.row((yield* results.row(result, number)) ?? row)
    })

    const csvFile = Effect.fnUntraced(function* (job: Job, file: ResultRows.CsvDownload, suffix: string) {
      const name = (yield* recordOf(job))?.name ?? "data.csv"
      const headers = { "content-disposition": attachment(name, suffix) }
      return file._tag === "File"
        ? yield* HttpServerResponse.file(file.path, { headers, contentType: csv }).pipe(Effect.orDie)
        : HttpServerResponse.stream(Stream.encodeText(file.text), { headers, contentType: csv })
    })

    const labeledCsv = Effect.fn("Jobs.labeledCsv")(function* (job: Job, form: CsvForm, people: ManualMode) {
      const result = yield* results.open(job)
      return yield* csvFile(job, yield* results.labeledCsv(result, { ...form, people }), "_labeled.csv")
    })

    const failedCsv = Effect.fn("Jobs.failedCsv")(function* (job: Job, form: CsvForm) {
      const result = yield* results.open(job)
      const file = yield* results.failedCsv(result, form)
      if (file === undefined) return yield* Problems.make(404, Message.make("BL5016", { job: job.id }))
      return yield* csvFile(job, file, "_failed.csv")
    })

    return handlers
      .handleRaw("create", ({ headers }) =>
        run(
          Effect.gen(function* () {
            const token = yield* CurrentToken
            const id = yield* maker.create(yield* read(JobInput, token), token, headers["idempotency-key"])
            const body = encodeDetail(yield* detail(id))
            return HttpServerResponse.unsafeJson(body, { status: 201, headers: { location: `/v1/jobs/${id}` } })
          })
        )
      )
      .handle("list", ({ urlParams }) =>
        run(
          Effect.gen(function* () {
            const { cursor, limit, state } = urlParams
            const { items, next } = yield* Jobs.page(yield* CurrentToken, { state, before: cursor, limit: limit ?? 25 })
            return next === undefined ? { items } : { items, next }
          })
        )
      )
      .handle("get", ({ path }) => run(Effect.flatMap(mine(path.id), ({ id }) => detail(id))))
      .handle("remove", ({ path }) => run(Effect.flatMap(mine(path.id), JobRemover.remove)))
      .handleRaw("events", ({ path, request, urlParams }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            const after = lastSeen(request, urlParams.after)
            const accept = request.headers["accept"] ?? ""
            if (accept.includes(EventStream.contentType)) return yield* follow(job, after)
            return yield* Jobs.events(job.id, after, urlParams.limit ?? 100)
          })
        )
      )
      .handle("start", ({ path, payload }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            yield* start(job, payload, yield* CurrentToken)
            return yield* detail(job.id)
          })
        )
      )
      .handle("startPlan", ({ path }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            if (job.state === "done" || job.state === "cancelled" || job.state === "cancelling") {
              return yield* Problems.make(409, Message.make("BL7020", { job: job.id, status: job.state }))
            }
            return yield* SpendPlans.toWire(
              yield* SpendPlan.ofStart(job),
              yield* CurrentToken,
              yield* SpendPlan.renamedColumns(job)
            )
          })
        )
      )
      .handle("retryPlan", ({ path, payload }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            const token = yield* CurrentToken
            const plan = Effect.flatMap(retryRequest(job, payload, token), (request) => Retry.plan(job.id, request))
            return yield* SpendPlans.toWire(yield* SpendPlan.ofRetry(yield* hidingPaths(job, plan), payload.maxCost), token)
          })
        )
      )
      .handle("cancel", ({ path }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            if (job.state !== "done" && job.state !== "cancelled") yield* Supervision.run(job.id, Cancel.cancel(job.id))
            return yield* detail(job.id)
          })
        )
      )
      .handle("retry", ({ path, payload }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            const id = yield* hidingPaths(job, retry(job, payload, payload.maxCost, yield* CurrentToken))
            return yield* detail(id)
          })
        )
      )
      .handle("rows", ({ path, urlParams }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            const { cursor, limit, outcome, reason } = urlParams
            const result = yield* hidingPaths(job, results.open(job))
            const page = yield* results.page(result, { cursor, outcome, reason, limit: limit ?? 50 })
            const items = page.items.map(RowWire.row)
            const total = page.total ?? items.length
            return page.next === undefined ? { items, total } : { items, total, next: page.next }
          })
        )
      )
      .handle("labelRow", ({ path, payload }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            return yield* hidingPaths(job, labelRow(job, path.row, payload.label))
          })
        )
      )
      .handle("distribution", ({ path }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            const result = yield* hidingPaths(job, results.open(job))
            return RowWire.distribution(yield* results.counts(result))
          })
        )
      )
      .handle("labeledCsv", ({ path, urlParams }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            return yield* hidingPaths(job, labeledCsv(job, urlParams, urlParams.manual ?? "columns"))
          })
        )
      )
      .handle("failedCsv", ({ path, urlParams }) =>
        run(
          Effect.gen(function* () {
            const job = yield* mine(path.id)
            return yield* hidingPaths(job, failedCsv(job, urlParams))
          })
        )
      )
  })
)

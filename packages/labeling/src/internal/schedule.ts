/** Which waiting shards start now: as many as the queue of the organisation, the rate of creations and the budget allow. */
import { relative } from "node:path"
import type * as Problem from "@batchlabel/core/Problem"
import * as CostError from "@batchlabel/cost/CostError"
import * as Money from "@batchlabel/cost/Money"
import * as ShardLines from "@batchlabel/dataset/ShardLines"
import type { Attempt, NewShard, Shard, ShardWait } from "@batchlabel/job-store/Job"
import type { Refusal } from "@batchlabel/job-store/JobStore"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as JobProblem from "../JobProblem.js"
import * as Scheduler from "../Scheduler.js"
import { sift, siftWaiting, unblocked } from "./elsewhere.js"
import { learnedLimit } from "./learnedLimit.js"
import { shardFile, shardPath } from "./paths.js"
import { JobBlocked, type ReconcileContext, type ShardAttempt } from "./reconcileContext.js"
import { countTokens } from "./shardTokens.js"
import { create, upload } from "./start.js"
import { worstCase } from "./worstCase.js"

// A limit that holds fewer requests than these is no limit of a queue.
const leastRequests = 3

type BudgetRefusal = Extract<Refusal, { readonly _tag: "Budget" }>
type LimitRefusal = Extract<Refusal, { readonly _tag: "Limit" }>

/** A shard that no queue of this size can take is replaced by parts that fit. */
const divide = Effect.fn("Reconcile.divide")(function* (
  context: ReconcileContext,
  shard: Shard,
  limit: number,
  nextShard: () => number
) {
  const { job, store, task } = context
  const parts = Math.ceil(shard.tokens / limit) + 1
  const numbers: Array<number> = []
  const files = yield* ShardLines.divide(
    { path: shardFile(job, shard), bytes: shard.bytes, tokens: shard.tokens },
    { requests: Math.max(1, Math.floor(shard.requests / parts)), bytes: Math.max(1, Math.ceil(shard.bytes / parts)) },
    () => {
      const number = nextShard()
      numbers.push(number)
      return shardFile(job, { path: shardPath(number) })
    }
  )
  const replacements = yield* Effect.forEach(files, (file, index) =>
    Effect.map(
      countTokens(task, job.settings, file.path),
      (tokens): NewShard => ({
        ...file,
        tokens,
        path: relative(job.directory, file.path),
        number: numbers[index] ?? 0,
        round: shard.round,
        parent: shard.number
      })
    )
  )
  yield* store.replaceShard(job.id, shard.number, replacements)
  yield* store.appendEvents(job.id, [{ kind: "shard_divided", data: { shard: shard.number, into: numbers, limit } }])
})

/** The limit that holds for the job's model now, and until when its queue is known to be full. */
export const findLimit = Effect.fn("Reconcile.findLimit")(function* ({
  job,
  settings,
  store
}: Pick<ReconcileContext, "job" | "settings" | "store">) {
  const learned = yield* learnedLimit({ settings, store }, job.model)
  return Scheduler.tokenLimit(settings, job.settings.enqueuedTokenLimit, learned)
})

/** Fails where the API names a limit that hardly a request fits under: to divide on would end in batches of one row each. */
const believable = Effect.fnUntraced(function* ({ job, settings, store }: ReconcileContext, shard: Shard, limit: number) {
  const request = Math.ceil(shard.tokens / shard.requests)
  const configured = Scheduler.tokenLimit(settings, job.settings.enqueuedTokenLimit, undefined)
  if (limit >= leastRequests * request || (configured !== undefined && limit >= configured)) return
  const learned = yield* learnedLimit({ settings, store }, job.model)
  return yield* new JobBlocked({
    problem: JobProblem.make("BL5058", { model: job.model, limit: learned ?? limit, tokens: request })
  })
})

/** What the shards wait for that come after one which was refused. A limit may be raised at any time, so that its wait has no end. */
const waitFor = (refusal: Refusal): Omit<ShardWait, "since"> => {
  switch (refusal._tag) {
    case "CreationRate":
      return { reason: "rate", until: refusal.freeAt }
    case "Limit":
      return { reason: "limit", until: undefined }
    default:
      return { reason: "tokens", until: undefined }
  }
}

/** Refusals of a shard that a smaller one may not meet. */
const lackRoom: ReadonlySet<string> = new Set(["TokensInFlight", "Budget", "Limit"])

/** Starts what may start: plans in the order of the shards, uploads and creates a few at a time. */
export const schedule = Effect.fn("Reconcile.schedule")(function* (
  context: ReconcileContext,
  shards: ReadonlyArray<Shard>,
  attempts: ReadonlyArray<Attempt>,
  nextShard: () => number
) {
  const { job, notices, price, settings, store, task } = context
  const limit = yield* findLimit(context)
  const now = yield* Clock.currentTimeMillis
  const waiting = yield* unblocked(context, Scheduler.startable(settings, shards, now))
  const mostStarts = Scheduler.mostStarts(settings, shards, attempts, now, context.resumedAt)
  const turn = Scheduler.turnAt(settings, shards, attempts, now)
  let started = 0
  const noticesBefore = context.notices.length
  const smallest = Math.min(...waiting.map((shard) => shard.tokens))
  let closed: Refusal | undefined
  let isCrowded = false
  let budget: BudgetRefusal | undefined

  const reserve = (shard: Shard) =>
    store.plan({
      jobId: job.id,
      shard: shard.number,
      model: job.model,
      tokens: shard.tokens,
      reserved: worstCase(price, task, job.settings, shard),
      priced: price !== undefined,
      // A single request above the limit is for the API to refuse.
      tokenLimit: limit === undefined ? undefined : Math.max(limit, shard.requests === 1 ? shard.tokens : 0),
      creationsPerHour: settings.creationsPerHour,
      inputFileId: Scheduler.reusableFile(attempts, shard.number),
      notBefore: now
    })

  const isTooLarge = (shard: Shard): boolean => limit !== undefined && shard.tokens > limit && shard.requests > 1

  /** `sifted`: a part of the shard need not be sent, so that its place is taken by what is left of it. */
  const plan = Effect.fnUntraced(function* (shard: Shard) {
    const first = isTooLarge(shard) ? undefined : yield* reserve(shard)
    if (first === undefined || lackRoom.has(first._tag)) {
      const { free, isWhole } = yield* siftWaiting(context, shard, nextShard)
      if (!isWhole) return { sifted: free }
    }
    if (limit !== undefined && first === undefined) {
      yield* believable(context, shard, limit)
      yield* divide(context, shard, limit, nextShard)
      return undefined
    }
    const planned = first ?? (yield* reserve(shard))
    switch (planned._tag) {
      case "Planned":
        return { attempt: planned.attempt }
      case "NotWaiting":
        return undefined
      case "TokensInFlight":
        isCrowded = true
        yield* store.setWait(job.id, shard.number, { reason: "tokens", until: undefined })
        if (planned.inFlight + smallest > planned.limit) closed = planned
        return undefined
      case "CreationRate":
        isCrowded = true
        yield* store.setWait(job.id, shard.number, { reason: "rate", until: planned.freeAt })
        closed = planned
        return undefined
      case "Budget":
        yield* store.setWait(job.id, shard.number, { reason: "budget", until: undefined })
        budget = planned
        return undefined
      case "Limit":
        closed = planned
        if (shard.wait?.reason !== "limit") yield* store.appendEvents(job.id, [{ kind: "limit_reached", data: reached(planned) }])
        yield* store.setWait(job.id, shard.number, { reason: "limit", until: undefined })
        notices.push(overLimit(planned))
        return undefined
      case "Unpriced":
        return yield* new JobBlocked({ problem: JobProblem.make("BL7093", { model: planned.model }) })
    }
  })

  const start: (
    shard: Shard
  ) => Effect.Effect<
    void,
    Effect.Effect.Error<ReturnType<typeof plan>> | Effect.Effect.Error<ReturnType<typeof proceed>>,
    Effect.Effect.Context<ReturnType<typeof plan>>
  > = Effect.fnUntraced(function* (shard: Shard) {
    // What was refused to one is not tried with the next at once.
    if (context.notices.length > noticesBefore || started >= mostStarts) {
      const until = started >= mostStarts ? turn : now + Scheduler.pollDelay(settings, 0, 1)
      if (shard.wait?.until !== until) yield* store.setWait(job.id, shard.number, { reason: "backoff", until })
      return
    }
    const reason = closed
    if (reason !== undefined) {
      const wait = waitFor(reason)
      if (shard.wait?.reason !== wait.reason || shard.wait.until !== wait.until) yield* store.setWait(job.id, shard.number, wait)
      return
    }
    const planned = yield* plan(shard)
    if (planned === undefined) return
    if (!("attempt" in planned)) {
      if (planned.sifted !== undefined) yield* start(planned.sifted)
      return
    }
    const { attempt } = planned
    started++
    const { free, isSent } = yield* proceed(context, { attempt, shard }, nextShard)
    if (!isSent) started--
    if (free !== undefined) yield* start(free)
  })

  yield* Effect.forEach(waiting, start, { concurrency: mostStarts === 1 ? 1 : settings.parallelUploads, discard: true })
  return { budget: Option.fromNullable(budget), isCrowded }
})

/** Takes a planned or uploaded attempt as far as it goes now, unless others know or ask some of it: `free` is what then remains to be sent. */
export const proceed = Effect.fn("Reconcile.proceed")(function* (
  context: ReconcileContext,
  current: ShardAttempt,
  nextShard: () => number
) {
  const { attempt, shard } = current
  if (attempt.state === "planned") {
    const { free, isWhole } = yield* sift(context, current, nextShard)
    if (!isWhole) return { free, isSent: false }
  }
  const uploaded =
    attempt.state === "uploaded"
      ? attempt
      : attempt.inputFileId === undefined
        ? yield* upload(context, current)
        : yield* context.store.advance(attempt.id, ["planned", "uploading"], { state: "uploaded" })
  if (uploaded !== undefined) yield* create(context, { attempt: uploaded, shard })
  return { free: undefined, isSent: true }
})

const dollars = (pico: bigint): string => Money.formatExact(Money.fromPico(pico)).replace("$", "")

const reached = ({ limit, resetsAt, spender }: LimitRefusal) => ({
  of: spender._tag.toLowerCase(),
  limit: dollars(limit),
  resetsAt
})

/** A limit of the month is what holds it: say whose, how much of it is used, when it begins anew and who can raise it. */
const overLimit = ({ limit, needed, reserved, resetsAt, spender, spent }: LimitRefusal): Problem.Problem => {
  const resets = `${new Date(resetsAt).toISOString().slice(0, 10)} 00:00 UTC`
  const amounts = {
    limit: dollars(limit),
    spent: dollars(spent),
    reserved: dollars(reserved),
    needed: dollars(needed),
    resets
  }
  switch (spender._tag) {
    case "Owner":
      return JobProblem.make("BL7090", { owner: spender.owner, ...amounts })
    case "Token":
      return JobProblem.make("BL7091", { token: spender.token, ...amounts })
    case "Server":
      // What others have spent is not for every owner to know.
      return JobProblem.make("BL7092", { needed: dollars(needed), resets })
  }
}

/** The job's spending cap is what holds it: say so. */
export const overBudget = (refusal: BudgetRefusal): JobBlocked => {
  return new JobBlocked({
    problem: new CostError.CostError({
      reason: new CostError.BudgetExceeded({
        cap: dollars(refusal.cap),
        spent: dollars(refusal.spent),
        reserved: dollars(refusal.reserved),
        needed: dollars(refusal.needed)
      })
    }).problem
  })
}

/** A process that works on a store as it is told (see processes.ts). */
import { once } from "node:events"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import { eventually, turns } from "../../../test/support/eventually.js"
import type { AttemptState } from "../src/AttemptState.js"
import type { Attempt } from "../src/Job.js"
import { JobStore } from "../src/JobStore.js"
import * as PostgresStore from "../src/PostgresStore.js"
import * as SqliteStore from "../src/SqliteStore.js"
import type { Assignment, Order } from "./processes.js"
import { collected, newShard, note, reservation } from "./samples.js"

const say = (event: string, data: object = {}): Effect.Effect<void> =>
  Effect.sync(() => {
    process.stdout.write(`${JSON.stringify({ event, ...data })}\n`)
  })

const shuffled = Random.shuffle<number>

const open = Effect.fn(function* ({ name }: Extract<Order, { do: "open" }>) {
  const store = yield* JobStore
  yield* store.settings.set(note, name, "here")
})

const way: ReadonlyArray<AttemptState> = ["planned", "uploading", "uploaded", "creating", "in_progress", "completed"]

/** One step of an attempt, tried by whoever comes; who wins says so. */
const stepOn = Effect.fn(function* (attempt: Attempt) {
  const store = yield* JobStore
  const at = way.indexOf(attempt.state)
  const to = way[at + 1]
  const won = (step: string) => say("won", { attempt: attempt.id, step })
  if (attempt.state === "completed") {
    const followUp =
      attempt.shard <= 3
        ? newShard(attempt.shard * 100 + attempt.number, { round: 2, parent: attempt.shard, requests: 1 })
        : undefined
    const answers = [{ digest: `d${attempt.shard}`, value: attempt.shard, at: 1, batchId: attempt.batchId }]
    yield* store.saveAnswers("scope", answers)
    if (yield* store.settle({ attempt, collected, cost: 1_000n, followUp })) yield* won("settled")
    return
  }
  if (attempt.state === "creating" && attempt.number === 1 && attempt.shard % 4 === 0) {
    if (yield* store.release(attempt.id, ["creating"], { state: "rejected" })) yield* won("given back")
    return
  }
  if (to === undefined) return
  const now = yield* Clock.currentTimeMillis
  const batchId = `batch_${attempt.shard}_${attempt.number}`
  const patch = {
    state: to,
    ...(to === "creating" ? { intentAt: now } : {}),
    ...(to === "in_progress" ? { batchId } : {})
  }
  if ((yield* store.advance(attempt.id, [attempt.state], patch)) !== undefined) {
    yield* won(to)
    yield* store.appendEvents(attempt.jobId, [{ kind: to, data: { attempt: attempt.id } }])
  }
})

/** One look at a job; whether all of it is settled. */
const pass = Effect.fn(function* (job: string, tokenLimit: number) {
  const store = yield* JobStore
  const shards = yield* store.shards(job)
  if (shards.every(({ state }) => state === "settled")) {
    yield* store.updateJob(job, ["open"], { state: "done" })
    return true
  }
  const waiting = shards.filter(({ state }) => state === "waiting").map(({ number }) => number)
  for (const shard of yield* shuffled(waiting)) {
    const answer = yield* store.plan(reservation(job, shard, { tokenLimit, reserved: 1_000n }))
    if (answer._tag === "Planned") yield* say("won", { attempt: answer.attempt.id, step: "planned" })
    const inFlight = yield* store.tokensInFlight("gpt-4o-mini")
    if (inFlight > tokenLimit) yield* say("overrun", { inFlight })
  }
  const attempts = new Map((yield* store.attempts(job)).map((attempt) => [attempt.id, attempt]))
  for (const id of yield* shuffled(attempts.keys())) {
    const attempt = attempts.get(id)
    if (attempt !== undefined && way.includes(attempt.state)) yield* stepOn(attempt)
  }
  return false
})

const work = Effect.fn(function* ({ answers, jobs, tokenLimit }: Extract<Order, { do: "work" }>) {
  const store = yield* JobStore
  // A long transaction now and then is part of the life of a store.
  yield* store.saveAnswers(
    `of ${process.pid}`,
    Array.from({ length: answers }, (_, index) => ({ digest: `x${index}`, value: index, at: 1, batchId: undefined }))
  )
  let open = jobs
  while (open.length > 0) {
    const order = yield* Random.shuffle(open)
    open = yield* Effect.filter(order, (job) => Effect.negate(pass(job, tokenLimit)))
  }
})

const count = Effect.fn(function* ({ lease, times }: Extract<Order, { do: "count" }>) {
  const store = yield* JobStore
  const addOne = Effect.gen(function* () {
    const before = Number((yield* store.settings.get(note, "count")) ?? "0")
    // Room for another to come in between, if the lease let it.
    yield* turns(20)
    yield* store.settings.set(note, "count", String(before + 1))
  })
  const turn = eventually("the lease to be free", store.withLease(lease, addOne), { until: (done) => done !== undefined })
  yield* Effect.replicateEffect(turn, times, { discard: true })
})

const stay = Effect.fn(function* ({ lease }: Extract<Order, { do: "stay" }>) {
  const store = yield* JobStore
  const inside = Effect.zipRight(say("inside"), Effect.never)
  yield* store
    .withLease(
      lease,
      Effect.onInterrupt(inside, () => say("interrupted"))
    )
    .pipe(Effect.catchAll((error) => say("failed", { reason: error.reason._tag })))
})

const follow = (order: Order) => {
  switch (order.do) {
    case "open":
      return open(order)
    case "work":
      return Effect.withRandom(work(order), Random.make(order.seed))
    case "count":
      return count(order)
    case "stay":
      return stay(order)
  }
}

const assignment: Assignment = JSON.parse(process.argv[2] ?? "")
const { address, kind, leaseTtl, order } = assignment
const layer =
  kind === "postgres"
    ? PostgresStore.layer(Redacted.make(address), { leaseTtl, maxConnections: 3 })
    : SqliteStore.layer(address, { leaseTtl, driver: kind === "node" ? "node" : undefined })

// All that are to begin together wait for the word.
process.stdout.write(`${JSON.stringify({ event: "ready" })}\n`)
await once(process.stdin, "data")
process.stdin.destroy()
await Effect.runPromise(Effect.zipRight(Effect.provide(follow(order), layer), say("done")))

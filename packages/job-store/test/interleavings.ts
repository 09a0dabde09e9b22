/** Any calls in any order, several at a time: the store's invariants hold after each handful. */
import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type { AttemptState } from "../src/AttemptState.js"
import type { Attempt, JobState } from "../src/Job.js"
import { JobStore } from "../src/JobStore.js"
import type { JobStoreError } from "../src/JobStoreError.js"
import type { Backend } from "./backends.js"
import { collected, newJob, newShard, openJob, reservation, split } from "./samples.js"

/** A call, with numbers that pick its objects among those there are. */
interface Call {
  readonly kind: (typeof kinds)[number]
  readonly job: number
  readonly pick: number
  readonly to: number
  readonly flag: boolean
}

const kinds = [
  "plan",
  "plan",
  "advance",
  "advance",
  "advance",
  "release",
  "settle",
  "settle",
  "replace",
  "wait",
  "job",
  "prepare",
  "delete"
] as const
const forward = ["uploading", "uploaded", "creating", "validating", "in_progress", "finalizing", "cancelling"] as const
const ends = ["completed", "expired", "cancelled", "failed"] as const
const targets: ReadonlyArray<AttemptState> = [...forward, ...ends, ...ends]
const jobStates: ReadonlyArray<JobState> = ["open", "cancelling", "cancelled", "done", "stopped", "open", "open"]

const cap = 17_000_000n
const tokenLimit = 4_500

const call: FastCheck.Arbitrary<Call> = FastCheck.record({
  kind: FastCheck.constantFrom(...kinds),
  job: FastCheck.nat(2),
  pick: FastCheck.nat(50),
  to: FastCheck.nat(50),
  flag: FastCheck.boolean()
})

/** Handfuls of calls that are under way at the same time. */
const schedule = FastCheck.array(FastCheck.array(call, { minLength: 1, maxLength: 6 }), { minLength: 5, maxLength: 25 })

const at = <A>(items: ReadonlyArray<A>, index: number): A | undefined =>
  items.length === 0 ? undefined : items[index % items.length]

/** The patch that a well-behaved caller sends: a batch state comes with its batch. */
const towards = (attempt: Attempt, state: AttemptState, now: number) => ({
  state,
  ...(state === "creating" ? { intentAt: now } : {}),
  ...(attempt.batchId === undefined && state !== "uploading" && state !== "uploaded" && state !== "creating"
    ? { batchId: `batch_${attempt.id}`, intentAt: now }
    : {})
})

const perform = Effect.fn(function* ({ flag, job: jobIndex, kind, pick, to }: Call, jobs: Array<string>, number: number) {
  const store = yield* JobStore
  const job = at(jobs, jobIndex) ?? ""
  const now = yield* Clock.currentTimeMillis
  const shards = yield* store.shards(job)
  const shard = at(shards, pick)
  const attempt = at(yield* store.attempts(job), pick)
  const roundOf = ({ shard: number }: Attempt) => shards.find((one) => one.number === number)?.round ?? 1
  switch (kind) {
    case "plan":
      yield* store.plan(reservation(job, shard?.number ?? 1, { tokenLimit, creationsPerHour: 30 }))
      return
    case "advance": {
      const state = at(targets, to)
      if (attempt === undefined || state === undefined || attempt.state === "collected") return
      if (["rejected", "abandoned", "lost"].includes(attempt.state)) return
      yield* store.advance(attempt.id, [attempt.state], towards(attempt, state, now))
      return
    }
    case "release":
      if (attempt !== undefined) {
        yield* store.release(attempt.id, [attempt.state], {
          state: at(["rejected", "abandoned", "lost"] as const, to) ?? "abandoned"
        })
      }
      return
    case "settle":
      if (attempt === undefined) return
      yield* store.settle({
        attempt,
        collected,
        cost: flag ? attempt.reserved - BigInt(to) : undefined,
        // Now and then a number that is taken.
        followUp: flag ? newShard(to === 0 ? 1 : number, { round: roundOf(attempt) + 1, parent: attempt.shard }) : undefined
      })
      return
    case "replace":
      if (shard !== undefined)
        yield* store.replaceShard(job, shard.number, [
          newShard(number, { round: shard.round }),
          newShard(number + 1, { round: shard.round })
        ])
      return
    case "wait":
      yield* store.setWait(job, shard?.number ?? 1, flag ? { reason: "tokens", until: undefined } : undefined)
      return
    case "job":
      yield* store.updateJob(job, ["open", "stopped", "cancelling"], { state: at(jobStates, to) ?? "open" })
      return
    case "prepare":
      yield* store.finishPreparing(job, split(to * 100), [newShard(1), newShard(2)])
      return
    case "delete": {
      if (to > 5) return
      yield* store.deleteJob(job)
      const { id } = yield* store.createJob(yield* newJob({ maxCost: cap }))
      jobs[jobIndex % jobs.length] = id
      return
    }
  }
})

const holdsMoney = ({ state }: Attempt): boolean => !["failed", "collected", "rejected", "abandoned", "lost"].includes(state)
const isQueued = (attempt: Attempt): boolean =>
  holdsMoney(attempt) && !["completed", "expired", "cancelled"].includes(attempt.state)

/** What `check` does not look at: the limits that planning keeps. */
const limitsHold = Effect.fn(function* (jobs: ReadonlyArray<string>) {
  const store = yield* JobStore
  let tokens = 0
  for (const job of jobs) {
    const attempts = yield* store.attempts(job)
    const held = attempts.filter(holdsMoney)
    tokens += attempts.filter(isQueued).reduce((sum, attempt) => sum + attempt.tokens, 0)
    const money =
      attempts.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n) + held.reduce((sum, { reserved }) => sum + reserved, 0n)
    assert.isTrue(money <= cap, `${money} of ${cap}`)
  }
  assert.isAtMost(tokens, tokenLimit)
  assert.strictEqual(yield* store.tokensInFlight("gpt-4o-mini"), tokens)
})

const conflictsAreFine = (error: JobStoreError): Effect.Effect<void, JobStoreError> =>
  error.reason._tag === "StoreConflict" ? Effect.void : Effect.fail(error)

const run = (backend: Backend, handfuls: ReadonlyArray<ReadonlyArray<Call>>) =>
  Effect.gen(function* () {
    const place = yield* backend.place
    yield* Effect.gen(function* () {
      const store = yield* JobStore
      const jobs = [yield* openJob(4, { maxCost: cap }), yield* openJob(3, { maxCost: cap })]
      let number = 100
      for (const calls of handfuls) {
        yield* Effect.forEach(
          calls,
          (one) => {
            number += 2
            return Effect.catchAll(perform(one, jobs, number), conflictsAreFine)
          },
          { concurrency: "unbounded", discard: true }
        )
        const faults = yield* store.check
        assert.deepStrictEqual(
          faults.map((fault) => fault.message),
          []
        )
        yield* limitsHold(jobs)
      }
    }).pipe(Effect.provide(place.layer()))
  }).pipe(Effect.scoped, Effect.runPromise)

export const interleavings = (backend: Backend, numRuns: number): void =>
  it(`any calls in any order, several at a time, keep the invariants on ${backend.name}`, () =>
    FastCheck.assert(
      FastCheck.asyncProperty(schedule, (handfuls) => run(backend, handfuls)),
      // Shrinking a failure ends before the test is timed out, so that the counterexample is shown.
      { numRuns, interruptAfterTimeLimit: 40_000 }
    ))

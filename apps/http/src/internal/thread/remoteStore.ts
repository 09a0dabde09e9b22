/** The store of jobs as a work thread has it: every call is answered by the server's thread, which alone has the database open. */
import type { Job } from "@batchlabel/job-store/Job"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Settings from "@batchlabel/job-store/Settings"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import type { StoreAnswer } from "./protocol.js"

type Store = Context.Tag.Service<typeof JobStore>

/** What the server keeps of the job that a work makes: stored and removed in the transactions that store and remove the job. */
export interface Alongside {
  readonly created: (job: Job) => Effect.Effect<void, JobStoreError>
  readonly removed: Effect.Effect<void, JobStoreError>
}

type Transaction = (effect: Effect.Effect<unknown, JobStoreError>) => Effect.Effect<unknown, JobStoreError>

const encodeError = Schema.encodeSync(JobStoreError)
const decodeError = Schema.decodeUnknownSync(JobStoreError)

/** Asks the server's thread. */
export type Ask = (method: string, args: ReadonlyArray<unknown>) => Promise<StoreAnswer>

const answered = (ask: Ask, method: string, args: ReadonlyArray<unknown>): Effect.Effect<unknown, JobStoreError> =>
  Effect.flatMap(
    Effect.promise(() => ask(method, args)),
    (answer) => {
      switch (answer._tag) {
        case "Value":
          return Effect.succeed(answer.value)
        case "Failure":
          return Effect.fail(decodeError(answer.failure))
        case "Defect":
          return Effect.dieMessage(answer.detail)
      }
    }
  )

/** Their schemas stay in the thread: what is asked for is their stored form. */
const remoteSettings = (ask: Ask): Settings.Service =>
  Settings.make({
    read: (...args) => answered(ask, "settings.read", args) as Effect.Effect<string | undefined, JobStoreError>,
    write: (...args) => answered(ask, "settings.write", args) as Effect.Effect<void, JobStoreError>,
    remove: (...args) => answered(ask, "settings.remove", args) as Effect.Effect<void, JobStoreError>
  })

const withLease =
  (ask: Ask) =>
  <A, E, R>(name: string, use: Effect.Effect<A, E, R>) =>
    Effect.acquireUseRelease(
      answered(ask, "takeLease", [name]),
      (held) => (held === true ? Effect.map(use, (value) => ({ value })) : Effect.succeed(undefined)),
      (held) => (held === true ? Effect.orDie(answered(ask, "releaseLease", [name])) : Effect.void)
    )

/** In the thread. Its values are those of the store, cloned: the contract of the store is the shape of both. */
export const remote = (ask: Ask): Store => {
  const settings = remoteSettings(ask)
  return new Proxy({} as Store, {
    get: (_, method) => {
      if (method === "withLease") return withLease(ask)
      if (method === "settings") return settings
      if (method === "check") return answered(ask, "check", [])
      return (...args: ReadonlyArray<unknown>) => answered(ask, String(method), args)
    }
  })
}

const ofExit = (exit: Exit.Exit<unknown, JobStoreError>): StoreAnswer =>
  Exit.match(exit, {
    onSuccess: (value) => ({ _tag: "Value", value }),
    onFailure: (cause) => {
      const failure = Cause.failureOption(cause)
      return failure._tag === "Some"
        ? { _tag: "Failure", failure: encodeError(failure.value) }
        : { _tag: "Defect", detail: Cause.pretty(cause) }
    }
  })

/** In the server's thread: answers one thread's questions, and holds the leases that it holds, until it is let go. */
export const answerer = (store: Store, alongside: Alongside | undefined, transaction: Transaction) => {
  const leases = new Map<
    string,
    { readonly done: Deferred.Deferred<void>; readonly fiber: Fiber.RuntimeFiber<unknown, JobStoreError> }
  >()

  const lease = Effect.fnUntraced(function* (name: string) {
    const held = yield* Deferred.make<boolean, JobStoreError>()
    const done = yield* Deferred.make<void>()
    const holding = store.withLease(name, Effect.zipRight(Deferred.succeed(held, true), Deferred.await(done))).pipe(
      Effect.tap((ran) => (ran === undefined ? Deferred.succeed(held, false) : Effect.void)),
      Effect.tapErrorCause((cause) => Deferred.failCause(held, cause))
    )
    const fiber = yield* Effect.forkDaemon(holding)
    const got = yield* Deferred.await(held)
    if (got) leases.set(name, { done, fiber })
    return got
  })

  const release = Effect.fnUntraced(function* (name: string) {
    const held = leases.get(name)
    if (held === undefined) return
    leases.delete(name)
    yield* Deferred.succeed(held.done, undefined)
    yield* Fiber.join(held.fiber)
  })

  const effectOf = (method: string, args: ReadonlyArray<unknown>): Effect.Effect<unknown, JobStoreError> => {
    const [name] = args
    if (method === "takeLease") return lease(String(name))
    if (method === "releaseLease") return release(String(name))
    const ofSettings = /^settings\.(.*)$/.exec(method)?.[1]
    if (ofSettings !== undefined) return call(store.settings.encoded, ofSettings, args)
    if (alongside !== undefined && method === "createJob") {
      return transaction(Effect.tap(call(store, method, args), (job) => alongside.created(job as Job)))
    }
    if (alongside !== undefined && method === "deleteJob") {
      return transaction(Effect.zipLeft(call(store, method, args), alongside.removed))
    }
    return call(store, method, args)
  }

  const call = (of: object, method: string, args: ReadonlyArray<unknown>): Effect.Effect<unknown, JobStoreError> => {
    const found: unknown = Reflect.get(of, method)
    if (Effect.isEffect(found)) return found as Effect.Effect<unknown, JobStoreError>
    if (typeof found !== "function") return Effect.dieMessage(`the store has no ${method}`)
    return Reflect.apply(found, of, args) as Effect.Effect<unknown, JobStoreError>
  }

  return {
    answer: (method: string, args: ReadonlyArray<unknown>): Effect.Effect<StoreAnswer> =>
      Effect.map(Effect.exit(effectOf(method, args)), ofExit),
    /** The thread is gone: what it held is free. */
    letGo: Effect.suspend(() => {
      const fibers = [...leases.values()].map(({ fiber }) => fiber)
      leases.clear()
      return Fiber.interruptAll(fibers)
    })
  }
}

/**
 * Where the work is done whose cost a client decides: in threads beside the one that answers, each with a deadline and a limit of memory.
 * Whatever a template, a file or a task costs there, everybody else is answered meanwhile.
 *
 * @since 0.1.0
 */
import { Worker } from "node:worker_threads"
import * as TemplateLimits from "@batchlabel/core/TemplateLimits"
import { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import { Database } from "@batchlabel/job-store/Database"
import { JobStore } from "@batchlabel/job-store/JobStore"
import { LabelingConfig } from "@batchlabel/labeling/LabelingConfig"
import { Prices } from "@batchlabel/labeling/Prices"
import * as Message from "@batchlabel/messages/Message"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import * as Problems from "./internal/problems.js"
import type { Done, FromThread, ThreadData, ToThread } from "./internal/thread/protocol.js"
import { type Alongside, answerer } from "./internal/thread/remoteStore.js"
import type { Works } from "./internal/thread/works.js"
import { ServerSettings } from "./ServerSettings.js"

/**
 * For whom the work is, and the bytes of the file that it reads: the deadline grows with them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Order {
  readonly owner: string
  readonly bytes: number
  /** What is stored with a job that the work makes. */
  readonly alongside?: Alongside | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Has it done. The thread is stopped when nobody waits for it any more, at its deadline, and when it takes too much memory. */
  readonly run: <K extends keyof Works>(
    name: K,
    input: Works[K]["input"],
    order: Order
  ) => Effect.Effect<Works[K]["output"], ApiProblem>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Workshop extends Context.Tag("@batchlabel/http/Workshop")<Workshop, Service>() {}

/** A thread that is idle for so long is ended: it holds some ten megabytes. */
const idle = Duration.seconds(60)

/** Loading the script takes a fraction of a second, unless the machine is very busy. */
const slowestStart = 60_000

interface Waiting {
  readonly owner: string
  readonly start: (thread: Thread) => void
}

interface Thread {
  readonly worker: Worker
  /** Its script has been loaded: until then no time of its work has passed. */
  isReady: boolean
  /** Whom its present work is for. */
  owner: string | undefined
  onMessage: (message: FromThread) => void
  onEnd: (error: Error | undefined) => void
  idleTimer: NodeJS.Timeout | undefined
}

const busy = (limit: number): ApiProblem => Problems.make(429, Message.make("BL7088", { limit }), { retryAfter: 5 })

const tooLong = (seconds: number): ApiProblem => Problems.make(422, Message.make("BL7085", { seconds }))

const tooMuch = (megabytes: number): ApiProblem => Problems.make(422, Message.make("BL7086", { megabytes }))

const isOutOfMemory = (error: Error | undefined): boolean =>
  error !== undefined && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY"

const make = Effect.gen(function* () {
  const { limits, threadEntry } = yield* ServerSettings
  const store = yield* JobStore
  const database = yield* Database
  const data: ThreadData = {
    labeling: { ...(yield* LabelingConfig), mostOfJob: { shards: limits.shards, bytes: limits.jobBytes } },
    prices: yield* Prices,
    templateLimits: { ...TemplateLimits.defaults, ...limits.template }
  }
  const runtime = yield* Effect.runtime<never>()
  const fork = Runtime.runFork(runtime)
  const threads = new Set<Thread>()
  const waiting: Array<Waiting> = []

  const end = (thread: Thread, error: Error | undefined): void => {
    if (!threads.delete(thread)) return
    clearTimeout(thread.idleTimer)
    thread.onEnd(error)
    next()
  }

  const startThread = (): Thread => {
    const worker = new Worker(threadEntry, {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: limits.workMegabytes, maxYoungGenerationSizeMb: 32 }
    })
    const thread: Thread = {
      worker,
      isReady: false,
      owner: undefined,
      onMessage: () => {},
      onEnd: () => {},
      idleTimer: undefined
    }
    worker.on("message", (message: FromThread) => thread.onMessage(message))
    worker.on("error", (error) => end(thread, error instanceof Error ? error : new Error(String(error))))
    worker.on("exit", () => end(thread, undefined))
    threads.add(thread)
    return thread
  }

  /** One owner leaves a thread to the others, and waits behind those of whom less is being done. */
  const nextWaiting = (): Waiting | undefined => {
    const held = new Map<string, number>()
    for (const { owner } of threads) if (owner !== undefined) held.set(owner, (held.get(owner) ?? 0) + 1)
    const most = Math.max(1, limits.workThreads - 1)
    const at = waiting.findIndex(({ owner }) => (held.get(owner) ?? 0) < most)
    return at === -1 ? undefined : waiting.splice(at, 1)[0]
  }

  const next = (): void => {
    for (;;) {
      const free = [...threads].find(({ owner }) => owner === undefined)
      if (free === undefined && threads.size >= limits.workThreads) return
      const one = nextWaiting()
      if (one === undefined) return
      const thread = free ?? startThread()
      clearTimeout(thread.idleTimer)
      thread.worker.ref()
      thread.owner = one.owner
      one.start(thread)
    }
  }

  const giveBack = (thread: Thread): void => {
    thread.owner = undefined
    thread.onMessage = () => {}
    thread.onEnd = () => {}
    thread.worker.unref()
    thread.idleTimer = setTimeout(() => void thread.worker.terminate(), Duration.toMillis(idle)).unref()
    next()
  }

  const doneBy = (done: Done): Effect.Effect<unknown, ApiProblem> => {
    switch (done._tag) {
      case "Value":
        return Effect.succeed(done.value)
      case "Problem":
        return Effect.fail(new ApiProblem({ document: done.document }))
      case "Defect":
        return Effect.dieMessage(done.detail)
    }
  }

  const run = (name: string, input: unknown, { alongside, bytes, owner }: Order): Effect.Effect<unknown, ApiProblem> =>
    Effect.async<unknown, ApiProblem>((resume) => {
      const ofOwner = waiting.filter((one) => one.owner === owner).length
      if (ofOwner >= limits.waitingWorks) return resume(Effect.fail(busy(limits.waitingWorks)))
      const seconds = Math.round(Duration.toSeconds(limits.workTime) + bytes / limits.workBytesPerSecond)
      const answers = answerer(store, alongside, database.transaction)
      let running: Thread | undefined
      let timer: NodeJS.Timeout | undefined
      const finish = (effect: Effect.Effect<unknown, ApiProblem>): void => {
        clearTimeout(timer)
        resume(effect)
      }
      const stop = (thread: Thread): void => {
        thread.onMessage = () => {}
        thread.onEnd = () => fork(answers.letGo)
        void thread.worker.terminate()
      }
      const one: Waiting = {
        owner,
        start: (thread) => {
          running = thread
          const giveUpAfter = (milliseconds: number): void => {
            clearTimeout(timer)
            timer = setTimeout(() => {
              stop(thread)
              finish(Effect.fail(tooLong(seconds)))
            }, milliseconds)
          }
          giveUpAfter(seconds * 1_000 + (thread.isReady ? 0 : slowestStart))
          thread.onEnd = (error) => {
            fork(answers.letGo)
            finish(
              isOutOfMemory(error)
                ? Effect.fail(tooMuch(limits.workMegabytes))
                : Effect.dieMessage(`a work thread ended: ${error?.message ?? "without a word"}`)
            )
          }
          thread.onMessage = (message) => {
            if (message._tag === "Ready") {
              thread.isReady = true
              giveUpAfter(seconds * 1_000)
            } else if (message._tag === "Ask") {
              const { args, id, method } = message
              fork(
                Effect.map(answers.answer(method, args), (answer) => {
                  const reply: ToThread = { _tag: "Answer", id, answer }
                  thread.worker.postMessage(reply)
                })
              )
            } else {
              running = undefined
              giveBack(thread)
              finish(doneBy(message.done))
            }
          }
          const order: ToThread = { _tag: "Do", name, input }
          thread.worker.postMessage(order)
        }
      }
      waiting.push(one)
      next()
      return Effect.sync(() => {
        const at = waiting.indexOf(one)
        if (at !== -1) waiting.splice(at, 1)
        clearTimeout(timer)
        if (running !== undefined) stop(running)
      })
    })

  yield* Effect.addFinalizer(() =>
    Effect.promise(async () => {
      await Promise.all([...threads].map(({ worker }) => worker.terminate()))
    })
  )
  // What comes back is what the work of that name gives: see the table of works.
  const service: Service = { run: (name, input, order) => run(name, input, order) as Effect.Effect<never, ApiProblem> }
  return service
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Workshop, never, ServerSettings | Database | JobStore> = Layer.scoped(Workshop, make)

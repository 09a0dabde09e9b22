/**
 * The simulator: a real HTTP server that behaves like OpenAI's Files, Batches, Chat Completions and Responses, answers by rules and
 * misbehaves by a scenario.
 *
 * @since 0.1.0
 */

import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { AnswerFunction } from "./AnswerFunction.js"
import { makeAnswerer } from "./internal/answers.js"
import type { Keys } from "./internal/auth.js"
import { makeBatches } from "./internal/batches.js"
import { makeClock } from "./internal/clock.js"
import { decodeScenario, loadRules, loadScenario } from "./internal/config.js"
import { makeEngine } from "./internal/engine.js"
import { makeFaults } from "./internal/faults.js"
import { makeFiles } from "./internal/files.js"
import { makeHolds } from "./internal/holds.js"
import { readLedger } from "./internal/ledger.js"
import { makeModels } from "./internal/models.js"
import { makeServer } from "./internal/server.js"
import { makeStats, type OperationStats } from "./internal/stats.js"
import { openStore } from "./internal/store.js"
import { counterOf } from "./internal/tokens.js"
import { makeWebhook, type Webhook } from "./internal/webhooks.js"
import type { Ledger } from "./Ledger.js"
import type { RulesInput } from "./Rules.js"
import type { ScenarioInput } from "./Scenario.js"

export type {
  /**
   * Calls of an operation and their ends, by HTTP status or `reset`.
   *
   * @since 0.1.0
   * @category models
   */
  OperationStats,
  /**
   * Where to tell that a batch has ended.
   *
   * @since 0.1.0
   * @category models
   */
  Webhook
}

/**
 * How long the parts of a batch's life take, in ms of the clock.
 *
 * @since 0.1.0
 * @category models
 */
export interface Phases {
  readonly validating: number
  readonly perRequest: number
  readonly finalizing: number
  /** The completion window. */
  readonly window: number
}

/**
 * Phases of which some are left to the default.
 *
 * @since 0.1.0
 * @category models
 */
export type PhaseOptions = { readonly [Phase in keyof Phases]?: Phases[Phase] | undefined }

/**
 * The times of a small batch as OpenAI's users see them: a minute to validate, half a second a request, a minute to finalize, 24 h.
 *
 * @since 0.1.0
 * @category constructors
 */
export const realistic: Phases = { validating: 60_000, perRequest: 500, finalizing: 60_000, window: 24 * 3_600_000 }

/**
 * No time at all: a batch has ended when it is looked at after its creation; the window is 24 h.
 *
 * @since 0.1.0
 * @category constructors
 */
export const instant: Phases = { validating: 0, perRequest: 0, finalizing: 0, window: 24 * 3_600_000 }

/**
 * How the simulator behaves. Everything has a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Where the state lives; absent: a temporary folder that is removed at the end. */
  readonly dir?: string | undefined
  /** Default 0: any free port. */
  readonly port?: number | undefined
  /** Default 127.0.0.1. */
  readonly host?: string | undefined
  /** What is answered: rules, or the path of a YAML or JSON file. Default: every answer is `1`. */
  readonly rules?: RulesInput | string | undefined
  /** Asked for every request before the rules are; `undefined` leaves it to them. */
  readonly answer?: AnswerFunction | undefined
  /** The name that every upload gets instead of its own, as servers do that drop it: `upload`. Default: its own. */
  readonly filename?: string | undefined
  /** Faults and limits: a scenario, or the path of a YAML or JSON file. Default: none. */
  readonly scenario?: ScenarioInput | string | undefined
  /** The only good key; its project is the OpenAI-Project header, or one for all. Absent, with no `keys`: any key, each its own project. */
  readonly apiKey?: string | undefined
  /** Good keys and their projects. */
  readonly keys?: Readonly<Record<string, string>> | undefined
  /** What every draw depends on. Default 1. */
  readonly seed?: number | undefined
  /**
   * `phases` default to `realistic` if a `speed` is given, else to `instant`; `speed` divides them. Timestamps stay those of real time (and
   * of what the clock was advanced by).
   */
  readonly clock?: { readonly speed?: number | undefined; readonly phases?: PhaseOptions | undefined } | undefined
  /** `exact` (default) counts tokens with o200k_base, `bytes` takes a quarter of the bytes: for load tests. */
  readonly tokens?: "exact" | "bytes" | undefined
  /** How long a reply waits for a file that is being read or written, in ms; then it shows the status before. Default 5,000. */
  readonly patience?: number | undefined
  /** The models there are; absent: any name. */
  readonly models?: ReadonlyArray<string> | undefined
  /** Told when a batch ends. */
  readonly webhook?: Webhook | undefined
}

/**
 * A running simulator.
 *
 * @since 0.1.0
 * @category models
 */
export interface Simulator {
  /** The base URL for an OpenAI client: `http://127.0.0.1:PORT/v1`. */
  readonly url: string
  readonly port: number
  /** The base URL of the control endpoints: `http://127.0.0.1:PORT/_simulator`. */
  readonly controlUrl: string
  readonly dir: string
  /** Moves the clock ahead, in ms. */
  readonly advance: (ms: number) => void
  /** Plays another scenario from now on; its counts begin at 0. */
  readonly play: (scenario: ScenarioInput) => void
  /** Calls by operation and by how they ended. */
  readonly stats: () => Readonly<Record<string, OperationStats>>
  readonly ledger: (options?: { readonly detail?: boolean; readonly job?: string }) => Promise<Ledger>
  /** Stops listening, cuts open connections, finishes nothing. */
  readonly close: () => Promise<void>
}

/**
 * Starts a simulator; rejects with a `SimulatorError` when a rule or scenario file is at fault or the port is taken.
 *
 * @since 0.1.0
 * @category constructors
 */
export const start = async (options: Options = {}): Promise<Simulator> => {
  try {
    return await run(options)
  } catch (error) {
    throw SimulatorError.of(error)
  }
}

const run = async (options: Options): Promise<Simulator> => {
  const host = options.host ?? "127.0.0.1"
  const seed = options.seed ?? 1
  const { resolve, rules } = await loadRules(options.rules)
  const scenario = await loadScenario(options.scenario)
  const answerer = await makeAnswerer(rules, seed, resolve, options.answer)
  const tokens = counterOf(options.tokens ?? "exact")

  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "openai-simulator-")))
  const removeDir = () => (options.dir === undefined ? rm(dir, { recursive: true, force: true }) : Promise.resolve())
  const store = openStore(dir)
  const clock = makeClock(store)
  const phases = phasesOf(options.clock)
  const closing = new AbortController()
  const models = makeModels(options.models)
  const faults = makeFaults(scenario, seed, store)
  const files = makeFiles(store, clock)
  const engine = makeEngine({
    store,
    clock,
    phases,
    answerer,
    tokens,
    seed,
    knows: models.knows,
    limits: () => faults.scenario().limits,
    onEnd: makeWebhook(options.webhook, store, clock, closing.signal)
  })
  const batches = makeBatches({ store, clock, files, faults, engine, phases, patience: options.patience ?? 5_000 })
  const holds = makeHolds()
  const stats = makeStats()
  const server = makeServer({
    store,
    clock,
    files,
    batches,
    faults,
    engine,
    answerer,
    tokens,
    models,
    filename: options.filename,
    holds,
    stats,
    keys: keysOf(options),
    signal: closing.signal
  })
  server.listen(options.port ?? 0, host)
  await once(server, "listening").catch(async (error: unknown) => {
    await removeDir()
    throw error
  })
  engine.wake()
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const base = `http://${host.includes(":") ? `[${host}]` : host}:${port}`
  let closed: Promise<void> | undefined
  const close = async () => {
    closing.abort()
    holds.close()
    server.close()
    server.closeAllConnections()
    await engine.close()
    await removeDir()
  }
  return {
    url: `${base}/v1`,
    port,
    controlUrl: `${base}/_simulator`,
    dir,
    advance: (ms) => {
      clock.advance(ms)
      engine.wake()
    },
    play: (next) => faults.play(decodeScenario(next)),
    stats: stats.all,
    ledger: (of = {}) => readLedger(store, engine, of),
    close: () => {
      closed ??= close()
      return closed
    }
  }
}

const phasesOf = (clock: Options["clock"]): Phases => {
  const speed = clock?.speed ?? 1
  const usual = clock?.speed === undefined ? instant : realistic
  const of = (phase: keyof Phases): number => (clock?.phases?.[phase] ?? usual[phase]) / speed
  return { validating: of("validating"), perRequest: of("perRequest"), finalizing: of("finalizing"), window: of("window") }
}

const keysOf = ({ apiKey, keys }: Options): Keys => {
  if (apiKey === undefined && keys === undefined) return undefined
  return new Map([...Object.entries(keys ?? {}), ...(apiKey === undefined ? [] : [[apiKey, "*"] as const])])
}

/**
 * The simulator could not start: a file of rules or faults is at fault, the port is taken, the folder can't be written.
 *
 * @since 0.1.0
 * @category errors
 */
export class SimulatorError extends Schema.TaggedError<SimulatorError>()("SimulatorError", { detail: Schema.String }) {
  override get message(): string {
    return this.detail
  }

  static of(error: unknown): SimulatorError {
    if (error instanceof SimulatorError) return error
    const detail = error instanceof Error ? error.message : String(error)
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE"
    return new SimulatorError({ detail: taken ? `${detail}. Choose another port, or 0 for any free one.` : detail })
  }
}

/**
 * A simulator that lives as long as the scope.
 *
 * @since 0.1.0
 * @category constructors
 */
export const scoped = (options: Options = {}): Effect.Effect<Simulator, SimulatorError, Scope.Scope> =>
  Effect.acquireRelease(Effect.tryPromise({ try: () => start(options), catch: SimulatorError.of }), (simulator) =>
    Effect.promise(() => simulator.close())
  )

/**
 * The tag of a running simulator.
 *
 * @since 0.1.0
 * @category services
 */
export class OpenAiSimulator extends Context.Tag("@batchlabel/openai-simulator/OpenAiSimulator")<OpenAiSimulator, Simulator>() {}

/**
 * A simulator that runs as long as the layer does.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<OpenAiSimulator, SimulatorError> =>
  Layer.scoped(OpenAiSimulator, scoped(options))

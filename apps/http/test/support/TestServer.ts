/** A server over real HTTP on a free port, with the simulator in OpenAI's place. */

import * as ApiProblem from "@batchlabel/http-api/ApiProblem"
import type { Scope as TokenScope } from "@batchlabel/http-api/Auth"
import * as Client from "@batchlabel/http-api/Client"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as PostgresStore from "@batchlabel/job-store/PostgresStore"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import * as SqlStore from "@batchlabel/job-store/SqlStore"
import * as LabelingConfig from "@batchlabel/labeling/LabelingConfig"
import * as Prices from "@batchlabel/labeling/Prices"
import * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import type { PlatformError } from "@effect/platform/Error"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Function from "effect/Function"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Waiting from "../../../../test/support/eventually.js"
import { Resolver } from "../../src/internal/webhookRequest.js"
import { type Listening, serve } from "../../src/Server.js"
import * as ServerDatabase from "../../src/ServerDatabase.js"
import type { ServerError } from "../../src/ServerError.js"
import * as ServerSettings from "../../src/ServerSettings.js"
import * as Telemetry from "../../src/Telemetry.js"
import * as Tokens from "../../src/Tokens.js"
import { threadEntry } from "./threadEntry.js"

export interface TestServer {
  readonly url: string
  readonly home: string
  readonly simulator: Simulator.Simulator
  readonly firstToken: string | undefined
  /** A token of its own for whoever asks. */
  readonly token: (name: string, scope?: TokenScope, expiresAt?: number, owner?: string) => Effect.Effect<string>
  readonly revoke: (token: string) => Effect.Effect<void>
  readonly stop: Effect.Effect<void>
  readonly store: Context.Tag.Service<JobStore>
  /** How often it has looked for jobs that are open. */
  readonly scans: () => number
  readonly run: <A, E>(
    effect: Effect.Effect<A, E, ServerDatabase.ServerDatabase | SqlStore.Services | FileSystem.FileSystem>
  ) => Effect.Effect<A, E>
}

export interface TestOptions {
  readonly home?: string
  readonly simulator?: Simulator.Options
  /** Another API than that of its own simulator. */
  readonly apiUrl?: string
  readonly settings?: Omit<Partial<ServerSettings.Settings>, "limits"> & { readonly limits?: Partial<ServerSettings.Limits> }
  readonly labeling?: Partial<LabelingConfig.Settings>
  readonly host?: string
  readonly port?: number
  readonly databaseUrl?: string
  readonly firstToken?: boolean
  /** Where spans go. */
  readonly telemetry?: string
  /** In place of the resolver of the machine. */
  readonly resolve?: Context.Tag.Service<typeof Resolver>
}

/** What a request says to be started at once: it may spend 20 dollars. */
export const agreed = { start: true, maxCost: 20_000_000_000_000n } as const

const quick: Partial<LabelingConfig.Settings> = {
  pollInterval: Duration.millis(50),
  pollCap: Duration.millis(200),
  backoff: Duration.millis(50),
  backoffCap: Duration.millis(200),
  listLag: Duration.millis(100),
  outputLag: Duration.millis(200)
}

/** Starts one; it stops with the scope. */
export const start = (options: TestOptions = {}): Effect.Effect<TestServer, never, Scope.Scope> =>
  Effect.orDie(tryToStart(options))

/** The same, for one that may not be allowed to. */
export const tryToStart = (
  options: TestOptions
): Effect.Effect<TestServer, ServerError | JobStoreError | PlatformError, Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const home = options.home ?? (yield* fs.makeTempDirectoryScoped({ prefix: "batchlabel-http-" }))
    const simulator = yield* Effect.acquireRelease(
      Effect.promise(() => Simulator.start(options.simulator ?? {})),
      (running) => Effect.promise(() => running.close())
    )
    const client =
      options.databaseUrl === undefined
        ? SqliteStore.layerClient(`${home}/state.db`)
        : PostgresStore.layerClient(Redacted.make(options.databaseUrl))
    const layer = Layer.mergeAll(
      Layer.provideMerge(ServerDatabase.layer, SqlStore.layer({ location: `${home}/state.db` })),
      LabelingConfig.layer({ ...quick, ...options.labeling }),
      Prices.layer(),
      OpenAiBatch.layer({
        apiKey: Redacted.make("sk-test"),
        baseUrl: options.apiUrl ?? simulator.url,
        retry: { base: Duration.millis(20), cap: Duration.millis(100), times: 3 }
      }),
      NodeContext.layer
    ).pipe(Layer.provideMerge(client))
    const built = yield* Layer.build(layer)
    let scans = 0
    const context = Context.add(built, JobStore, {
      ...Context.get(built, JobStore),
      jobs: (filter) => {
        if (filter.states?.includes("cancelling") === true) scans++
        return Context.get(built, JobStore).jobs(filter)
      }
    })
    const run: TestServer["run"] = (effect) => Effect.provide(effect, context)
    const listening = yield* Deferred.make<Listening>()
    const { limits, ...settings } = options.settings ?? {}
    const fiber = yield* serve({
      host: options.host,
      port: options.port ?? 0,
      firstToken: options.firstToken,
      settings: {
        home,
        threadEntry: yield* Effect.promise(() => threadEntry()),
        scanInterval: Duration.millis(100),
        feedInterval: Duration.millis(100),
        resultInterval: Duration.millis(100),
        deliveryBackoff: Duration.millis(100),
        ...settings,
        limits: { ...ServerSettings.defaultLimits, ...limits }
      },
      onListening: (where) => Deferred.succeed(listening, where)
    }).pipe(
      Effect.provide(context),
      options.telemetry === undefined
        ? Function.identity
        : Effect.provide(Telemetry.layer({ endpoint: options.telemetry, serviceName: "test", interval: Duration.millis(100) })),
      options.resolve === undefined ? Function.identity : Effect.provideService(Resolver, options.resolve),
      Effect.forkDaemon
    )
    yield* Effect.addFinalizer(() => Fiber.interrupt(fiber))
    const { token: first, url } = yield* Effect.raceFirst(Deferred.await(listening), Fiber.join(fiber))
    const server: TestServer = {
      url,
      home,
      firstToken: first === undefined ? undefined : Redacted.value(first),
      simulator,
      token: (name, scope = "write", expiresAt, owner) =>
        run(Tokens.create({ name, owner, scope, expiresAt })).pipe(
          Effect.map(({ secret }) => Redacted.value(secret)),
          Effect.orDie
        ),
      revoke: (token) => run(Tokens.revoke(`tok_${token.split("_")[1]}`)).pipe(Effect.orDie),
      stop: Effect.asVoid(Fiber.interrupt(fiber)),
      store: Context.get(built, JobStore),
      scans: () => scans,
      run
    }
    return server
  }).pipe(Effect.provide(NodeContext.layer))

/** The derived client of somebody. */
export const clientOf = (server: TestServer, token: string) =>
  Client.make({ baseUrl: server.url, token }).pipe(Effect.provide(FetchHttpClient.layer))

/** Plain `fetch`, as another program would. */
export const ask = (
  server: Pick<TestServer, "url">,
  path: string,
  init: RequestInit & { readonly token?: string } = {}
): Effect.Effect<Response> =>
  Effect.promise(() => {
    const { token, ...rest } = init
    const headers = new Headers(rest.headers)
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`)
    return fetch(`${server.url}${path}`, { redirect: "manual", ...rest, headers })
  })

const readProblem = Schema.decodeUnknown(ApiProblem.Document)

/** The problem that a response carries; anything else is a defect of the server. */
export const problemOf = (response: Response): Effect.Effect<ApiProblem.Document> =>
  Effect.gen(function* () {
    const body: unknown = yield* Effect.promise(() => response.json())
    if (response.headers.get("content-type") !== ApiProblem.contentType) {
      return yield* Effect.dieMessage(`not a problem: ${response.status} ${JSON.stringify(body)}`)
    }
    const document = yield* Effect.orDie(readProblem(body))
    return document.status === response.status ? document : yield* Effect.dieMessage("the document names another status")
  })

/** Status and code of a response that carries a problem. */
export const refusal = (response: Response): Effect.Effect<string> =>
  Effect.map(problemOf(response), ({ code, status }) => `${status} ${code}`)

export const textOf = (response: Response): Effect.Effect<string> => Effect.promise(() => response.text())

/** Looks until it holds; the condition is what is told where it never does. */
export const eventually = <A>(look: Effect.Effect<A, unknown>, holds: (value: A) => boolean): Effect.Effect<A> =>
  Waiting.eventually(String(holds), look, { until: holds })

export const csvOf = (
  rows: number,
  text: (row: number) => string = (row) => `기사 ${row}: 정부의 새로운 정책이 효과적이다`
): string => `text,title\n${Array.from({ length: rows }, (_, row) => `"${text(row + 1)}",제목 ${row + 1}`).join("\n")}\n`

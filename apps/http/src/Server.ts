/**
 * The server: everything put together, opened on an address, and closed again in good order.
 *
 * @since 0.1.0
 */
import { createServer, type Server as NodeServer } from "node:http"
import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { LimitTarget } from "@batchlabel/job-store/Limit"
import type * as Store from "@batchlabel/job-store/SqlStore"
import type * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServer from "@effect/platform/HttpServer"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as Authenticator from "./Authenticator.js"
import * as Housekeeping from "./Housekeeping.js"
import * as estimates from "./handlers/estimates.js"
import * as health from "./handlers/health.js"
import * as jobs from "./handlers/jobs.js"
import * as operations from "./handlers/operations.js"
import * as previews from "./handlers/previews.js"
import * as session from "./handlers/session.js"
import * as spending from "./handlers/spending.js"
import * as tasks from "./handlers/tasks.js"
import * as uploads from "./handlers/uploads.js"
import * as webhooks from "./handlers/webhooks.js"
import * as Around from "./internal/app.js"
import * as SlowBody from "./internal/slowBody.js"
import * as JobFeed from "./JobFeed.js"
import * as JobMaker from "./JobMaker.js"
import * as Results from "./Results.js"
import * as ServerDatabase from "./ServerDatabase.js"
import { CannotListen, NoTokens, ServerError } from "./ServerError.js"
import * as ServerSettings from "./ServerSettings.js"
import * as Stopping from "./Stopping.js"
import * as Submissions from "./Submissions.js"
import * as Supervision from "./Supervision.js"
import * as Tokens from "./Tokens.js"
import * as Webhooks from "./Webhooks.js"
import * as Workshop from "./Workshop.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ServeOptions {
  /** `127.0.0.1` unless told. */
  readonly host?: string | undefined
  /** `8787` unless told; `0` for any that is free. */
  readonly port?: number | undefined
  readonly settings: Partial<ServerSettings.Settings> & Pick<ServerSettings.Settings, ServerSettings.Told>
  /** Where there is no valid token yet, make one for the operator of this machine. */
  readonly firstToken?: boolean | undefined
  /** Runs when requests are being answered. */
  readonly onListening?: ((listening: Listening) => Effect.Effect<void>) | undefined
}

/**
 * `token` is the one that was made because there was none.
 *
 * @since 0.1.0
 * @category models
 */
export interface Listening {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly token: Redacted.Redacted | undefined
  /** What may be spent in a month, in pico-dollars: by all owners together, and by each that has no limit of its own. */
  readonly limits: { readonly server: bigint | undefined; readonly eachOwner: bigint | undefined }
}

/**
 * What a server stands on.
 *
 * @since 0.1.0
 * @category models
 */
export type Requirements = Reconcile.Requirements | Store.Services

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host)

/** Only on this machine may a server be open before there is a token; nobody gets in without one there either. */
const needTokens = Effect.fnUntraced(function* (host: string, makeFirst: boolean) {
  if (yield* Tokens.anyValid) return undefined
  if (!isLoopback(host)) return yield* new ServerError({ reason: new NoTokens({ host }) })
  if (!makeFirst) return undefined
  const now = yield* Clock.currentTimeMillis
  const { secret } = yield* Tokens.create({
    name: "first",
    scope: "admin",
    expiresAt: now + Duration.toMillis(Duration.days(30))
  })
  return secret
})

/**
 * Stores the limits of the settings, so that they bind whoever drives a job of the store. What an operator has said once stands until he says
 * otherwise. Returns what holds.
 *
 * @since 0.1.0
 * @category running
 */
export const keepLimits = Effect.gen(function* () {
  const store = yield* JobStore
  const { monthlyCap, ownerCap } = yield* ServerSettings.ServerSettings
  const keep = (target: LimitTarget, said: bigint | "none" | undefined, otherwise: bigint) =>
    said === undefined
      ? store.setLimit(target, otherwise, { unlessSet: true })
      : store.setLimit(target, said === "none" ? undefined : said)
  yield* keep({ _tag: "Server" }, monthlyCap, ServerSettings.defaultCaps.server)
  yield* keep({ _tag: "EachOwner" }, ownerCap, ServerSettings.defaultCaps.eachOwner)
  const limits = yield* store.limits
  const of = (tag: LimitTarget["_tag"]) => limits.find(({ target }) => target._tag === tag)?.amount
  return { server: of("Server"), eachOwner: of("EachOwner") }
})

const makeServer = (): NodeServer => {
  // Whole requests may be long uploads: how slowly they may come is watched by rate, not by the clock.
  const server = createServer({ requestTimeout: 0, headersTimeout: 15_000, keepAliveTimeout: 10_000, maxHeaderSize: 16_384 })
  server.maxHeadersCount = 100
  return server
}

const handlers = Layer.mergeAll(
  jobs.layer,
  uploads.layer,
  previews.layer,
  estimates.layer,
  tasks.layer,
  webhooks.layer,
  session.layer,
  spending.layer,
  health.layer,
  operations.layer
)

const services = Layer.mergeAll(JobMaker.layer, JobFeed.layer, Results.layer, Submissions.layer).pipe(
  Layer.provideMerge(Supervision.layer),
  Layer.provideMerge(Authenticator.layerMiddleware),
  Layer.provideMerge(Authenticator.layer),
  Layer.provideMerge(Workshop.layer)
)

/**
 * The routes of the API and of the page, and what goes on behind them: open jobs are kept going, webhooks are delivered, what is left over is
 * removed.
 *
 * @since 0.1.0
 * @category layers
 */
export const routes = Layer.mergeAll(
  HttpApiBuilder.api(BatchlabelApi).pipe(Layer.provide(handlers)),
  Around.layer,
  Webhooks.layer,
  Housekeeping.layer
).pipe(Layer.provide(services))

const api = HttpApiBuilder.serve().pipe(Layer.provide(routes))

const listen = (server: NodeServer, host: string, port: number) =>
  NodeHttpServer.layer(() => server, { host, port }).pipe(
    Layer.mapError(
      ({ cause }) =>
        new ServerError({
          reason: new CannotListen({ host, port, detail: cause instanceof Error ? cause.message : String(cause) })
        })
    )
  )

/** New requests are refused, streams end, requests under way get their answer; whoever still holds on is let go. */
const windDown = (server: NodeServer, within: Duration.Duration) =>
  Effect.gen(function* () {
    yield* Deferred.succeed(yield* Stopping.Stopping, undefined)
    const closed = Effect.async<void>((resume) => {
      server.close(() => resume(Effect.void))
      server.closeIdleConnections()
    })
    // What runs at the end of a scope cannot be interrupted unless it says so.
    yield* Effect.timeoutOption(Effect.interruptible(closed), Duration.times(within, 0.3))
    server.closeAllConnections()
  })

/**
 * Opens the server and answers until it is interrupted. It refuses to be open to other machines while there is no valid token.
 *
 * @since 0.1.0
 * @category running
 */
export const serve = Effect.fnUntraced(function* (
  options: ServeOptions
): Effect.fn.Return<never, ServerError | JobStoreError, Requirements> {
  const host = options.host ?? "127.0.0.1"
  const server = makeServer()
  const foundation = Layer.mergeAll(ServerDatabase.layer, ServerSettings.layer(options.settings), Stopping.layer)
  return yield* Effect.gen(function* () {
    const { stopWithin, limits } = yield* ServerSettings.ServerSettings
    const monthly = yield* keepLimits
    const token = yield* needTokens(host, options.firstToken === true)
    const running = yield* Layer.build(Layer.provideMerge(api, listen(server, host, options.port ?? 8787)))
    const stopWatching = SlowBody.watch(server, limits)
    yield* Effect.addFinalizer(() => Effect.zipRight(Effect.sync(stopWatching), windDown(server, stopWithin)))
    const address = yield* HttpServer.addressWith(Effect.succeed).pipe(Effect.provide(running))
    const port = address._tag === "TcpAddress" ? address.port : 0
    const shown = host.includes(":") ? `[${host}]` : host
    if (options.onListening !== undefined)
      yield* options.onListening({ url: `http://${shown}:${port}`, host, port, token, limits: monthly })
    return yield* Effect.never
  }).pipe(
    Effect.scoped,
    Effect.provide(foundation),
    // Each request is a trace of its own, not a part of the one that the server was started in.
    Effect.mapInputContext((context: Context.Context<Requirements>) => Context.omit(Tracer.ParentSpan)(context))
  )
})

/**
 * The server as a function from a web request to its response, for a server of one's own: plain Node, Hono, Next.
 *
 * @since 0.1.0
 */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { nameAddress } from "./internal/clientAddress.js"
import { keepLimits, type Requirements, routes } from "./Server.js"
import * as ServerDatabase from "./ServerDatabase.js"
import * as ServerSettings from "./ServerSettings.js"
import * as Stopping from "./Stopping.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface WebHandlerOptions {
  readonly settings: Partial<ServerSettings.Settings> & Pick<ServerSettings.Settings, ServerSettings.Told>
  /**
   * Where a request comes from, as the server in front knows it. Requests without a token and wrong tokens are counted by it; absent: all
   * count as one client's.
   */
  readonly clientAddress?: ((request: Request) => string | undefined) | undefined
}

/**
 * `close` ends event streams, lets passes over jobs come to an end, and lets go of the store.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebHandler {
  readonly handler: (request: Request) => Promise<Response>
  readonly close: () => Promise<void>
}

/** The first to end: streams and `/readyz` hear of the end before what they stand on is gone. */
const endStreams = Layer.scopedDiscard(
  Effect.flatMap(Stopping.Stopping, (stopping) => Effect.addFinalizer(() => Deferred.succeed(stopping, undefined)))
)

/**
 * A handler of web requests over the pipeline's services. It serves `/v1`, `/docs`, `/openapi.json`, `/metrics`, the page where there is a
 * `webRoot`, and keeps the open jobs of the store going, until it is closed. Who may ask is decided by tokens, as with `serve`; how slowly a
 * body may come and how many connections there may be is for the server in front to decide.
 *
 * @since 0.1.0
 * @category constructors
 */
export const toWebHandler = <E>(
  services: Layer.Layer<Requirements, E>,
  { clientAddress, settings }: WebHandlerOptions
): WebHandler => {
  const foundation = Layer.mergeAll(ServerDatabase.layer, ServerSettings.layer(settings), Stopping.layer)
  const layer = Layer.mergeAll(endStreams, Layer.effectDiscard(keepLimits)).pipe(
    Layer.provideMerge(routes),
    Layer.provideMerge(NodeHttpServer.layerContext),
    Layer.provide(foundation),
    Layer.provide(services)
  )
  const { dispose, handler } = HttpApiBuilder.toWebHandler(layer)
  return {
    handler: (request) => {
      const address = clientAddress?.(request)
      if (address !== undefined) nameAddress(request, address)
      return handler(request)
    },
    close: dispose
  }
}

import { Supervisor } from "@batchlabel/labeling/Supervisor"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { Authenticator } from "../Authenticator.js"
import * as Metrics from "../Metrics.js"

/** What is there for operators and for those who write clients: `/openapi.json`, `/docs`, `/metrics`. */
export const layer = HttpApiBuilder.Router.use((router) =>
  Effect.gen(function* () {
    const { authenticate, requires } = yield* Authenticator
    const { status } = yield* Supervisor
    // The page is some megabytes: loaded for who asks for it.
    const docs = Effect.promise(() => import("../internal/docs.js"))
    const document = yield* Effect.cached(Effect.map(docs, (module) => HttpServerResponse.unsafeJson(module.document())))
    const page = yield* Effect.cached(Effect.flatMap(docs, (module) => module.page))
    yield* router.get("/openapi.json", Effect.zipRight(authenticate, document))
    yield* router.get("/docs", Effect.zipRight(authenticate, page))
    // It counts the jobs of all.
    yield* router.get(
      "/metrics",
      Effect.zipRight(
        requires("admin"),
        Effect.flatMap(SubscriptionRef.get(status), ({ openJobs }) => Metrics.render(openJobs))
      ).pipe(Effect.map((text) => HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" })))
    )
  })
)

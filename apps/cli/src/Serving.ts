/** What the commands of the server stand on. The server itself is loaded only when one of them runs. */
import { resolve } from "node:path"
import * as ServerDatabase from "@batchlabel/http/ServerDatabase"
import * as ServerStore from "@batchlabel/http/ServerStore"
import * as Telemetry from "@batchlabel/http/Telemetry"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as App from "./App.js"
import type { MonthlyCap } from "./Flags.js"

/** A server has no input to be beside of: its jobs are in the working directory. */
export const homeOf = (home: string | undefined): string => resolve(home ?? ".batchlabel")

/** The store of jobs with the database that the server's own tables use too. */
export const store = (home: string) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      yield* App.noteIgnoredDatabase
      return ServerStore.layer({ home, databaseUrl: Option.getOrUndefined(yield* App.databaseUrl) })
    })
  )

/** The tokens. */
export const database = (home: string) => Layer.provideMerge(ServerDatabase.layer, store(home))

/** What the store keeps of a cap that a flag says. */
export const amountOf = (cap: MonthlyCap): bigint | undefined => (cap === "none" ? undefined : cap)

const setting = (name: string): Effect.Effect<string | undefined> =>
  Config.option(Config.nonEmptyString(name)).pipe(
    Effect.map(Option.getOrUndefined),
    // A blank one is none.
    Effect.orElseSucceed(() => undefined)
  )

/** Spans go to a collector where one is named. */
export const telemetry = Layer.unwrapEffect(
  Effect.gen(function* () {
    const endpoint = yield* setting("OTEL_EXPORTER_OTLP_ENDPOINT")
    const serviceName = (yield* setting("OTEL_SERVICE_NAME")) ?? "batchlabel"
    return endpoint === undefined ? Layer.empty : Telemetry.layer({ endpoint, serviceName })
  })
)

import { BatchlabelApi } from "@batchlabel/http-api/Api"
import { CurrentToken } from "@batchlabel/http-api/Auth"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import * as Allowances from "../Allowances.js"
import * as Problems from "../internal/problems.js"

/** `/v1/spending`. */
export const layer = HttpApiBuilder.group(BatchlabelApi, "spending", (handlers) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    return handlers.handle("get", () =>
      Effect.flatMap(CurrentToken, Allowances.of).pipe(Effect.mapError(Problems.ofError), Effect.provideService(JobStore, store))
    )
  })
)

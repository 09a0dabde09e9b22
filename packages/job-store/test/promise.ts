/** A test of what the store promises, on some backend. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Scope from "effect/Scope"
import type { JobStoreError } from "../src/JobStoreError.js"
import type { Services } from "../src/SqlStore.js"
import type { Backend, Place } from "./backends.js"

export type Promise = (
  name: string,
  body: (place: Place) => Effect.Effect<void, unknown, Services | SqlClient | Scope.Scope>
) => void

export const promiseOn =
  (backend: Backend): Promise =>
  (name, body) =>
    it.scoped(name, () => Effect.flatMap(backend.place, (place) => Effect.provide(body(place), place.layer())))

export const reasonOf = <A, R>(effect: Effect.Effect<A, JobStoreError, R>) =>
  Effect.map(Effect.either(effect), (result) => (Either.isLeft(result) ? result.left.reason._tag : "succeeded"))

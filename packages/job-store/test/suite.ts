/** What the store promises, whatever it is stored in. */
import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Backend } from "./backends.js"
import { promiseOn } from "./promise.js"
import { attempts } from "./suites/attempts.js"
import { check } from "./suites/check.js"
import { earlier } from "./suites/earlier.js"
import { history } from "./suites/history.js"
import { jobs } from "./suites/jobs.js"
import { leases } from "./suites/leases.js"
import { limits } from "./suites/limits.js"
import { transactions } from "./suites/transactions.js"

export const suite = (backend: Backend): void => {
  const promise = promiseOn(backend)
  describe(`on ${backend.name}`, () => {
    describe("jobs", () => jobs(promise))
    describe("attempts", () => attempts(promise))
    describe("history", () => history(promise))
    describe("leases", () => leases(promise))
    describe("limits", () => limits(promise))
    describe("transactions", () => transactions(promise))
    if (backend.shared) {
      it.scoped("a store of the version before is brought to this one, and nothing is lost of it", () =>
        Effect.flatMap(backend.place, earlier)
      )
    }
    describe("check", () => check(promise))
  })
}

/**
 * Leases: what one process at a time may do, by a name.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { JobStoreError } from "./JobStoreError.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Runs `use` while holding the lease `name`, renewed in the background and released at the end. `undefined` if another living process
   * holds it. A holder on this machine whose process is gone loses its lease at once, others when it runs out. If the lease is lost in
   * between, `use` is interrupted and the call fails with `LeaseLost`. Within a transaction it is a defect: others would see it too late.
   */
  readonly withLease: <A, E, R>(
    name: string,
    use: Effect.Effect<A, E, R>
  ) => Effect.Effect<{ readonly value: A } | undefined, E | JobStoreError, R>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Leases extends Context.Tag("@batchlabel/job-store/Leases")<Leases, Service>() {}

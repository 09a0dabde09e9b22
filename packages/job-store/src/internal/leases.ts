import { randomUUID } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { JobStoreError, LeaseLost } from "../JobStoreError.js"
import type * as Leases from "../Leases.js"
import type { Database, Stored } from "./database.js"
import { isGone, type ProcessIdentity } from "./process.js"

interface LeaseRow {
  readonly host: string
  readonly pid: number | string
  readonly started: string
  readonly expires_at: number | string
}

export const make = (
  db: Database,
  options: { readonly ttl: Duration.Duration; readonly self: ProcessIdentity }
): Leases.Service => {
  const { sql } = db
  const { self } = options
  const ttl = Duration.toMillis(options.ttl)

  /** When the lease runs out if it was free, `undefined` if it is held. */
  const acquire = (name: string, holder: string): Stored<number | undefined> =>
    db.transaction(
      Effect.gen(function* () {
        yield* db.lock("leases")
        const now = yield* Clock.currentTimeMillis
        const [held] = yield* sql<LeaseRow>`SELECT host, pid, started, expires_at FROM batchlabel_leases WHERE name = ${name}`
        const free =
          held === undefined ||
          Number(held.expires_at) <= now ||
          isGone(self, { host: held.host, pid: Number(held.pid), started: held.started })
        if (!free) return undefined
        const expires = now + ttl
        yield* sql`INSERT INTO batchlabel_leases ${sql.insert({ name, holder, ...self, expires_at: expires })}
          ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, host = excluded.host, pid = excluded.pid,
            started = excluded.started, expires_at = excluded.expires_at`
        return expires
      })
    )

  /** As `acquire`, for a lease that is held: `undefined` if it is someone else's by now. */
  const renew = (name: string, holder: string): Stored<number | undefined> =>
    db.transaction(
      Effect.gen(function* () {
        const expires = (yield* Clock.currentTimeMillis) + ttl
        const rows = yield* sql`UPDATE batchlabel_leases SET expires_at = ${expires}
          WHERE name = ${name} AND holder = ${holder} RETURNING name`
        return rows.length > 0 ? expires : undefined
      })
    )

  const release = (name: string, holder: string): Effect.Effect<void> =>
    db.transaction(sql`DELETE FROM batchlabel_leases WHERE name = ${name} AND holder = ${holder}`).pipe(
      // What cannot be given back runs out; the work itself is done and stored.
      Effect.catchAll((error) => Effect.logDebug(`lease ${name} was not released: ${error.message}`)),
      Effect.asVoid
    )

  /**
   * Renews the lease until it is lost. A store that cannot be reached for a while is no loss before the lease has run out; and if a
   * machine slept past that, its lease is still its own where no one else has taken it.
   */
  const keep = (name: string, holder: string, expires: number): Stored<never> =>
    Effect.gen(function* () {
      const lost = new JobStoreError({ reason: new LeaseLost({ name }) })
      let end = expires
      while (true) {
        const rest = end - (yield* Clock.currentTimeMillis)
        yield* Effect.sleep(Math.min(ttl / 3, Math.max(0, rest)))
        const now = yield* Clock.currentTimeMillis
        // Not waited for longer than the lease holds: by then another process may have it.
        const renewed = yield* renew(name, holder).pipe(
          Effect.disconnect,
          Effect.timeoutTo({ duration: Math.max(ttl / 3, end - now), onSuccess: Option.some, onTimeout: Option.none }),
          Effect.option,
          Effect.map(Option.flatten)
        )
        if (Option.isSome(renewed)) {
          if (renewed.value === undefined) return yield* lost
          end = renewed.value
        } else if ((yield* Clock.currentTimeMillis) >= end) {
          return yield* lost
        }
      }
    })

  return {
    withLease: <A, E, R>(name: string, use: Effect.Effect<A, E, R>) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          if (yield* db.isInTransaction) return yield* Effect.dieMessage("a lease cannot be taken within a transaction")
          const holder = `${self.host}/${self.pid}/${self.started}/${randomUUID()}`
          const expires = yield* acquire(name, holder)
          if (expires === undefined) return undefined
          // A fiber of its own and no race: a race that is interrupted does not wait for what runs in it, and then the lease would be given
          // back under work that has not ended.
          const worker = yield* Effect.fork(restore(use))
          const loss = yield* Ref.make(Option.none<JobStoreError>())
          const lose = (error: JobStoreError) => Effect.zipRight(Ref.set(loss, Option.some(error)), Fiber.interrupt(worker))
          const keeper = yield* Effect.forkDaemon(Effect.interruptible(Effect.catchAll(keep(name, holder, expires), lose)))
          const waited = yield* Effect.exit(restore(Fiber.await(worker)))
          const exit = Exit.isSuccess(waited) ? waited.value : yield* Fiber.interrupt(worker)
          yield* Fiber.interrupt(keeper)
          yield* release(name, holder)
          const lost = yield* Ref.get(loss)
          if (Option.isSome(lost)) return yield* lost.value
          yield* Fiber.inheritAll(worker)
          return yield* Exit.map(exit, (value) => ({ value }))
        })
      ).pipe(Effect.withSpan("Leases.withLease", { attributes: { name } }))
  }
}

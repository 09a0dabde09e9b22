import { randomUUID } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as JobStore from "../JobStore.js"
import { JobStoreError, LeaseLost } from "../JobStoreError.js"
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
): Pick<JobStore.Service, "withLease"> => {
  const { sql } = db
  const { self } = options
  const ttl = Duration.toMillis(options.ttl)

  /** When the lease runs out if it was free, `undefined` if it is held. */
  const acquire = (name: string, holder: string): Stored<number | undefined> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      db.write(
        Effect.gen(function* () {
          yield* db.lock("leases")
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
    )

  /** As `acquire`, for a lease that is held: `undefined` if it is someone else's by now. */
  const renew = (name: string, holder: string): Stored<number | undefined> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Effect.map(
        db.write(
          sql`UPDATE batchlabel_leases SET expires_at = ${now + ttl} WHERE name = ${name} AND holder = ${holder} RETURNING name`
        ),
        (rows) => (rows.length > 0 ? now + ttl : undefined)
      )
    )

  const release = (name: string, holder: string): Effect.Effect<void> =>
    db.write(sql`DELETE FROM batchlabel_leases WHERE name = ${name} AND holder = ${holder}`).pipe(
      // What cannot be given back runs out; the work itself is done and stored.
      Effect.catchAll((error) => Effect.logDebug(`lease ${name} was not released: ${error.message}`)),
      Effect.asVoid
    )

  /** Renews the lease until it is lost. A store that cannot be reached for a while is no loss before the lease has run out. */
  const keep = (name: string, holder: string, expires: number): Stored<never> =>
    Effect.gen(function* () {
      const lost = new JobStoreError({ reason: new LeaseLost({ name }) })
      let end = expires
      while (true) {
        yield* Effect.sleep(ttl / 3)
        const renewed = yield* Effect.either(renew(name, holder))
        if (renewed._tag === "Right") {
          if (renewed.right === undefined) return yield* lost
          end = renewed.right
        } else if ((yield* Clock.currentTimeMillis) >= end) {
          return yield* lost
        }
      }
    })

  return {
    withLease: <A, E, R>(name: string, use: Effect.Effect<A, E, R>) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const holder = `${self.host}/${self.pid}/${self.started}/${randomUUID()}`
          const expires = yield* acquire(name, holder)
          if (expires === undefined) return undefined
          const loss = yield* Deferred.make<never, JobStoreError>()
          // A daemon: even while `use` is finishing what cannot be interrupted, the lease must not run out under it.
          const keeper = yield* Effect.forkDaemon(Effect.interruptible(Effect.intoDeferred(keep(name, holder, expires), loss)))
          const exit = yield* Effect.exit(restore(Effect.raceFirst(use, Deferred.await(loss))))
          yield* Fiber.interrupt(keeper)
          yield* release(name, holder)
          return yield* Exit.map(exit, (value) => ({ value }))
        })
      ).pipe(Effect.withSpan("JobStore.withLease", { attributes: { name } }))
  }
}

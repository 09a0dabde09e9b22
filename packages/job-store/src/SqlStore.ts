/**
 * The store over any SQL client of SQLite or PostgreSQL. (Not part of the services' modules, so that what only uses a store does not load
 * SQL.)
 *
 * @since 0.1.0
 */
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AnswerCache } from "./AnswerCache.js"
import { Attempts } from "./Attempts.js"
import * as Database from "./Database.js"
import { EventLog } from "./EventLog.js"
import { Integrity } from "./Integrity.js"
import * as AnswersTable from "./internal/answers.js"
import * as AttemptsTable from "./internal/attempts.js"
import * as Check from "./internal/check.js"
import * as EventsTable from "./internal/events.js"
import * as JobsTables from "./internal/jobs.js"
import * as LeasesTable from "./internal/leases.js"
import * as LimitsTable from "./internal/limits.js"
import { self } from "./internal/process.js"
import { migrations } from "./internal/schema.js"
import * as SettingsTable from "./internal/settings.js"
import { JobStore } from "./JobStore.js"
import type { JobStoreError } from "./JobStoreError.js"
import { Jobs } from "./Jobs.js"
import { Leases } from "./Leases.js"
import * as Settings from "./Settings.js"
import { SpendingLimits } from "./SpendingLimits.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends Database.Options {
  /** How long a lease holds without being renewed; it is renewed three times in it. Default: 30 seconds. */
  readonly leaseTtl?: Duration.DurationInput | undefined
}

/**
 * What a store is: its services, and the database below them for whoever keeps tables of their own in it.
 *
 * @since 0.1.0
 * @category models
 */
export type Services =
  | Jobs
  | Attempts
  | Leases
  | AnswerCache
  | EventLog
  | SpendingLimits
  | Settings.Settings
  | Integrity
  | JobStore
  | Database.Database

const services = Effect.fnUntraced(function* (options: Options) {
  const db = yield* Database.Database
  yield* Database.migrate(migrations)
  const jobs = JobsTables.make(db)
  const attempts = AttemptsTable.make(db)
  const leases = LeasesTable.make(db, { ttl: Duration.decode(options.leaseTtl ?? "30 seconds"), self: self() })
  const answers = AnswersTable.make(db)
  const events = EventsTable.make(db)
  const limits = LimitsTable.make(db)
  const settings = Settings.make(SettingsTable.make(db))
  const integrity = Check.make(db)
  const all: JobStore["Type"] = {
    createJob: jobs.create,
    job: jobs.get,
    jobs: jobs.list,
    jobOfBatch: jobs.findByBatch,
    updateJob: jobs.update,
    finishPreparing: jobs.finishPreparing,
    deleteJob: jobs.remove,
    shards: jobs.shards,
    shardsOf: jobs.shardsOf,
    replaceShard: jobs.replaceShard,
    setWait: jobs.setWait,
    attempts: attempts.list,
    attemptsOf: attempts.listOf,
    plan: attempts.plan,
    advance: attempts.advance,
    release: attempts.release,
    settle: attempts.settle,
    asking: attempts.asking,
    hasAnswersSince: attempts.hasAnswersSince,
    holders: attempts.jobsInQueue,
    tokensInFlight: attempts.tokensInFlight,
    appendEvents: events.append,
    events: events.list,
    findAnswers: answers.find,
    saveAnswers: answers.save,
    countAnswers: answers.count,
    clearAnswers: answers.clear,
    withLease: leases.withLease,
    limits: limits.list,
    setLimit: limits.set,
    clearLimit: limits.clear,
    spending: limits.spending,
    check: integrity.check,
    settings
  }
  return Context.make(Jobs, jobs).pipe(
    Context.add(Attempts, attempts),
    Context.add(Leases, leases),
    Context.add(AnswerCache, answers),
    Context.add(EventLog, events),
    Context.add(SpendingLimits, limits),
    Context.add(Settings.Settings, settings),
    Context.add(Integrity, integrity),
    Context.add(JobStore, all)
  )
})

/**
 * Opens the store in a database and brings its tables (`batchlabel_…`) to this version; fails with `StoreNewer` on a store that a newer
 * version wrote. Each call of a service is a transaction of its own, or part of the one it is made in (`Database.transaction`).
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Services, JobStoreError, SqlClient> =>
  Layer.provideMerge(Layer.effectContext(services(options)), Database.layer(options))

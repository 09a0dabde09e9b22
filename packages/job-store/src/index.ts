// Without SqliteStore and PostgresStore: each loads a driver and is imported by its own path.
export * as Job from "./Job.js"
export * as JobId from "./JobId.js"
export * as JobStore from "./JobStore.js"
export * as JobStoreError from "./JobStoreError.js"
export * as Limit from "./Limit.js"
export * as SqlStore from "./SqlStore.js"

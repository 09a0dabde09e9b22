export * as Job from "./Job.js"
export * as JobId from "./JobId.js"
export * as JobStore from "./JobStore.js"
export * as JobStoreError from "./JobStoreError.js"

/**
 * The pipeline: from a CSV to the same CSV with a label on every row, through batches that survive crashes.
 *
 * @since 0.1.0
 */
export * as BatchInfo from "./BatchInfo.js"
export * as Cancel from "./Cancel.js"
export * as Clean from "./Clean.js"
export * as Doctor from "./Doctor.js"
export * as Download from "./Download.js"
export * as EstimateInput from "./EstimateInput.js"
export * as JobProblem from "./JobProblem.js"
export * as JobView from "./JobView.js"
export * as LabelingConfig from "./LabelingConfig.js"
export * as LabelingError from "./LabelingError.js"
export * as Operation from "./Operation.js"
export * as Places from "./Places.js"
export * as Prepare from "./Prepare.js"
export * as Preview from "./Preview.js"
export * as Prices from "./Prices.js"
export * as Projection from "./Projection.js"
export * as Reconcile from "./Reconcile.js"
export * as Recover from "./Recover.js"
export * as Results from "./Results.js"
export * as Retry from "./Retry.js"
export * as Scheduler from "./Scheduler.js"
export * as Spending from "./Spending.js"
export * as Supervisor from "./Supervisor.js"
export * as Watch from "./Watch.js"

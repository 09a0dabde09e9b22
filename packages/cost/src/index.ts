/**
 * Know before, cap during, account after: what a labelling job costs and how long it takes.
 *
 * @since 0.1.0
 */
export * as Actual from "./Actual.js"
export * as Budget from "./Budget.js"
export * as Cost from "./Cost.js"
export * as CostError from "./CostError.js"
export * as CostProblem from "./CostProblem.js"
export * as Duration from "./Duration.js"
export * as Estimate from "./Estimate.js"
export * as Forecast from "./Forecast.js"
export * as InputTokens from "./InputTokens.js"
export * as Money from "./Money.js"
export * as OutputTokens from "./OutputTokens.js"
export * as PriceBook from "./PriceBook.js"
export * as RequestTokens from "./RequestTokens.js"
export * as Sampling from "./Sampling.js"
export * as SpendingReport from "./SpendingReport.js"

/**
 * @since 0.1.0
 */
export * as AnswerFunction from "./AnswerFunction.js"
/**
 * @since 0.1.0
 */
export * as Ledger from "./Ledger.js"
/**
 * @since 0.1.0
 */
export * as Rules from "./Rules.js"
/**
 * @since 0.1.0
 */
export * as Scenario from "./Scenario.js"
/**
 * @since 0.1.0
 */
export * as Simulator from "./Simulator.js"

export * as Lang from "./Lang.js"
export * as Outcome from "./Outcome.js"
export * as Problem from "./Problem.js"

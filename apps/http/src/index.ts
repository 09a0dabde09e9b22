export * as Authenticator from "./Authenticator.js"
export * as Metrics from "./Metrics.js"
/** @public */
export { type Listening, type Requirements, routes, type ServeOptions, serve } from "./Server.js"
export * as ServerDatabase from "./ServerDatabase.js"
export * as ServerError from "./ServerError.js"
export * as ServerSettings from "./ServerSettings.js"
export * as ServerStore from "./ServerStore.js"
export * as Telemetry from "./Telemetry.js"
export * as Tokens from "./Tokens.js"
/** @public */
export { toWebHandler, type WebHandler, type WebHandlerOptions } from "./WebHandler.js"

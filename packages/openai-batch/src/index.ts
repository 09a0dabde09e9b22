/**
 * OpenAI's Files and Batches as an Effect service, and the files they exchange.
 *
 * @since 0.1.0
 */
export * as Batch from "./Batch.js"
export * as BatchErrorCode from "./BatchErrorCode.js"
export * as FileInfo from "./FileInfo.js"
export * as Jsonl from "./Jsonl.js"
export * as OpenAiBatch from "./OpenAiBatch.js"
export * as OpenAiBatchConfig from "./OpenAiBatchConfig.js"
export * as OpenAiBatchError from "./OpenAiBatchError.js"
export * as OpenAiClient from "./OpenAiClient.js"
export * as OpenAiConfigError from "./OpenAiConfigError.js"
export * as OpenAiProblem from "./OpenAiProblem.js"
export * as RequestLine from "./RequestLine.js"
export * as ResultLine from "./ResultLine.js"
export * as Webhook from "./Webhook.js"
export * as WebhookError from "./WebhookError.js"

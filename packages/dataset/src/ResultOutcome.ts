/**
 * From a result line of a batch to the outcome of a row. The three failure shapes of the API (an HTTP error inside `response`, an
 * `error` without a response, and a lost request with `status_code` 0) are told apart here and nowhere else.
 * Source: OpenAI's batch guide, and reports of lost requests that came back with `status_code` 0.
 *
 * @since 0.1.0
 */
import type * as Outcome from "@batchlabel/core/Outcome"
import type * as ResultLine from "@batchlabel/openai-batch/ResultLine"

const retryableStatus = (status: number): boolean => status === 408 || status === 409 || status === 429 || status >= 500

const failed = (reason: Outcome.FailureReason, detail: string, retryable: boolean): Outcome.Failed => ({
  _tag: "Failed",
  reason,
  detail,
  retryable
})

/** `code: message` of the error object that an HTTP error carries in its body, whatever of it is there. */
const errorOfBody = (body: unknown): string => {
  if (typeof body !== "object" || body === null || !("error" in body)) return ""
  const error = body.error
  if (typeof error === "string") return error
  if (typeof error !== "object" || error === null) return ""
  const code = "code" in error && typeof error.code === "string" ? error.code : ""
  const message = "message" in error && typeof error.message === "string" ? error.message : ""
  return code !== "" && message !== "" ? `${code}: ${message}` : `${code}${message}`
}

/**
 * The outcome a result line stands for. `readAnswer` reads the body of a successful response (see `Answer.reader` of core).
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromLine =
  (readAnswer: (body: unknown) => Outcome.Outcome) =>
  (line: ResultLine.ResultLine): Outcome.Outcome => {
    const { error, statusCode } = line
    if (statusCode === 200) return readAnswer(line.body)
    if (statusCode === 0) return failed("infrastructure", "the request was lost inside the API (status_code 0)", true)
    if (statusCode !== undefined) {
      const detail = errorOfBody(line.body)
      return failed("api_error", `HTTP ${statusCode}${detail === "" ? "" : ` ${detail}`}`, retryableStatus(statusCode))
    }
    if (error?.code === "batch_expired") return failed("expired", "the batch expired before this request was run", true)
    if (error?.code === "batch_cancelled") return failed("cancelled", "the batch was cancelled before this request was run", true)
    if (error !== undefined)
      return failed("api_error", [error.code, error.message].filter((part) => part !== "").join(": "), true)
    return failed("infrastructure", "the result line holds neither a response nor an error", true)
  }

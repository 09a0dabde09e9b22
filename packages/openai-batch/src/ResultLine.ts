/**
 * The lines of a batch's output and error file, lenient: a line that can be understood in part is understood in part.
 * Source: the schema `BatchRequestOutput` of OpenAI's specification, and the failure shapes collected in the project's reference.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import { isRecord, readNumber, readText } from "./internal/lenient.js"

/**
 * A result. A request succeeded if and only if `statusCode` is 200; an HTTP error has its error object inside `body`; `error` is for
 * requests that were never run (`batch_expired`); a `statusCode` of 0 means that the request was lost inside the API.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResultLine {
  readonly id: string | undefined
  readonly customId: string | undefined
  readonly statusCode: number | undefined
  readonly requestId: string | undefined
  readonly body: unknown
  readonly error: { readonly code: string; readonly message: string } | undefined
}

const readError = (value: unknown): ResultLine["error"] => {
  if (typeof value === "string") return value === "" ? undefined : { code: "", message: value }
  if (!isRecord(value)) return undefined
  const code = readText(value["code"]) ?? readText(value["type"]) ?? ""
  const message = readText(value["message"]) ?? ""
  return code === "" && message === "" ? undefined : { code, message }
}

/**
 * Reads a line. `Left` says in a few words why the text is no JSON object; that is the only way to fail.
 *
 * @since 0.1.0
 * @category decoding
 */
export const parse = (text: string): Either.Either<ResultLine, string> => {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    return Either.left("the line is no JSON")
  }
  if (!isRecord(line)) return Either.left("the line is no JSON object")
  const response = isRecord(line["response"]) ? line["response"] : {}
  return Either.right({
    id: readText(line["id"]),
    customId: readText(line["custom_id"]),
    statusCode: readNumber(response["status_code"]),
    requestId: readText(response["request_id"]),
    body: response["body"],
    error: readError(line["error"])
  })
}

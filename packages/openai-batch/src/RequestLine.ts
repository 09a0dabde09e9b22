/**
 * The lines of a batch's input file, strict: what is written here is accepted by the API.
 * Source: OpenAI's batch guide, section 2 (the input file), and the schema `BatchRequestInput` of its specification.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Fault, lineChecker } from "./internal/lineChecker.js"
import { lineStream } from "./internal/lineStream.js"
import { InvalidFile, RequestFileError, UnreadableFile } from "./RequestFileError.js"

/**
 * The most requests a batch takes. Source: batch guide, rate limits.
 *
 * @since 0.1.0
 * @category constants
 */
export const MAX_REQUESTS = 50_000

/**
 * The most bytes of an input file, 200 MB. Source: the API's own refusal, which names 209715200.
 *
 * @since 0.1.0
 * @category constants
 */
export const MAX_BYTES = 209_715_200

/**
 * The longest custom_id that is safe everywhere; the API's specification names no limit, other servers say 64.
 *
 * @since 0.1.0
 * @category constants
 */
export const MAX_CUSTOM_ID = 64

/**
 * What a request line is made of. `body` is the endpoint's request body: its JSON text, or the object itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestLine {
  readonly customId: string
  readonly url: string
  readonly body: string | object
}

// Both end a line for some readers of JSON Lines; in JSON they stand inside strings only.
const escapeSeparators = (json: string): string => json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")

/** JSON knows no BigInt: one that a number can hold is written as a number, a larger one by its digits as a string. */
const withoutBigInt = (_key: string, value: unknown): unknown => {
  if (typeof value !== "bigint") return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

/** A value as JSON on one line; `null` for what JSON has no text for, such as `undefined`. */
const toJson = (value: unknown): string => escapeSeparators(JSON.stringify(value, withoutBigInt) ?? "null")

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** In JSON a line end stands between tokens only, and half a surrogate pair has no bytes in UTF-8. */
const onOneLine = (json: string): string =>
  escapeSeparators(json.replaceAll(/[\r\n]+/g, " ").replaceAll(/\p{Surrogate}/gu, "\ufffd"))

const bodyText = (body: unknown): string => (typeof body === "string" && isJson(body) ? onOneLine(body) : toJson(body))

/**
 * The line of a request, its keys in the order of the API's documentation, without a line end. Always one line of valid JSON: JSON text
 * with line breaks is joined, U+2028 and U+2029 are escaped, half a surrogate pair in JSON text becomes U+FFFD. A text that is not JSON is
 * written as a JSON string, which the API refuses by its line. Throws a `TypeError` for an object that refers to itself.
 *
 * @example
 * ```ts
 * import * as RequestLine from "@batchlabel/openai-batch/RequestLine"
 *
 * const line = RequestLine.encode({
 *   customId: "row-1",
 *   url: "/v1/chat/completions",
 *   body: { model: "gpt-4o-mini", messages: [{ role: "user", content: "Is water wet?\nAnswer yes or no." }] }
 * })
 *
 * console.log(line.split("\n").length) // 1
 * ```
 *
 * @since 0.1.0
 * @category encoding
 */
export const encode = (line: RequestLine): string =>
  `{"custom_id":${toJson(line.customId)},"method":"POST","url":${toJson(line.url)},"body":${bodyText(line.body)}}`

/**
 * What an input file is held against. Sizes are in bytes.
 *
 * @since 0.1.0
 * @category models
 */
export interface ValidateOptions {
  /** The endpoint the batch will be created for; without it, that of the first line. */
  readonly endpoint?: string | undefined
  readonly maxRequests?: number | undefined
  readonly maxBytes?: number | undefined
}

/**
 * What a valid input file holds.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSummary {
  readonly requests: number
  readonly bytes: number
  readonly url: string
  readonly model: string
}

/** Faults that are told one by one; the rest is counted. */
const SHOWN = 20

/**
 * Every check that can be made before an upload: each line a JSON object with the four keys, `POST`, one endpoint, one model, custom_ids
 * that are unique and short, no streaming, the limits of a batch, no byte order mark. The API would need minutes to say the same, and
 * one bad line sinks the whole file.
 *
 * Memory: one batch of lines, and the custom_ids.
 *
 * @since 0.1.0
 * @category validation
 */
export const validateFile = Effect.fn("RequestLine.validateFile")(function* (
  path: string,
  options?: ValidateOptions
): Effect.fn.Return<FileSummary, RequestFileError, FileSystem.FileSystem> {
  const maxRequests = options?.maxRequests ?? MAX_REQUESTS
  const maxBytes = options?.maxBytes ?? MAX_BYTES
  const faults: Array<Fault> = []
  let total = 0
  let bytes = 0
  const note = (fault: Fault): void => {
    total++
    if (faults.length < SHOWN) faults.push(fault)
  }
  const checker = lineChecker(options?.endpoint, MAX_CUSTOM_ID, note)

  if (!path.endsWith(".jsonl"))
    note({ line: undefined, code: "invalid_file_name", detail: "the name of the file does not end in .jsonl" })
  yield* lineStream(path, { byteStrings: true }).pipe(
    Stream.takeWhile(({ bytesRead }) => {
      bytes = bytesRead
      return bytesRead <= maxBytes && checker.requests <= maxRequests
    }),
    Stream.runForEach(({ lines }) =>
      Effect.sync(() => {
        for (const line of lines) checker.check(line)
      })
    ),
    Effect.mapError((error) => new RequestFileError({ reason: new UnreadableFile({ path, detail: error.message }) }))
  )
  if (bytes > maxBytes) {
    note({ line: undefined, code: "file_too_large", detail: `the file is larger than ${maxBytes} bytes` })
  } else if (checker.requests > maxRequests) {
    note({ line: undefined, code: "too_many_tasks", detail: `the file holds more than ${maxRequests} requests` })
  } else if (checker.requests === 0 && total === 0) {
    note({ line: undefined, code: "empty_file", detail: "the file holds no request" })
  }
  const { model, requests, url } = checker
  if (total > 0 || url === undefined || model === undefined) {
    return yield* new RequestFileError({ reason: new InvalidFile({ path, faults, total }) })
  }
  return { requests, bytes, url, model }
})

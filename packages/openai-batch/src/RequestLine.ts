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
 * What a request line is made of. `body` is the JSON text of the endpoint's request body.
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestLine {
  readonly customId: string
  readonly url: string
  readonly body: string
}

const quoted = (text: string): string => JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")

/**
 * The line of a request, its keys in the order of the API's documentation, without a line end. `body` goes in as it is: it has to be
 * one line of JSON (that of `Prompt` in core is).
 *
 * @since 0.1.0
 * @category encoding
 */
export const encode = (line: RequestLine): string =>
  `{"custom_id":${quoted(line.customId)},"method":"POST","url":${quoted(line.url)},"body":${line.body}}`

/**
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

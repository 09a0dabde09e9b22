/**
 * Checks the lines of an input file as the Batch API does while a batch is `validating`. Codes after the reference of batch-level
 * errors; `line` is 1-based.
 */
import type { BatchError } from "./fate.js"
import { isObject, isString, type JsonObject, objectOf } from "./json.js"
import { readLines } from "./lineReader.js"

export interface RequestLine {
  readonly customId: string
  readonly model: string
  readonly body: JsonObject
}

// A file can be wrong in every line; the list of errors stays readable.
const maxErrors = 100

export interface LineChecker {
  /** The request, or undefined when the line is at fault (the error is kept). */
  readonly check: (line: Buffer) => RequestLine | undefined
  readonly finish: () => ReadonlyArray<BatchError>
}

export const makeLineChecker = (endpoint: string, knows: (model: string) => boolean, maxRequests: number): LineChecker => {
  const errors: Array<BatchError> = []
  const ids = new Set<string>()
  let number = 0
  let requests = 0
  let model: string | undefined
  let mismatched = false

  const fail = (code: string, message: string, param: string | null = null, line: number | null = number): undefined => {
    if (errors.length < maxErrors) errors.push({ code, message, param, line })
  }
  const check = (line: Buffer): RequestLine | undefined => {
    number++
    if (isBlank(line)) return undefined
    requests++
    const value = parsed(line)
    if (!isObject(value)) return fail("invalid_json_line", "This line is not parseable as valid JSON.")
    for (const name of ["custom_id", "method", "url", "body"]) {
      if (value[name] === undefined || value[name] === null) {
        return fail("missing_required_parameter", `Missing required parameter: '${name}'.`, name)
      }
    }
    const { body, custom_id: customId, method, url } = value
    if (!isString(customId)) return fail("invalid_request", "Invalid type for 'custom_id': expected a string.", "custom_id")
    if (method !== "POST") return fail("invalid_request", `Invalid method '${String(method)}': only POST is supported.`, "method")
    if (url !== endpoint) {
      return fail("invalid_url", `The URL provided for this request does not match the batch endpoint '${endpoint}'.`, "url")
    }
    if (!isObject(body)) return fail("invalid_request", "Invalid type for 'body': expected an object.", "body")
    if (ids.has(customId)) {
      return fail("duplicate_custom_id", `The custom_id '${customId}' was already used in this batch.`, "custom_id")
    }
    ids.add(customId)
    const name = body["model"]
    if (!isString(name)) return fail("missing_required_parameter", "Missing required parameter: 'body.model'.", "body.model")
    if (body["stream"] === true) {
      return fail("streaming_unsupported", "Streaming is not supported in the Batch API.", "body.stream")
    }
    if (!knows(name))
      return fail("model_not_found", `The provided model '${name}' is not supported by the Batch API.`, "body.model")
    model ??= name
    if (model !== name) {
      if (!mismatched) {
        fail(
          "mismatched_model",
          `All requests of a batch must use one model; found '${model}' and '${name}'.`,
          "body.model",
          null
        )
      }
      mismatched = true
      return undefined
    }
    return { customId, model: name, body }
  }
  const finish = () => {
    if (requests === 0)
      fail("empty_file", "The input file is empty. Please ensure that the batch contains at least one request.", null, null)
    if (requests > maxRequests) {
      fail("too_many_tasks", `The batch has ${requests} requests; the maximum is ${maxRequests}.`, null, null)
    }
    return errors
  }
  return { check, finish }
}

const parsed = (line: Buffer): unknown => {
  try {
    return JSON.parse(line.toString("utf8"))
  } catch {
    return undefined
  }
}

const isBlank = (line: Buffer): boolean => line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09)

/** The model of a file's first request, if there is one: what refusals of a whole file name. */
export const firstModel = async (path: string): Promise<string | undefined> => {
  for await (const [line] of readLines(path)) {
    const model = line === undefined ? undefined : objectOf(objectOf(parsed(line))["body"])["model"]
    return isString(model) ? model : undefined
  }
  return undefined
}

import * as ByteString from "@batchlabel/core/ByteString"
import { isRecord } from "./lenient.js"

const BYTE_ORDER_MARK = ByteString.fromText("\ufeff")

/** What is wrong with a line (1-based) or with the file as a whole. The codes are those the API itself gives. */
export interface Fault {
  readonly line: number | undefined
  readonly code: string
  readonly detail: string
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isPlain = (value: unknown): boolean => typeof value !== "string" || /^[\x00-\x7f]*$/.test(value)

/**
 * A request as far as it is checked, of a line as a byte string. The messages, nearly all of it, are not decoded; the rare line with
 * anything but ASCII in what is looked at is read once more as a text.
 */
const requestOf = (bytes: string): unknown => {
  const request = parseJson(bytes)
  if (!isRecord(request)) return request
  const { body, custom_id, method, url } = request
  const model = isRecord(body) ? body["model"] : undefined
  return [custom_id, method, url, model].every(isPlain) ? request : parseJson(ByteString.toText(bytes))
}

/** Remembers what the lines of a file have in common, and says what is wrong with each. */
export const lineChecker = (endpoint: string | undefined, maxCustomId: number, report: (fault: Fault) => void) => {
  const ids = new Map<string, number>()
  let line = 0
  let url = endpoint
  let model: string | undefined

  const fault = (code: string, detail: string): void => report({ line, code, detail })
  const missing = (name: string): void => fault("missing_required_parameter", `${name} is missing or not of its type`)

  const checkId = (id: unknown): void => {
    const earlier = typeof id === "string" ? ids.get(id) : undefined
    if (typeof id !== "string" || id === "") missing("custom_id")
    else if (id.length > maxCustomId) fault("invalid_custom_id", `custom_id is longer than ${maxCustomId} characters`)
    else if (earlier === undefined) ids.set(id, line)
    else fault("duplicate_custom_id", `custom_id '${id}' is that of line ${earlier}, too`)
  }

  const checkMethod = (method: unknown): void => {
    if (method === undefined) missing("method")
    else if (method !== "POST") fault("invalid_method", "method is not POST")
  }

  const checkUrl = (value: unknown): void => {
    if (typeof value !== "string" || value === "") missing("url")
    else if (url === undefined) url = value
    else if (value !== url) fault("url_mismatch", `url is '${value}', not '${url}'`)
  }

  const checkModel = (value: unknown): void => {
    if (typeof value !== "string" || value === "") missing("body.model")
    else if (model === undefined) model = value
    else if (value !== model) fault("mismatched_model", `model is '${value}', not '${model}'`)
  }

  const checkBody = (body: unknown): void => {
    if (isRecord(body)) {
      checkModel(body["model"])
      if (body["stream"] === true) fault("streaming_unsupported", "body.stream is true")
    } else missing("body")
  }

  const check = (bytes: string): void => {
    line++
    const request = requestOf(bytes)
    if (isRecord(request)) {
      checkId(request["custom_id"])
      checkMethod(request["method"])
      checkUrl(request["url"])
      checkBody(request["body"])
    } else if (line === 1 && bytes.startsWith(BYTE_ORDER_MARK)) {
      fault("invalid_json_line", "the file begins with a byte order mark")
    } else {
      fault("invalid_json_line", "the line is no JSON object")
    }
  }

  return {
    check,
    get requests() {
      return line
    },
    get url() {
      return url
    },
    get model() {
      return model
    }
  }
}

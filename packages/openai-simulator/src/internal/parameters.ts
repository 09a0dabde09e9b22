/**
 * Reads and checks the parameters of requests; what is wrong is refused with 400 and names the parameter.
 */
import { ApiError, invalidValue, missingParameter } from "./apiError.js"
import type { NewBatch } from "./batches.js"
import { endpoints, isEndpoint } from "./contract/request.js"
import { unknown, unsupportedValue } from "./contract/shape.js"
import { isObject, isString, type JsonObject } from "./json.js"
import type { Upload } from "./multipart.js"

export const queryLimit = (query: URLSearchParams, most: number, otherwise: number): number => {
  const text = query.get("limit")
  if (text === null) return otherwise
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > most) {
    throw invalidValue("limit", `Invalid 'limit': expected an integer from 1 to ${most}, got '${text}'.`)
  }
  return limit
}

export const queryOrder = (query: URLSearchParams): "asc" | "desc" => {
  const order = query.get("order") ?? "desc"
  if (order === "asc" || order === "desc") return order
  throw invalidValue("order", `Invalid value: '${order}'. Supported values are: 'asc' and 'desc'.`)
}

const required = (body: JsonObject, name: string): string => {
  const value = body[name]
  if (value === undefined || value === null) throw missingParameter(name)
  if (!isString(value)) throw invalidType(name, "a string")
  return value
}

const invalidType = (name: string, expected: string) =>
  new ApiError(400, `Invalid type for '${name}': expected ${expected}.`, "invalid_type", name)

const batchKeys = ["input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after"]

const refuseUnknown = (names: Iterable<string>, known: ReadonlyArray<string>): void => {
  for (const name of names) if (!known.includes(name)) throw unknown(name)
}

export const newBatch = (body: JsonObject): Omit<NewBatch, "lag"> => {
  refuseUnknown(Object.keys(body), batchKeys)
  const inputFileId = required(body, "input_file_id")
  const endpoint = required(body, "endpoint")
  const completionWindow = required(body, "completion_window")
  if (!isEndpoint(endpoint)) throw unsupportedValue("endpoint", endpoint, endpoints)
  if (completionWindow !== "24h") {
    throw invalidValue("completion_window", `Invalid value: '${completionWindow}'. Value must be '24h'.`)
  }
  const expires = body["output_expires_after"]
  return {
    inputFileId,
    endpoint,
    completionWindow,
    metadata: metadataOf(body["metadata"]),
    outputLifetime:
      expires === undefined || expires === null
        ? null
        : lifetime(
            "output_expires_after",
            isObject(expires) ? expires["anchor"] : undefined,
            isObject(expires) ? expires["seconds"] : undefined
          )
  }
}

const metadataOf = (value: unknown): Readonly<Record<string, string>> | null => {
  if (value === undefined || value === null) return null
  if (!isObject(value)) throw invalidType("metadata", "an object")
  const entries = Object.entries(value)
  if (entries.length > 16)
    throw invalidValue("metadata", `Invalid 'metadata': too many properties. Expected at most 16, got ${entries.length}.`)
  return Object.fromEntries(
    entries.map(([key, text]) => {
      if (!isString(text)) throw invalidType(`metadata.${key}`, "a string")
      if (key.length > 64) throw invalidValue("metadata", `Invalid 'metadata': the key '${key}' is longer than 64 characters.`)
      if (text.length > 512) throw invalidValue(`metadata.${key}`, `Invalid 'metadata.${key}': longer than 512 characters.`)
      return [key, text]
    })
  )
}

/** In ms. */
const lifetime = (name: string, anchor: unknown, seconds: unknown): number => {
  if (anchor !== "created_at") throw invalidValue(`${name}.anchor`, `Invalid value for '${name}.anchor': expected 'created_at'.`)
  const count = Number(seconds)
  if (!Number.isInteger(count) || count < 3_600 || count > 2_592_000) {
    throw invalidValue(`${name}.seconds`, `Invalid value for '${name}.seconds': expected an integer from 3600 to 2592000.`)
  }
  return count * 1000
}

const uploadKeys = ["purpose", "expires_after[anchor]", "expires_after[seconds]"]

const purposes = ["assistants", "batch", "evals", "fine-tune", "user_data", "vision"]

export interface UploadParameters {
  readonly purpose: string
  readonly filename: string
  readonly bytes: number
  readonly lifetime: number | undefined
}

export const uploadParameters = ({ fields, file }: Upload): UploadParameters => {
  refuseUnknown(fields.keys(), uploadKeys)
  if (file === undefined) throw missingParameter("file")
  const purpose = fields.get("purpose")
  if (purpose === undefined) throw missingParameter("purpose")
  if (!purposes.includes(purpose)) {
    throw invalidValue("purpose", `'${purpose}' is not one of [${purposes.map((one) => `'${one}'`).join(", ")}] - 'purpose'`)
  }
  if (purpose === "batch" && !file.filename.endsWith(".jsonl")) {
    throw new ApiError(400, "Invalid file format for Batch API. Must be .jsonl")
  }
  const anchor = fields.get("expires_after[anchor]")
  const seconds = fields.get("expires_after[seconds]")
  return {
    purpose,
    ...file,
    lifetime: anchor === undefined && seconds === undefined ? undefined : lifetime("expires_after", anchor, seconds)
  }
}

/**
 * Reads request bodies.
 */
import type { IncomingMessage } from "node:http"
import { ApiError } from "./apiError.js"
import { isObject, type JsonObject } from "./json.js"

const maxBytes = 64 * 1024 * 1024

export const readText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = chunk
    length += bytes.length
    if (length > maxBytes) throw new ApiError(413, "The request body is too large.")
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString("utf8")
}

export const readJson = async (request: IncomingMessage): Promise<JsonObject> => {
  const text = await readText(request)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (isObject(value)) return value
  throw new ApiError(400, "We could not parse the JSON body of your request: a JSON object is expected.")
}

/** Lets the rest of a body pass unread, so that a refusal reaches a client that is still sending. */
export const drain = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    if (request.complete || request.destroyed) return resolve()
    request
      .on("end", resolve)
      .on("close", resolve)
      .on("error", () => resolve())
    request.resume()
  })

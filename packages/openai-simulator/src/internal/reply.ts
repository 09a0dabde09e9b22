/**
 * Sends replies: JSON, and files with ranges.
 */
import { createReadStream } from "node:fs"
import type { IncomingMessage, ServerResponse } from "node:http"
import { pipeline } from "node:stream/promises"
import { ApiError } from "./apiError.js"

export interface JsonReply {
  readonly status: number
  readonly json: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface FileReply {
  readonly file: { readonly id: string; readonly path: string; readonly bytes: number; readonly filename: string }
}

/** Server-sent events, each with its blank line. */
export interface EventsReply {
  readonly events: ReadonlyArray<string>
  readonly headers?: Readonly<Record<string, string>>
}

export type Reply = JsonReply | FileReply | EventsReply

/** A download that a fault cuts. */
export interface Cut {
  readonly bytes: number | undefined
  readonly fraction: number
  readonly announced: boolean
}

export const errorReply = (error: ApiError): JsonReply => ({ status: error.status, json: error.body, headers: error.headers })

export const sendJson = (response: ServerResponse, { headers, json, status }: JsonReply, garbled = false): void => {
  const text = JSON.stringify(json)
  const body = Buffer.from(garbled ? text.slice(0, Math.floor(text.length / 2)) : text)
  response.writeHead(status, { "content-type": "application/json", ...headers, "content-length": body.length })
  response.end(body)
}

/** A garbled stream ends in the middle of an event, as when the connection is lost. */
export const sendEvents = (response: ServerResponse, { events, headers }: EventsReply, garbled = false): void => {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", ...headers })
  const text = events.join("")
  if (!garbled) {
    response.end(text)
    return
  }
  response.write(text.slice(0, Math.floor(text.length / 2)))
  response.socket?.destroySoon()
}

interface Span {
  readonly start: number
  /** After the last byte. */
  readonly end: number
}

export const sendFile = async (
  request: IncomingMessage,
  response: ServerResponse,
  { file }: FileReply,
  cut: Cut | undefined,
  noise = false
): Promise<number> => {
  const etag = `"${file.id}"`
  const asked = rangeOf(request, etag, file.bytes)
  const span = asked ?? { start: 0, end: file.bytes }
  const whole = span.end - span.start
  const sent = cut === undefined ? whole : Math.min(whole, cut.bytes ?? Math.floor(whole * cut.fraction))
  const status = asked === undefined ? 200 : 206
  response.writeHead(status, {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename="${encodeURIComponent(file.filename)}"`,
    "accept-ranges": "bytes",
    etag,
    "content-length": cut === undefined || cut.announced ? whole : sent,
    ...(asked === undefined ? {} : { "content-range": `bytes ${span.start}-${span.end - 1}/${file.bytes}` })
  })
  const broken = cut?.announced === true && sent < whole
  if (noise) {
    response.end(Buffer.alloc(sent, "~"))
  } else if (sent > 0) {
    const source = createReadStream(file.path, { start: span.start, end: span.start + sent - 1, highWaterMark: 1 << 18 })
    await pipeline(source, response, { end: !broken })
  } else if (!broken) {
    response.end()
  } else {
    response.flushHeaders()
  }
  // What was written still goes out before the connection closes.
  if (broken) response.socket?.destroySoon()
  return status
}

/** The one range that a request asks for, if it asks well; If-Range with another ETag asks for the whole file. */
const rangeOf = (request: IncomingMessage, etag: string, size: number): Span | undefined => {
  const condition = request.headers["if-range"]
  if (condition !== undefined && condition !== etag) return undefined
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "")
  const [first, last] = [match?.[1] ?? "", match?.[2] ?? ""]
  if (first === "" && last === "") return undefined
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1)
  if (start >= size || end <= start) {
    throw new ApiError(416, "The requested range is not satisfiable.", null, null, "invalid_request_error", {
      "content-range": `bytes */${size}`
    })
  }
  return { start, end }
}

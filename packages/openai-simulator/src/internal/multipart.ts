/**
 * Reads a multipart/form-data body as a stream: the file goes to disk as it arrives, the fields are small and kept. Source: RFC 7578.
 */
import { once } from "node:events"
import { createWriteStream } from "node:fs"
import type { Readable, Writable } from "node:stream"
import { finished } from "node:stream/promises"
import { ApiError } from "./apiError.js"

export interface Upload {
  readonly fields: ReadonlyMap<string, string>
  readonly file: { readonly filename: string; readonly bytes: number } | undefined
}

const maxField = 64 * 1024
const maxHeaders = 16 * 1024

const malformed = (why: string) => new ApiError(400, `Could not parse multipart form: ${why}.`)

const boundaryOf = (contentType: string): string => {
  const match = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) throw malformed("the Content-Type names no boundary")
  return boundary
}

interface Part {
  readonly name: string
  readonly filename: string | undefined
}

/** The part `file` is written to `path`; a body with more than `maxBytes` of file is refused with 413. */
export const readMultipart = async (source: Readable, contentType: string, path: string, maxBytes: number): Promise<Upload> => {
  const fields = new Map<string, string>()
  let file: { filename: string; bytes: number } | undefined
  let part: Part | undefined
  let field: Array<Buffer> = []
  let fieldBytes = 0
  let sink: Writable | undefined

  const begin = (headers: string) => {
    part = partOf(headers)
    field = []
    fieldBytes = 0
    if (part.name === "file") {
      if (file !== undefined) throw malformed("there are two parts named file")
      file = { filename: part.filename ?? "", bytes: 0 }
      // A full disk shows where the stream is awaited.
      sink = createWriteStream(path).on("error", () => {})
    }
  }
  const take = async (bytes: Buffer) => {
    if (bytes.length === 0) return
    if (file !== undefined && sink !== undefined) {
      file.bytes += bytes.length
      if (file.bytes > maxBytes)
        throw new ApiError(413, `File is too large: the maximum is ${maxBytes} bytes.`, "file_too_large", "file")
      if (!sink.write(bytes)) await once(sink, "drain")
      return
    }
    fieldBytes += bytes.length
    if (fieldBytes > maxField) throw malformed("a field is too long")
    field.push(bytes)
  }
  const end = async () => {
    if (sink !== undefined) {
      sink.end()
      await finished(sink)
      sink = undefined
    } else if (part !== undefined) {
      fields.set(part.name, Buffer.concat(field).toString("utf8"))
    }
    part = undefined
  }

  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`)
  // The first delimiter has no line before it.
  let rest: Buffer = Buffer.from("\r\n")
  let state: "data" | "delimiter" | "headers" | "done" = "data"
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      const bytes: Buffer = chunk
      if (state === "done") continue
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      for (;;) {
        if (state === "data") {
          const at = rest.indexOf(delimiter)
          if (at === -1) {
            // The last bytes may be the beginning of a delimiter.
            const safe = Math.max(0, rest.length - delimiter.length + 1)
            if (part !== undefined) await take(rest.subarray(0, safe))
            rest = rest.subarray(safe)
            break
          }
          if (part !== undefined) {
            await take(rest.subarray(0, at))
            await end()
          }
          rest = rest.subarray(at + delimiter.length)
          state = "delimiter"
        }
        if (state === "delimiter") {
          if (rest.length < 2) break
          if (rest[0] === 0x2d && rest[1] === 0x2d) {
            state = "done"
            break
          }
          const line = rest.indexOf("\r\n")
          if (line === -1) break
          rest = rest.subarray(line)
          state = "headers"
        }
        const headers = rest.indexOf("\r\n\r\n")
        if (headers === -1) {
          if (rest.length > maxHeaders) throw malformed("the headers of a part are too long")
          break
        }
        begin(rest.subarray(2, headers).toString("utf8"))
        rest = rest.subarray(headers + 4)
        state = "data"
      }
    }
    if (state !== "done") throw malformed("it ends before its last boundary")
    return { fields, file }
  } finally {
    sink?.destroy()
  }
}

const partOf = (headers: string): Part => {
  const disposition = headers.split("\r\n").find((line) => /^content-disposition\s*:/i.test(line)) ?? ""
  const name = parameter(disposition, "name")
  if (name === undefined) throw malformed("a part has no name")
  return { name, filename: parameter(disposition, "filename") }
}

// Browsers and fetch escape quotes in names with percent signs.
const parameter = (header: string, name: string): string | undefined => {
  const value = new RegExp(`[;\\s]${name}="((?:[^"\\\\]|\\\\.)*)"`, "i").exec(header)?.[1]
  return value?.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n")
}

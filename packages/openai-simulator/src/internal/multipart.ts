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

/** The part `file` is written to `path`; a body with more than `maxBytes` of file is refused with 413. */
export const readMultipart = async (source: Readable, contentType: string, path: string, maxBytes: number): Promise<Upload> => {
  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`)
  const parts = makeParts(path, maxBytes)
  // The first delimiter has no line before it.
  let rest: Buffer = Buffer.from("\r\n")
  let state: State = "preamble"
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      if (state === "done") continue
      rest = Buffer.concat([rest, chunk])
      for (;;) {
        const step: Step | undefined = await next(state, rest, delimiter, parts)
        if (step === undefined) break
        state = step.state
        rest = rest.subarray(step.used)
        if (step.wait) break
      }
    }
    if (state !== "done") throw malformed("it ends before its last boundary")
    return parts.upload()
  } finally {
    parts.abandon()
  }
}

type State = "preamble" | "data" | "delimiter" | "headers" | "done"

interface Step {
  readonly state: State
  /** Bytes that are done with. */
  readonly used: number
  /** Nothing more can be done before the next chunk. */
  readonly wait?: boolean
}

/** Takes what it can from the bytes that have come; undefined if it needs more. */
const next = async (state: State, rest: Buffer, delimiter: Buffer, parts: Parts): Promise<Step | undefined> => {
  switch (state) {
    case "preamble":
    case "data": {
      const at = rest.indexOf(delimiter)
      // The last bytes may be the beginning of a delimiter.
      const end = at === -1 ? Math.max(0, rest.length - delimiter.length + 1) : at
      if (state === "data") await parts.take(rest.subarray(0, end))
      if (at === -1) return { state, used: end, wait: true }
      if (state === "data") await parts.end()
      return { state: "delimiter", used: at + delimiter.length }
    }
    case "delimiter": {
      if (rest.length < 2) return undefined
      if (rest.toString("latin1", 0, 2) === "--") return { state: "done", used: rest.length, wait: true }
      const line = rest.indexOf("\r\n")
      return line === -1 ? undefined : { state: "headers", used: line }
    }
    case "headers": {
      const end = rest.indexOf("\r\n\r\n")
      if (end === -1 && rest.length > maxHeaders) throw malformed("the headers of a part are too long")
      if (end === -1) return undefined
      parts.begin(rest.toString("utf8", 2, end))
      return { state: "data", used: end + 4 }
    }
    case "done":
      return undefined
  }
}

interface Parts {
  readonly begin: (headers: string) => void
  readonly take: (bytes: Buffer) => Promise<void>
  readonly end: () => Promise<void>
  readonly upload: () => Upload
  /** Closes a file that was not written to its end. */
  readonly abandon: () => void
}

const makeParts = (path: string, maxBytes: number): Parts => {
  const fields = new Map<string, string>()
  let file: { readonly filename: string; bytes: number } | undefined
  let sink: Writable | undefined
  let name = ""
  let field: Array<Buffer> = []
  let fieldBytes = 0
  return {
    begin: (headers) => {
      const disposition = headers.split("\r\n").find((line) => /^content-disposition\s*:/i.test(line)) ?? ""
      name = parameter(disposition, "name") ?? ""
      if (name === "") throw malformed("a part has no name")
      if (name !== "file") return
      if (file !== undefined) throw malformed("there are two parts named file")
      file = { filename: parameter(disposition, "filename") ?? "", bytes: 0 }
      // A full disk shows where the stream is awaited.
      sink = createWriteStream(path).on("error", () => {})
    },
    take: async (bytes) => {
      if (file !== undefined && sink !== undefined) {
        file.bytes += bytes.length
        if (file.bytes > maxBytes)
          throw new ApiError(413, `The file is too large: the maximum is ${maxBytes} bytes.`, null, "file")
        if (!sink.write(bytes)) await once(sink, "drain")
        return
      }
      fieldBytes += bytes.length
      if (fieldBytes > maxField) throw malformed("a field is too long")
      field.push(bytes)
    },
    end: async () => {
      if (sink === undefined) {
        fields.set(name, Buffer.concat(field).toString("utf8"))
        field = []
        fieldBytes = 0
        return
      }
      sink.end()
      await finished(sink)
      sink = undefined
    },
    upload: () => ({ fields, file }),
    abandon: () => {
      sink?.destroy()
    }
  }
}

// fetch and browsers write quotes and line breaks in names with percent signs.
const parameter = (header: string, name: string): string | undefined => {
  const value = new RegExp(`[;\\s]${name}="((?:[^"\\\\]|\\\\.)*)"`, "i").exec(header)?.[1]
  return value?.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n")
}

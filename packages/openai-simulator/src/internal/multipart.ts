/**
 * Reads an upload: the file goes to disk as it arrives, the fields are small and kept.
 */
import { createWriteStream } from "node:fs"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { MultipartError, parts } from "@batchlabel/multipart/Multipart"
import { ApiError } from "./apiError.js"

export interface Upload {
  readonly fields: ReadonlyMap<string, string>
  readonly file: { readonly filename: string; readonly bytes: number } | undefined
}

const maxField = 64 * 1024
/** What separators, headers and fields may take beside the file. */
const maxForm = 1024 * 1024

const malformed = (why: string) => new ApiError(400, `Could not parse multipart form: ${why}.`)

const tooLarge = (maxBytes: number) => new ApiError(413, `The file is too large: the maximum is ${maxBytes} bytes.`, null, "file")

async function* atMost(body: AsyncIterable<Uint8Array>, bytes: number, error: ApiError): AsyncGenerator<Uint8Array> {
  let taken = 0
  for await (const chunk of body) {
    taken += chunk.length
    if (taken > bytes) throw error
    yield chunk
  }
}

const writeFile = async (body: AsyncIterable<Uint8Array>, path: string): Promise<number> => {
  const sink = createWriteStream(path)
  await pipeline(Readable.from(body, { objectMode: false }), sink)
  return sink.bytesWritten
}

const readField = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Array<Uint8Array> = []
  for await (const chunk of atMost(body, maxField, malformed("a field is too long"))) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
}

/** The part `file` is written to `path`; a body with more than `maxBytes` of file is refused with 413. */
export const readMultipart = async (source: Readable, contentType: string, path: string, maxBytes: number): Promise<Upload> => {
  const fields = new Map<string, string>()
  let file: Upload["file"]
  try {
    for await (const { body, filename, name } of parts(source, contentType, maxBytes + maxForm)) {
      if (name !== "file") fields.set(name, await readField(body))
      else if (file !== undefined) throw malformed("there are two parts named file")
      else file = { filename: filename ?? "", bytes: await writeFile(atMost(body, maxBytes, tooLarge(maxBytes)), path) }
    }
    return { fields, file }
  } catch (error) {
    if (!(error instanceof MultipartError)) throw error
    throw error.reason === "too_large" ? tooLarge(maxBytes) : malformed(error.message)
  }
}

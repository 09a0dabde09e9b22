/**
 * `multipart/form-data` as a sequence of parts: a part's content is read as it arrives and never held as a whole.
 *
 * @since 0.1.0
 */
import type { Readable } from "node:stream"
import { Busboy } from "@fastify/busboy"

/**
 * A part of a form: its name, its file name if it has one, and its content as it arrives.
 *
 * @since 0.1.0
 * @category models
 */
export interface Part {
  readonly name: string
  /** As the client wrote it, in UTF-8, folders included; absent for a part that is no file. */
  readonly filename: string | undefined
  /** Bytes in order. What is left of it is skipped when the next part is asked for. */
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * The body is not a form (`malformed`), has more bytes than it may have (`too_large`), or its connection broke (`cut_short`).
 *
 * @since 0.1.0
 * @category errors
 */
export class MultipartError extends Error {
  readonly reason: "malformed" | "too_large" | "cut_short"

  constructor(reason: MultipartError["reason"], message: string) {
    super(message)
    this.name = "MultipartError"
    this.reason = reason
  }
}

/** Headers of a part, in bytes, beyond which they are cut off. */
const headerSize = 8 * 1_024
const headerPairs = 32

const openReader = (contentType: string): InstanceType<typeof Busboy> => {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      isPartAFile: () => true,
      preservePath: true,
      limits: { headerPairs, headerSize }
    })
  } catch {
    throw new MultipartError("malformed", "its Content-Type names no boundary")
  }
}

/** Browsers and `fetch` write quotes and line breaks in names with percent signs. Source: HTML, "multipart form data". */
const unescaped = (name: string): string => name.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n")

/**
 * The parts of a form in the order in which they were sent. The body may have `limit` bytes, separators and headers included. `source` is
 * neither destroyed nor read to its end when reading stops early, so that a server can still answer. Fails with `MultipartError`.
 * Parts without a name are skipped. Source: RFC 7578.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http"
 * import * as Multipart from "@batchlabel/multipart/Multipart"
 *
 * createServer(async (request, response) => {
 *   const type = request.headers["content-type"] ?? ""
 *   for await (const part of Multipart.parts(request, type, 1_000_000)) {
 *     for await (const bytes of part.body) console.log(part.name, bytes.length)
 *   }
 *   response.end()
 * })
 * ```
 *
 * @since 0.1.0
 * @category parsing
 */
export async function* parts(source: Readable, contentType: string, limit: number): AsyncGenerator<Part> {
  const reader = openReader(contentType)
  const arrived: Array<{ readonly part: Part; readonly file: Readable }> = []
  let current: Readable | undefined
  let failure: MultipartError | undefined
  let finished = false
  let taken = 0
  let wake = (): void => {}

  const fail = (reason: MultipartError["reason"], message: string): void => {
    failure ??= new MultipartError(reason, message)
    source.unpipe(reader)
    for (const { file } of arrived) file.destroy(failure)
    current?.destroy(failure)
    wake()
  }
  const count = (chunk: Uint8Array): void => {
    taken += chunk.length
    if (taken > limit) fail("too_large", "the form is too large")
  }
  const cutShort = (): void => {
    if (!source.readableEnded) fail("cut_short", "it was cut short")
  }
  async function* bodyOf(file: Readable): AsyncGenerator<Uint8Array> {
    try {
      yield* file.iterator({ destroyOnReturn: false })
    } catch (error) {
      throw failure ?? error
    }
  }

  reader
    .on("file", (name: string | undefined, file: Readable, filename: string | undefined) => {
      // An error without a listener would end the process; whoever reads the body gets it all the same.
      file.on("error", () => {})
      if (name === undefined) file.resume()
      else
        arrived.push({
          file,
          part: { name: unescaped(name), filename: filename === undefined ? undefined : unescaped(filename), body: bodyOf(file) }
        })
      wake()
    })
    .on("error", () => fail("malformed", "it ends before its last separator, or is not separated as its Content-Type says"))
    .on("finish", () => {
      finished = true
      wake()
    })
  source.on("data", count).on("error", cutShort).on("close", cutShort).pipe(reader)
  try {
    for (;;) {
      const next = arrived.shift()
      if (next !== undefined) {
        current = next.file
        yield next.part
        await drained(next.file)
        current = undefined
      } else if (failure !== undefined) throw failure
      else if (finished) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    source.off("data", count).off("error", cutShort).off("close", cutShort).unpipe(reader)
    reader.on("error", () => {}).destroy()
  }
}

/** Skips what is left of a part. */
const drained = (file: Readable): Promise<void> =>
  new Promise((resolve) => {
    if (file.readableEnded || file.destroyed) return resolve()
    file
      .on("end", resolve)
      .on("close", resolve)
      .on("error", () => resolve())
    file.resume()
  })

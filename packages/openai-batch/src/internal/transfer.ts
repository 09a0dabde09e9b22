import type { FileHandle } from "node:fs/promises"
import { DownloadCut, LocalFile, type Reason } from "../OpenAiBatchError.js"
import { readNumber } from "./lenient.js"

/** How far a download has come, over all attempts. */
export interface Progress {
  received: number
  /** Set where the server offers ranges: the next attempt may go on where this one stopped. `undefined`: start again. */
  resume: { readonly etag: string | undefined } | undefined
}

export interface TransferOptions {
  readonly file: FileHandle
  readonly path: string
  /** Size of the file by its own description; `undefined` where that does not say. */
  readonly bytes: number | undefined
  readonly idleMillis: number
  readonly onProgress: ((bytes: number) => void) | undefined
  readonly signal: AbortSignal
}

/** Headers that ask for the part that is not there yet, in the file's own bytes and not compressed ones. */
export const rangeHeaders = ({ received, resume }: Progress): Record<string, string> => ({
  "accept-encoding": "identity",
  ...(resume === undefined || received === 0
    ? {}
    : { range: `bytes=${received}-`, ...(resume.etag === undefined ? {} : { "if-range": resume.etag }) })
})

const contentRange = (headers: Headers): { readonly start: number; readonly size: number | undefined } | undefined => {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "")
  return match === null ? undefined : { start: Number(match[1]), size: readNumber(match[2]) }
}

const strongEtag = (headers: Headers): string | undefined => {
  const etag = headers.get("etag") ?? undefined
  return etag?.startsWith('"') === true ? etag : undefined
}

const isEncoded = (headers: Headers): boolean => (headers.get("content-encoding") ?? "identity") !== "identity"

const writeAll = async (file: FileHandle, chunk: Uint8Array, position: number): Promise<void> => {
  for (let offset = 0; offset < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, offset, chunk.length - offset, position + offset)
    offset += bytesWritten
  }
}

class Stalled extends Error {}

/** The next piece of a body, or an error once `millis` pass without one. */
const readWithin = async (reader: ReadableStreamDefaultReader<Uint8Array>, millis: number) => {
  let timer: NodeJS.Timeout | undefined
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Stalled(`no byte for ${millis} ms`)), Math.min(millis, 2 ** 31 - 1))
  })
  try {
    return await Promise.race([reader.read(), stalled])
  } finally {
    clearTimeout(timer)
  }
}

const paceWindows = 5
const leastPerWindow = 64 * 1024

/** Whether the bytes come so slowly that the file would take for ever: a server that drips is never idle. */
const paceOf = (idleMillis: number): ((bytes: number) => boolean) => {
  let began = performance.now()
  let within = 0
  return (bytes) => {
    within += bytes
    const now = performance.now()
    if (now - began < paceWindows * idleMillis) return false
    const isSlow = within < leastPerWindow
    began = now
    within = 0
    return isSlow
  }
}

/**
 * Writes the body of `response` to the file, after what is there if the response continues it and from the start otherwise. Gives a
 * reason where the file is not whole afterwards.
 */
export const transfer = async (response: Response, progress: Progress, options: TransferOptions): Promise<Reason | undefined> => {
  const { headers } = response
  const range = response.status === 206 ? contentRange(headers) : undefined
  const continues = range !== undefined && range.start === progress.received
  const local = (error: unknown) =>
    new LocalFile({ path: options.path, access: "write", detail: error instanceof Error ? error.message : String(error) })

  progress.resume =
    !isEncoded(headers) && (range !== undefined || headers.get("accept-ranges") === "bytes")
      ? { etag: strongEtag(headers) }
      : undefined
  if (!continues) {
    progress.received = 0
    try {
      await options.file.truncate(0)
    } catch (error) {
      return local(error)
    }
    if (response.status === 206) {
      await response.body?.cancel()
      return new DownloadCut({ received: 0, detail: "the server sent another part of the file than it was asked for" })
    }
  }

  const length = isEncoded(headers) ? undefined : readNumber(headers.get("content-length") ?? undefined)
  const announced = continues ? range.size : length
  const expected = options.bytes ?? announced
  const cut = (detail: string) =>
    new DownloadCut({ received: progress.received, detail, ...(expected === undefined ? {} : { expected }) })

  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader()
  const stop = (): void => {
    // A body that is broken already says so again; that is known.
    reader?.cancel().catch(() => {})
  }
  options.signal.addEventListener("abort", stop, { once: true })
  const isTooSlow = paceOf(options.idleMillis)
  while (reader !== undefined) {
    let piece: Awaited<ReturnType<typeof readWithin>>
    try {
      piece = await readWithin(reader, options.idleMillis)
    } catch (error) {
      stop()
      return cut(error instanceof Error ? error.message : String(error))
    }
    if (piece.done) break
    try {
      await writeAll(options.file, piece.value, progress.received)
    } catch (error) {
      stop()
      return local(error)
    }
    progress.received += piece.value.length
    if (isTooSlow(piece.value.length) && progress.received !== expected) {
      stop()
      return cut("the server sends the file drop by drop")
    }
    options.onProgress?.(progress.received)
  }

  const sizes = [options.bytes, announced].filter((size) => size !== undefined)
  if (sizes.some((size) => size !== progress.received)) {
    progress.resume = undefined
    return cut("the download has another size than it should")
  }
  return undefined
}

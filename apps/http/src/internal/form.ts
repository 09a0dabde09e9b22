/**
 * `multipart/form-data`, read piece by piece: a part's content is never held as a whole, and the next part comes when the one before has
 * been read. File names are UTF-8, as browsers write them. Source: RFC 7578 and RFC 2046, section 5.1.
 */
import { Buffer } from "node:buffer"

export interface Part {
  readonly name: string
  /** As the client wrote it; absent for a part that is no file. */
  readonly filename: string | undefined
  /** Ends before the next part is asked for. */
  readonly body: AsyncIterable<Buffer>
}

/** What is sent is no such form, or more than may be sent. */
export class FormError extends Error {
  constructor(
    readonly reason: "malformed" | "too_large",
    message: string
  ) {
    super(message)
  }
}

const longestPreamble = 1_024
const longestHeaders = 8 * 1_024

const malformed = (detail: string): FormError => new FormError("malformed", detail)

export const boundaryOf = (contentType: string): string | undefined => {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s";]{1,70}))/i.exec(contentType) ?? []
  return quoted ?? plain
}

/** The bytes of a source, of which only so many as are looked at are held. */
class Window {
  held: Buffer = Buffer.alloc(0)
  private taken = 0

  constructor(
    private readonly source: AsyncIterator<Buffer>,
    private readonly limit: number
  ) {}

  /** Whether there was more to hold. */
  async more(): Promise<boolean> {
    const next = await this.source.next()
    if (next.done === true) return false
    this.taken += next.value.length
    if (this.taken > this.limit) throw new FormError("too_large", "the form is too large")
    this.held = this.held.length === 0 ? next.value : Buffer.concat([this.held, next.value])
    return true
  }

  drop(bytes: number): Buffer {
    const dropped = this.held.subarray(0, bytes)
    this.held = this.held.subarray(bytes)
    return dropped
  }

  /** What comes before a mark that has to come within `most` bytes; it and the mark are dropped. */
  async until(mark: Buffer, most: number, missing: string): Promise<Buffer> {
    for (;;) {
      const at = this.held.indexOf(mark)
      if (at !== -1 && at <= most) return this.drop(at + mark.length).subarray(0, at)
      if (this.held.length > most + mark.length || !(await this.more())) throw malformed(missing)
    }
  }

  async atLeast(bytes: number): Promise<boolean> {
    while (this.held.length < bytes) if (!(await this.more())) return false
    return true
  }
}

const headerEnd = Buffer.from("\r\n\r\n")

/** A parameter of a header, quoted or plain. Curl escapes quotes with backslashes, browsers write `%22`. */
const parameter = (header: string, name: string): string | undefined => {
  const [, quoted, plain] = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s";]+))`, "i").exec(header) ?? []
  return quoted?.replace(/\\(["\\])/g, "$1").replace(/%22/g, '"') ?? plain
}

const dispositionOf = (headers: string): { readonly name: string; readonly filename: string | undefined } => {
  const header = headers.split("\r\n").find((line) => /^content-disposition\s*:\s*form-data\s*(;|$)/i.test(line))
  const name = header === undefined ? undefined : parameter(header, "name")
  if (header === undefined || name === undefined) throw malformed("a part has no name")
  return { name, filename: parameter(header, "filename") }
}

async function* bodyOf(window: Window, delimiter: Buffer): AsyncGenerator<Buffer> {
  for (;;) {
    const at = window.held.indexOf(delimiter)
    if (at !== -1) {
      const rest = window.drop(at + delimiter.length).subarray(0, at)
      if (rest.length > 0) yield rest
      return
    }
    // The end of what is held may be the beginning of a delimiter.
    const sure = window.held.length - delimiter.length + 1
    if (sure > 0) yield window.drop(sure)
    if (!(await window.more())) throw malformed("it ends in the middle of a part")
  }
}

/** The parts of a form, of which `limit` bytes may come in all. */
export async function* parts(source: AsyncIterable<Buffer>, boundary: string, limit: number): AsyncGenerator<Part> {
  const window = new Window(source[Symbol.asyncIterator](), limit)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // The first delimiter may come without a line before it.
  window.held = Buffer.from("\r\n")
  await window.until(delimiter, longestPreamble, "its parts are not separated as its Content-Type says")
  for (;;) {
    if (!(await window.atLeast(2))) throw malformed("it ends without a last separator")
    const mark = window.drop(2).toString("latin1")
    if (mark === "--") break
    if (mark !== "\r\n") throw malformed("a separator does not end its line")
    // So that a part without headers ends its headers as well.
    window.held = Buffer.concat([Buffer.from("\r\n"), window.held])
    const headers = await window.until(headerEnd, longestHeaders, "the headers of a part are too long, or cut")
    const { filename, name } = dispositionOf(headers.toString("utf8"))
    const body = bodyOf(window, delimiter)
    yield { name, filename, body }
    for await (const _ of body);
  }
  // What comes after the last separator means nothing; it is read, so that the connection can go on.
  let rest = window.held.length
  while (await window.more()) {
    rest += window.drop(window.held.length).length
    if (rest > longestPreamble) throw malformed("it goes on after its last separator")
  }
}

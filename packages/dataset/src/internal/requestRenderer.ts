import { hash } from "node:crypto"
import * as ByteString from "@batchlabel/core/ByteString"
import type * as Prompt from "@batchlabel/core/Prompt"
import type * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as RequestLine from "@batchlabel/openai-batch/RequestLine"
import type { LineBuffer } from "./lineBuffer.js"

/** A row as a request. */
export interface Rendered {
  readonly digest: string
  /** Why there is no request to send. */
  readonly failure: string | undefined
  /** What of the line is this row's own, as a byte string: with a plain prompt its user message, else its body. */
  readonly own: string
  readonly user: string
}

/** Rows to requests, and requests to lines in bytes. */
export interface RequestRenderer {
  readonly render: (batch: CsvReader.RowBatch, index: number) => Rendered
  /** The user message, as text. */
  readonly userText: (rendered: Rendered) => string
  /** Bytes of the line, its line end included. */
  readonly size: (customId: string, rendered: Rendered) => number
  readonly write: (into: LineBuffer, customId: string, rendered: Rendered) => void
}

const digestLength = 24
const mostScratch = 1024 * 1024

/** Reads cells as byte strings and hashes them in place: nothing is decoded, nothing encoded. */
const plainRender = (plain: Prompt.PlainPrompt, otherwise: RequestRenderer["render"]): RequestRenderer["render"] => {
  const { columns, seed } = plain
  const scratch = Buffer.allocUnsafeSlow(mostScratch)
  scratch.set(seed)
  const digestOf = (own: string): string => {
    const length = seed.length + own.length
    const bytes = length > mostScratch ? Buffer.concat([seed, Buffer.from(own, "latin1")]) : scratch
    if (bytes === scratch) scratch.write(own, seed.length, "latin1")
    return hash("sha256", bytes.subarray(0, length)).slice(0, digestLength)
  }
  const cells: Array<string> = []
  return (batch, index) => {
    for (const column of columns) cells[column] = batch.cellBytes(index, column)
    if (plain.isTooLong(cells)) return otherwise(batch, index)
    const own = plain.json(cells)
    return { digest: digestOf(own), failure: undefined, own, user: plain.user(cells) }
  }
}

const textRender =
  (prompt: Prompt.Prompt): RequestRenderer["render"] =>
  (batch, index) => {
    const { body, digest, failure, user } = prompt.render(batch.row(index))
    return { digest, failure, own: ByteString.fromText(body), user }
  }

export const requestRenderer = (prompt: Prompt.Prompt, url: string): RequestRenderer => {
  const { plain } = prompt
  // A line around its id and its body.
  const frame = RequestLine.encode({ customId: "", url, body: "{}" })
  const idAt = frame.indexOf('""') + 1
  const opening = frame.slice(0, idAt)
  const middle = Buffer.concat([Buffer.from(frame.slice(idAt, -"{}}".length)), plain?.before ?? Buffer.alloc(0)])
  const closing = Buffer.concat([plain?.after ?? Buffer.alloc(0), Buffer.from(`${frame.slice(-1)}\n`)])
  const size: RequestRenderer["size"] = (customId, { own }) =>
    opening.length + customId.length + middle.length + own.length + closing.length
  return {
    render: plain === undefined ? textRender(prompt) : plainRender(plain, textRender(prompt)),
    userText: plain === undefined ? ({ user }) => user : ({ user }) => ByteString.toText(user),
    size,
    write: (into, customId, rendered) => {
      into.addString(opening + customId)
      into.add(middle)
      into.addString(rendered.own)
      into.add(closing)
    }
  }
}

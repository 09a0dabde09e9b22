import * as ByteString from "../ByteString.js"
import type { PlainPrompt } from "../Prompt.js"
import { isWellFormed, quoteBytes } from "./json.js"
import { mostBytes } from "./template/engine.js"
import { joinSegments, lengthOf, type Segment } from "./template/segments.js"

const mapped = (segment: Segment, change: (text: string) => string): Segment =>
  typeof segment === "string" ? change(segment) : { index: segment.index, fallback: change(segment.fallback) }

/** Half a surrogate pair at the edge of a constant might find its other half in the next one. */
const isWhole = (segment: Segment): boolean => isWellFormed(typeof segment === "string" ? segment : segment.fallback)

/** The requests of a template that consists of these segments, as byte strings. */
export const plainPrompt = (
  segments: ReadonlyArray<Segment> | undefined,
  { after, before, seed }: { readonly before: string; readonly after: string; readonly seed: string }
): PlainPrompt | undefined => {
  if (segments === undefined || !segments.every(isWhole)) return undefined
  const bytes = segments.map((segment) => mapped(segment, ByteString.fromText))
  const length = lengthOf(bytes, (text) => text.length)
  const quoted = bytes.map((segment) => mapped(segment, quoteBytes))
  return {
    columns: [...new Set(bytes.flatMap((segment) => (typeof segment === "string" ? [] : [segment.index])))],
    before: Buffer.from(before, "utf8"),
    after: Buffer.from(after, "utf8"),
    seed: Buffer.from(seed, "utf8"),
    json: (cells) => {
      let json = '"'
      for (const segment of quoted) {
        if (typeof segment === "string") json += segment
        else {
          const cell = cells[segment.index]
          json += cell === undefined || cell === "" ? segment.fallback : quoteBytes(cell)
        }
      }
      return `${json}"`
    },
    user: joinSegments(bytes),
    isTooLong: (cells) => length(cells) > mostBytes()
  }
}

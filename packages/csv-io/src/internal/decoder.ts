import { Buffer, isAscii } from "node:buffer"
import type { Encoding } from "../CsvReader.js"
import { decodeCp949 } from "./cp949.js"
import { type Decoding, decodeUtf8, decodeUtf16 } from "./decoding.js"

/** A byte that does not fit the encoding; `offset` counts from the start of the file. */
export interface InvalidByte {
  readonly encoding: Encoding
  readonly offset: number
  readonly byte: number
}

/** `text` is UTF-8 and may share memory with the chunk that was pushed. */
export interface Decoded {
  readonly text: Uint8Array
  readonly invalid: InvalidByte | undefined
}

/**
 * How many bytes from the first non-ASCII one on decide between UTF-8 and CP949. It depends on the file alone, never on the sizes of
 * the chunks, so that a file is read alike every time.
 */
const EVIDENCE_BYTES = 64 * 1024

const EMPTY = Buffer.alloc(0)

const decodings: Readonly<Record<Encoding, (bytes: Uint8Array, final: boolean) => Decoding>> = {
  "utf-8": decodeUtf8,
  "utf-16le": decodeUtf16(true),
  "utf-16be": decodeUtf16(false),
  cp949: decodeCp949
}

/** The encoding by the first four bytes: a byte order mark, or ASCII text with every other byte zero. */
const byMark = (head: Uint8Array): { readonly encoding: Encoding; readonly markBytes: number } | undefined => {
  const [a, b, c, d] = head
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: "utf-8", markBytes: 3 }
  if (a === 0xff && b === 0xfe) return { encoding: "utf-16le", markBytes: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: "utf-16be", markBytes: 2 }
  if (head.length < 4) return undefined
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return { encoding: "utf-16le", markBytes: 0 }
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return { encoding: "utf-16be", markBytes: 0 }
  return undefined
}

/** UTF-8 if it is; else CP949 if it is; else the one that goes further before a byte does not fit. */
const byEvidence = (bytes: Uint8Array, final: boolean): Encoding => {
  const utf8 = decodeUtf8(bytes, final)
  if (!utf8.invalid) return "utf-8"
  const cp949 = decodeCp949(bytes, final)
  return !cp949.invalid || cp949.used > utf8.used ? "cp949" : "utf-8"
}

const asciiLength = (bytes: Uint8Array): number => {
  if (isAscii(bytes)) return bytes.length
  const first = bytes.findIndex((byte) => byte >= 0x80)
  return first === -1 ? bytes.length : first
}

/** Takes the chunks of a file as they come; `final` with the last one, which may be empty. */
export interface TextSource {
  readonly push: (chunk: Uint8Array, final: boolean) => Decoded
}

/** Passes bytes on as they are, without their byte order mark. */
export const undecoded = (markBytes: number): TextSource => {
  let skip = markBytes
  return {
    push: (chunk) => {
      const text = chunk.subarray(skip)
      skip -= chunk.length - text.length
      return { text, invalid: undefined }
    }
  }
}

/**
 * Turns the bytes of a file, in chunks of any sizes, into UTF-8, and finds out their encoding where it is not given. A byte order mark
 * is believed before everything else, and is not part of the text. While all bytes are ASCII, the question stays open.
 */
export class Decoder implements TextSource {
  /** UTF-8 as long as nothing else is known. */
  encoding: Encoding
  /** Bytes of the byte order mark: 0, 2 or 3. */
  markBytes = 0
  /** Whether the encoding is certain by now. */
  decided: boolean
  private started = false
  private held: Uint8Array = EMPTY
  /** Offset in the file of the first byte that is not decoded yet. */
  private offset = 0

  constructor(encoding: Encoding | "auto") {
    this.encoding = encoding === "auto" ? "utf-8" : encoding
    this.decided = encoding !== "auto"
  }

  push(chunk: Uint8Array, final: boolean): Decoded {
    let bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk])
    this.held = EMPTY
    if (!this.started) {
      if (bytes.length < 4 && !final) return this.hold(EMPTY, bytes)
      bytes = this.start(bytes)
    }
    let ascii: Uint8Array = EMPTY
    if (!this.decided) {
      ascii = bytes.subarray(0, asciiLength(bytes))
      this.offset += ascii.length
      bytes = bytes.subarray(ascii.length)
      if (bytes.length === 0) return { text: ascii, invalid: undefined }
      if (bytes.length < EVIDENCE_BYTES && !final) return this.hold(ascii, bytes)
      this.encoding = byEvidence(bytes, final)
      this.decided = true
    }
    const { invalid, text, used } = decodings[this.encoding](bytes, final)
    this.offset += used
    const whole = ascii.length === 0 ? text : Buffer.concat([ascii, text])
    const byte = bytes[used]
    if (invalid && byte !== undefined) return { text: whole, invalid: { encoding: this.encoding, offset: this.offset, byte } }
    return this.hold(whole, bytes.subarray(used))
  }

  /** Keeps a copy of bytes for the next push: the chunk they stand in may be filled again. */
  private hold(text: Uint8Array, rest: Uint8Array): Decoded {
    if (rest.length > 0) this.held = Uint8Array.from(rest)
    return { text, invalid: undefined }
  }

  private start(bytes: Uint8Array): Uint8Array {
    this.started = true
    const found = byMark(bytes)
    if (found === undefined || (found.markBytes === 0 && this.decided)) return bytes
    this.encoding = found.encoding
    this.markBytes = found.markBytes
    this.decided = true
    this.offset = found.markBytes
    return bytes.subarray(found.markBytes)
  }
}

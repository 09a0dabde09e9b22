import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * A field that may be missing, null, empty or of another type without costing the object it stands in: whatever `read` does not
 * understand is `undefined`.
 */
const field = <A>(read: (value: unknown) => A | undefined) =>
  Schema.optionalToRequired(
    Schema.Unknown,
    Schema.declare((_: unknown): _ is A | undefined => true),
    {
      decode: Option.match({ onNone: () => undefined, onSome: read }),
      encode: (value) => (value === undefined ? Option.none() : Option.some<unknown>(value))
    }
  )

/** A text that says something; `""`, which some servers send for "none", does not. Numbers are taken as written. */
export const readText = (value: unknown): string | undefined => {
  if (typeof value === "number" && Number.isFinite(value)) return String(value)
  return typeof value === "string" && value !== "" ? value : undefined
}

/** A finite number, also where it comes as a string. */
export const readNumber = (value: unknown): number | undefined => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value
  return typeof number === "number" && Number.isFinite(number) ? number : undefined
}

const SECONDS_UNTIL_5138 = 100_000_000_000

/** A moment in unix milliseconds. The API gives unix seconds, others milliseconds or ISO 8601. */
export const readInstant = (value: unknown): number | undefined => {
  const number = readNumber(value)
  if (number === undefined) {
    const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN
    return Number.isNaN(parsed) ? undefined : parsed
  }
  if (number <= 0) return undefined
  return number < SECONDS_UNTIL_5138 ? number * 1000 : number
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const readRecord = (value: unknown) => (isRecord(value) ? value : undefined)

const readTexts = (value: unknown): Readonly<Record<string, string>> => {
  const texts: Array<[string, string]> = []
  for (const [key, entry] of Object.entries(readRecord(value) ?? {})) {
    if (typeof entry === "string") texts.push([key, entry])
    else if (typeof entry === "number" || typeof entry === "boolean") texts.push([key, String(entry)])
  }
  return Object.fromEntries(texts)
}

export const text = field(readText)
export const number = field(readNumber)
export const instant = field(readInstant)
export const record = field(readRecord)
export const texts = field(readTexts)

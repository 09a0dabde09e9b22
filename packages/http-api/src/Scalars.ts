/**
 * The scalars of the wire: times, money, identifiers.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A moment: RFC 3339 text on the wire (`2026-11-24T10:30:00.000Z`), unix milliseconds in programs.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Timestamp: Schema.Schema<number, string> = Schema.transform(
  Schema.String.pipe(
    Schema.filter((text) => !Number.isNaN(Date.parse(text)), {
      identifier: "Timestamp",
      description: "A moment as RFC 3339 text.",
      jsonSchema: { format: "date-time" }
    })
  ),
  Schema.Number,
  { strict: true, decode: (text) => Date.parse(text), encode: (at) => new Date(at).toISOString() }
)

const decimals = 12

const amount = /^(-?)(\d{1,15})(?:\.(\d{1,12}))?$/

const toPico = (text: string): bigint => {
  const [, sign = "", whole = "0", rest = ""] = amount.exec(text) ?? []
  const pico = BigInt(whole + rest.padEnd(decimals, "0"))
  return sign === "-" ? -pico : pico
}

const fromPico = (pico: bigint): string => {
  const digits = (pico < 0n ? -pico : pico).toString().padStart(decimals + 1, "0")
  const rest = digits.slice(-decimals).replace(/0+$/, "").padEnd(2, "0")
  return `${pico < 0n ? "-" : ""}${digits.slice(0, -decimals)}.${rest}`
}

/**
 * US dollars: decimal text on the wire (`"0.0162"`, at least cents), whole pico-dollars (10⁻¹² $) in programs, so that sums are exact.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Dollars: Schema.Schema<bigint, string> = Schema.transform(
  Schema.String.pipe(
    Schema.pattern(amount, {
      identifier: "Dollars",
      description: "US dollars as decimal text, exact to twelve decimals."
    })
  ),
  Schema.BigIntFromSelf,
  { strict: true, decode: toPico, encode: fromPico }
)

/**
 * @since 0.1.0
 * @category schemas
 */
export const JobId = Schema.String.pipe(Schema.pattern(/^job_[0-9A-Za-z]{20,32}$/)).annotations({
  identifier: "JobId",
  description: "The id of a job: `job_` and characters that sort by time."
})

/**
 * @since 0.1.0
 * @category schemas
 */
export const UploadId = Schema.String.pipe(Schema.pattern(/^upl_[0-9a-z]{16,32}$/)).annotations({
  identifier: "UploadId",
  description: "The id of an uploaded file."
})

/**
 * A whole number of 0 or more in the text of an address: digits and nothing else.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WholeNumber: Schema.Schema<number, string> = Schema.compose(
  Schema.String.pipe(Schema.pattern(/^\d{1,15}$/, { description: "A whole number." })),
  Schema.NumberFromString
)

/** Controls, line breaks, halves of characters, and what turns the direction of a text around. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u

/**
 * A text of one line that a person or another service is going to read: not empty, at most `max` characters, all of them printable.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Line = (max: number) =>
  Schema.NonEmptyString.pipe(
    Schema.maxLength(max),
    Schema.filter((text) => !unprintable.test(text) || "it holds a control character or a line break")
  )

/**
 * The name of a column, which may have line breaks in it, as a quoted header may.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ColumnName = Schema.String.pipe(
  Schema.maxLength(1_000),
  Schema.filter((text) => !unprintable.test(text.replace(/[\r\n\t]/g, " ")) || "it holds a control character")
)

/**
 * What separates the cells of a file: one printable character or a tab, and no quote.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Delimiter = Schema.String.pipe(
  Schema.length(1),
  Schema.filter((text) => text === "\t" || (text !== '"' && !unprintable.test(text)) || "it cannot separate cells")
)

/**
 * A limit of a page: a whole number from 1 to `max`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PageSize = (max: number): Schema.Schema<number, string> => WholeNumber.pipe(Schema.between(1, max))

/**
 * A yes or no in the text of an address: `true` or `false`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const YesNo: Schema.Schema<boolean, "true" | "false"> = Schema.transform(Schema.Literal("true", "false"), Schema.Boolean, {
  strict: true,
  decode: (text) => text === "true",
  encode: (yes) => (yes ? "true" : "false")
})

/**
 * A field that may be absent, and is never `null` or `undefined` on the wire.
 *
 * @since 0.1.0
 * @category schemas
 */
export const optional = <A, I, R>(schema: Schema.Schema<A, I, R>) => Schema.optionalWith(schema, { exact: true })

/**
 * The `custom_id` of a request line: which row asked first, and what was asked. A result can be brought home with nothing but the
 * input file.
 *
 * @example
 * ```ts
 * import * as CustomId from "@batchlabel/core/CustomId"
 *
 * const id = CustomId.make(41, "0123456789abcdef01234567")
 * console.log(id, CustomId.parse(id)?.row) // r15-0123456789abcdef01234567 41
 * ```
 *
 * @since 0.1.0
 */

/**
 * What a custom_id says: the row, 0-based, that carried the request first, and the request's digest in hex.
 *
 * @since 0.1.0
 * @category models
 */
export interface CustomId {
  /** 0-based index among the data rows of the input. */
  readonly row: number
  /** 24 lower-case hex digits. */
  readonly digest: string
}

const pattern = /^r(0|[1-9a-z][0-9a-z]*)-([0-9a-f]{24})$/

/**
 * `r<row in base 36>-<digest>`: at most 37 ASCII characters. `row` is 0-based, `digest` is a request's digest (24 hex digits).
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (row: number, digest: string): string => `r${row.toString(36)}-${digest}`

/**
 * Undefined for every text that `make` cannot have made.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parse = (text: string): CustomId | undefined => {
  const match = pattern.exec(text)
  const [, base36, digest] = match ?? []
  if (base36 === undefined || digest === undefined) return undefined
  const row = Number.parseInt(base36, 36)
  return Number.isSafeInteger(row) ? { row, digest } : undefined
}

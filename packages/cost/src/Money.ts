/**
 * Amounts of money in US dollars, held as whole pico-dollars (10⁻¹² $) so that sums are exact: every price per million tokens with at
 * most six decimals is a whole number of pico-dollars per token.
 *
 * @since 0.1.0
 */
import * as Brand from "effect/Brand"
import * as Schema from "effect/Schema"

const PICO = 1_000_000_000_000n
const DECIMALS = 12

/**
 * Whole pico-dollars. Compare with `<`, `>` and `===`; add with `plus` and `sum`.
 *
 * @since 0.1.0
 * @category models
 */
export type Money = bigint & Brand.Brand<"@batchlabel/cost/Money">

/**
 * Brands a count of pico-dollars.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromPico = Brand.nominal<Money>()

/**
 * @since 0.1.0
 * @category constructors
 */
export const zero: Money = fromPico(0n)

const pattern = /^(-?)\$?(\d{1,15})(?:\.(\d{1,12}))?$/

/**
 * Reads a decimal amount such as `5`, `0.0162` or `$1.50`. `undefined` for anything else: no exponents, at most twelve decimals.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parse = (text: string): Money | undefined => {
  const match = pattern.exec(text.trim())
  if (match === null) return undefined
  const [, sign = "", whole = "0", decimals = ""] = match
  const pico = BigInt(whole) * PICO + BigInt(decimals.padEnd(DECIMALS, "0"))
  return fromPico(sign === "-" ? -pico : pico)
}

/**
 * The amount nearest to a finite number of dollars. Meant for amounts people type (`5`, `0.25`); prices go through `PriceBook`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromDollars = (dollars: number): Money => {
  if (!Number.isFinite(dollars)) throw new RangeError(`not an amount of money: ${dollars}`)
  const whole = Math.trunc(dollars)
  return fromPico(BigInt(whole) * PICO + BigInt(Math.round((dollars - whole) * 1e12)))
}

/**
 * @since 0.1.0
 * @category arithmetic
 */
export const plus = (a: Money, b: Money): Money => fromPico(a + b)

/**
 * @since 0.1.0
 * @category arithmetic
 */
export const minus = (a: Money, b: Money): Money => fromPico(a - b)

/**
 * @since 0.1.0
 * @category arithmetic
 */
export const sum = (amounts: Iterable<Money>): Money => {
  let total = 0n
  for (const amount of amounts) total += amount
  return fromPico(total)
}

/**
 * @since 0.1.0
 * @category arithmetic
 */
export const max = (a: Money, b: Money): Money => {
  // Math.max knows no bigint.
  if (a > b) return a
  return b
}

/**
 * Rounds half away from zero to `decimals` places of a dollar (0 to 12).
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const round = (money: Money, decimals: number): Money => {
  const unit = 10n ** BigInt(DECIMALS - decimals)
  const size: bigint = money < 0n ? -money : money
  const rounded = ((size + unit / 2n) / unit) * unit
  return fromPico(money < 0n ? -rounded : rounded)
}

const fixed = (money: Money, decimals: number): string => {
  const rounded = round(money, decimals)
  const digits = (rounded < 0n ? -rounded : rounded).toString().padStart(DECIMALS + 1, "0")
  const whole = digits.slice(0, -DECIMALS)
  const rest = digits.slice(-DECIMALS).slice(0, decimals)
  return `${rounded < 0n ? "-" : ""}$${whole}${decimals === 0 ? "" : `.${rest}`}`
}

/**
 * Every digit that matters, and at least cents: `$0.0162`, `$5.00`.
 *
 * @since 0.1.0
 * @category formatting
 */
export const formatExact = (money: Money): string => {
  const text = fixed(money, DECIMALS)
  const trimmed = text.replace(/0+$/, "")
  const point = text.indexOf(".")
  return trimmed.length < point + 3 ? text.slice(0, point + 3) : trimmed
}

// How the guide rounds: two significant digits, never beyond four decimals, never less than cents.
const guideDecimals = (money: Money): number => {
  const size: bigint = money < 0n ? -money : money
  if (size >= PICO / 10n || size === 0n) return 2
  return size >= PICO / 100n ? 3 : 4
}

/**
 * The way the guide shows an amount: two significant digits, at most four decimals, at least cents: `$0.016`, `$0.0005`, `$12.34`.
 * An amount too small to show is `<$0.0001`.
 *
 * @since 0.1.0
 * @category formatting
 */
export const format = (money: Money): string =>
  money > 0n && money < PICO / 20_000n ? "<$0.0001" : fixed(money, guideDecimals(money))

/**
 * Whole cents: `$0.02`.
 *
 * @since 0.1.0
 * @category formatting
 */
export const formatCents = (money: Money): string => fixed(money, 2)

/**
 * The guide's line of arithmetic, `$0.016 + $0.0005 = $0.0165 ≈ $0.02`. As there, the sum is that of the rounded terms: show
 * `formatExact` of the true sum where exactness matters.
 *
 * @since 0.1.0
 * @category formatting
 */
export const formatSum = (input: Money, output: Money): string => {
  const a = round(input, guideDecimals(input))
  const b = round(output, guideDecimals(output))
  const total = plus(a, b)
  return `${format(input)} + ${format(output)} = ${formatExact(total)} ≈ ${formatCents(total)}`
}

/**
 * Money as a decimal string of dollars (`"0.0162"`), which is how it is stored and sent as JSON.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Dollars: Schema.Schema<Money, string> = Schema.transform(
  Schema.String.pipe(Schema.filter((text) => parse(text) !== undefined || `not an amount of dollars: ${text}`)),
  Schema.BigIntFromSelf.pipe(Schema.fromBrand(fromPico)),
  {
    strict: true,
    decode: (text) => parse(text) ?? zero,
    encode: (money) => formatExact(fromPico(money)).replace("$", "")
  }
)

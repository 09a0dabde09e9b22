/** Dollars are decimal text on the wire and stay exact here: whole pico-dollars, never floating-point numbers. */

const decimals = 12

const shape = /^(-?)(\d+)(?:\.(\d{1,12}))?$/

export const toPico = (text: string): bigint => {
  const [, sign = "", whole = "0", rest = ""] = shape.exec(text) ?? []
  const pico = BigInt(whole + rest.padEnd(decimals, "0"))
  return sign === "-" ? -pico : pico
}

const unit = 10n ** BigInt(decimals)

/** How many decimals an amount is shown with: cents from a dollar on, three significant digits below. */
const placesOf = (pico: bigint): number => {
  if (pico === 0n || pico >= unit) return 2
  const leadingZeros = decimals - pico.toString().length
  return Math.min(decimals, Math.max(2, leadingZeros + 3))
}

const rounded = (pico: bigint, places: number): string => {
  const step = 10n ** BigInt(decimals - places)
  const steps = (pico + step / 2n) / step
  const digits = steps.toString().padStart(places + 1, "0")
  const whole = digits.slice(0, -places).replace(/\B(?=(\d{3})+$)/g, ",")
  return `${whole}.${digits.slice(-places).replace(/(\d{2})0+$/, "$1")}`
}

/** `"0.016500"` → `$0.0165`, `"1234.5"` → `$1,234.50`. */
export const dollars = (text: string): string => {
  const pico = toPico(text)
  const positive = pico < 0n ? -pico : pico
  return `${pico < 0n ? "−" : ""}$${rounded(positive, placesOf(positive))}`
}

const decimal = (pico: bigint): string => `${pico / unit}.${(pico % unit).toString().padStart(decimals, "0")}`

/** Of two amounts that are not below nothing. */
export const sum = (one: string, other: string): string => decimal(toPico(one) + toPico(other))

export const isZero = (text: string): boolean => toPico(text) === 0n

/** An amount that a person may type as a spending cap: above nothing, to a ten-thousandth of a dollar. */
export const isCap = (text: string): boolean => /^\d{1,9}(\.\d{1,4})?$/.test(text) && toPico(text) > 0n

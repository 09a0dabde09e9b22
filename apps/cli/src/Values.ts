/** The texts of flag values, read: counts, sizes, times, shares. `undefined` for what cannot be understood. */
import * as Duration from "effect/Duration"

const units: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, b: 1e9, g: 1e9 }

/** `500`, `50_000`, `50,000`, `2M`: a whole number of 1 or more. */
export const count = (text: string): number | undefined => {
  const match = /^(\d[\d_,]*(?:\.\d+)?)([kmbg]?)$/i.exec(text.trim())
  const [, digits = "", unit = ""] = match ?? []
  const value = Number(digits.replaceAll(/[_,]/g, "")) * (units[unit.toLowerCase()] ?? 1)
  return match !== null && Number.isSafeInteger(value) && value >= 1 ? value : undefined
}

const byteUnits: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 1024,
  m: 1e6,
  mb: 1e6,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gib: 1024 ** 3
}

/** `190000000`, `100MB`, `64MiB`. */
export const bytes = (text: string): number | undefined => {
  const match = /^(\d[\d_,]*(?:\.\d+)?)\s*([kmg]?i?b?)$/i.exec(text.trim())
  const unit = byteUnits[(match?.[2] ?? "").toLowerCase()]
  if (match === null || unit === undefined) return undefined
  const value = Math.floor(Number((match[1] ?? "").replaceAll(/[_,]/g, "")) * unit)
  return Number.isSafeInteger(value) && value >= 1 ? value : undefined
}

const spans: Readonly<Record<string, number>> = { ms: 1, "": 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `500ms`, `30s`, `5m`, `2h`; a bare number is seconds. */
export const duration = (text: string): Duration.Duration | undefined => {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/i.exec(text.trim())
  const unit = spans[(match?.[2] ?? "").toLowerCase()]
  return match === null || unit === undefined ? undefined : Duration.millis(Math.round(Number(match[1]) * unit))
}

/** A whole number of 0 or more. */
export const integer = (text: string): number | undefined => {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : undefined
}

/** A number of 0 or more. */
export const number = (text: string): number | undefined => {
  const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

/** Dollars per million tokens, at most six decimals. */
export const price = (text: string): number | undefined => (/^\d+(\.\d{1,6})?$/.test(text.trim()) ? number(text) : undefined)

export const temperature = (text: string): number | undefined => {
  const value = number(text)
  return value === undefined || value > 2 ? undefined : value
}

export const port = (text: string): number | undefined => {
  const value = integer(text)
  return value === undefined || value > 65_535 ? undefined : value
}

/** So many rows, or a share of them (0 to 1). */
export type Sample = { readonly rows: number } | { readonly share: number }

/** `100`, `1%`. */
export const sample = (text: string): Sample | undefined => {
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1]
  if (share === undefined) {
    const rows = count(text)
    return rows === undefined ? undefined : { rows }
  }
  const value = Number(share) / 100
  return value > 0 && value <= 1 ? { share: value } : undefined
}

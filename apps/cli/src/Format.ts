/** Numbers, times and tables as people read them. */
import * as Money from "@batchlabel/cost/Money"
import type { Texts } from "./Texts.js"

/** `31.7%`: one decimal, of all `total`. */
export const percent = (count: number, total: number): string => `${(total === 0 ? 0 : (100 * count) / total).toFixed(1)}%`

/** `1,234,567`. */
export const grouped = (count: number): string => count.toLocaleString("en-US")

/** `1.5 MB`. */
export const bytes = (count: number): string => {
  const units = ["B", "kB", "MB", "GB", "TB"]
  const power = count < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3))
  return `${power === 0 ? count : (count / 1000 ** power).toFixed(1)} ${units[power]}`
}

/** Pico-dollars, exactly. */
export const money = (pico: bigint): string => Money.formatExact(Money.fromPico(pico))

/** Pico-dollars, as the guide rounds. */
export const roundMoney = (pico: bigint): string => Money.format(Money.fromPico(pico))

const dollar = 1_000_000_000_000n

/** Pico-dollars to four decimals, or to cents from a dollar on: as exact as an estimate is. */
export const amount = (pico: bigint): string => {
  const rounded = Money.round(Money.fromPico(pico), pico >= dollar ? 2 : 4)
  return pico > 0n && rounded === 0n ? roundMoney(pico) : Money.formatExact(rounded)
}

/** Pico-dollars as a decimal number for machines. */
export const dollars = (pico: bigint): string => money(pico).replace("$", "")

/** `1,200 ~ 1,400`, or one amount where the ends look alike; `show` gives an amount as text. */
export const range = <A>(of: { readonly low: A; readonly high: A }, show: (amount: A) => string, { estimate }: Texts): string => {
  const [low, high] = [show(of.low), show(of.high)]
  return low === high ? low : `${low}${estimate.to}${high}`
}

const two = (value: number): string => String(value).padStart(2, "0")

/** `2024-01-15 14:30`, local time. */
export const time = (at: number): string => {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** `14:30` today, with the date on other days. */
export const clock = (at: number, now: number): string => {
  const full = time(at)
  return full.slice(0, 10) === time(now).slice(0, 10) ? full.slice(11) : full
}

/** `3 h 5 min`, `42 s`. */
export const span = (ms: number, texts: Texts): string => {
  const { hours, minutes, seconds } = texts.live
  const all = Math.max(0, Math.round(ms / 1000))
  if (all < 60) return `${all}${seconds}`
  const left = Math.floor(all / 60)
  return left < 60 ? `${left}${minutes}` : `${Math.floor(left / 60)}${hours} ${left % 60}${minutes}`
}

/** Rows a second, with as many digits as matter. */
export const rate = (perSecond: number): string =>
  perSecond >= 100 ? grouped(Math.round(perSecond)) : perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1)

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]/u

/** Columns a text takes on a terminal: Hangul, Han and emoji take two. */
export const width = (text: string): number => [...text].reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0)

export const padEnd = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - width(text)))

const padStart = (text: string, columns: number): string => " ".repeat(Math.max(0, columns - width(text))) + text

/** The text, cut to so many columns. */
export const cut = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  let short = ""
  for (const character of text) {
    if (width(short) + width(character) > columns - 1) break
    short += character
  }
  return `${short}…`
}

/** Rows in aligned columns; those of `right` to the right. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>, right: ReadonlyArray<number> = []): ReadonlyArray<string> => {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => width(row[at] ?? ""))))
  return rows.map((row) =>
    row
      .map((cell, at) => (right.includes(at) ? padStart(cell, widths[at] ?? 0) : padEnd(cell, widths[at] ?? 0)))
      .join("  ")
      .trimEnd()
  )
}

/** Numbers and times as a language writes them. */
import type { Lang } from "./Lang.js"
import * as Money from "./Money.js"

export interface Format {
  readonly number: (value: number) => string
  /** `31.7%`; never 100% or 0% of something that is not all or nothing. */
  readonly percent: (part: number, whole: number) => string
  /** `1.2만` or `12K`. */
  readonly compact: (value: number) => string
  /** Hours of an estimate: tenths matter below ten. */
  readonly hours: (value: number) => string
  readonly bytes: (value: number) => string
  readonly dollars: (text: string) => string
  /** A time of today as the time alone, any other with its date. */
  readonly moment: (at: number | string, now: number) => string
  readonly full: (at: number | string) => string
  /** The day of a moment in UTC, where limits of a month begin anew. */
  readonly day: (at: number | string) => string
  /** In the largest two units: `2시간 10분`, `2 h 10 min`. */
  readonly duration: (ms: number) => string
  readonly list: (items: ReadonlyArray<string>) => string
}

const locales: Readonly<Record<Lang, string>> = { ko: "ko-KR", en: "en-GB" }

const units: Readonly<Record<Lang, ReadonlyArray<readonly [number, string]>>> = {
  ko: [
    [86_400, "일"],
    [3_600, "시간"],
    [60, "분"],
    [1, "초"]
  ],
  en: [
    [86_400, " d"],
    [3_600, " h"],
    [60, " min"],
    [1, " s"]
  ]
}

const durationIn =
  (lang: Lang) =>
  (ms: number): string => {
    let seconds = Math.max(0, Math.round(ms / 1000))
    // Seconds matter only below two minutes.
    if (seconds >= 120) seconds = Math.round(seconds / 60) * 60
    const parts: Array<string> = []
    for (const [size, name] of units[lang]) {
      const count = Math.floor(seconds / size)
      if (count === 0 && !(size === 1 && parts.length === 0)) {
        if (parts.length > 0) break
        continue
      }
      parts.push(`${count}${name}`)
      seconds -= count * size
      if (parts.length === 2) break
    }
    return parts.join(" ")
  }

const sizes = ["B", "KB", "MB", "GB", "TB"]

const bytesWith =
  (number: Intl.NumberFormat) =>
  (value: number): string => {
    let size = 0
    let shown = value
    while (shown >= 1000 && size < sizes.length - 1) {
      shown /= 1000
      size++
    }
    return `${number.format(shown)} ${sizes[size]}`
  }

export const percentOf = (part: number, whole: number): number => {
  if (whole <= 0 || part <= 0) return 0
  if (part >= whole) return 100
  return Math.min(99.9, Math.max(0.1, Math.round((part / whole) * 1000) / 10))
}

const sameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString()

export const make = (lang: Lang): Format => {
  const locale = locales[lang]
  const plain = new Intl.NumberFormat(locale)
  const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const compact = new Intl.NumberFormat(lang === "ko" ? locale : "en-US", { notation: "compact", maximumFractionDigits: 1 })
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false })
  const day = new Intl.DateTimeFormat(locale, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false
  })
  const utcDay = new Intl.DateTimeFormat(locale, { month: "long", day: "numeric", timeZone: "UTC" })
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", hour12: false })
  const list = new Intl.ListFormat(locale, { type: "conjunction" })
  return {
    number: (value) => plain.format(value),
    percent: (part, whole) => `${one.format(percentOf(part, whole))}%`,
    compact: (value) => compact.format(value),
    hours: (value) => (value < 9.95 ? one.format(value) : plain.format(Math.round(value))),
    bytes: bytesWith(one),
    dollars: Money.dollars,
    moment: (at, now) => {
      const date = new Date(at)
      return sameDay(date, new Date(now)) ? time.format(date) : day.format(date)
    },
    full: (at) => full.format(new Date(at)),
    day: (at) => utcDay.format(new Date(at)),
    duration: durationIn(lang),
    list: (items) => list.format(items)
  }
}

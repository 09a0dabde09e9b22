import type { LabelValue } from "../Outcome.js"
import type * as Task from "../Task.js"
import { labelKey } from "./answerSchema.js"

const quotePairs: ReadonlyArray<readonly [string, string]> = [
  ['"', '"'],
  ["'", "'"],
  ["`", "`"],
  ["“", "”"],
  ["‘", "’"]
]

/** What stands between a pair of quotes, or undefined. */
const unquoted = (text: string): string | undefined => {
  const quoted = quotePairs.some(([open, close]) => text.length > 2 && text.startsWith(open) && text.endsWith(close))
  return quoted ? text.slice(1, -1).trim() : undefined
}

/** What stands before a final full stop, or undefined. */
const unstopped = (text: string): string | undefined =>
  text.length > 1 && (text.endsWith(".") || text.endsWith("。")) ? text.slice(0, -1).trim() : undefined

/** The text itself, and what is left of it without one pair of quotes, one full stop, or both. */
const readings = (text: string): ReadonlyArray<string | undefined> => {
  const trimmed = text.trim()
  const quoted = unquoted(trimmed)
  const stopped = unstopped(trimmed)
  return [
    trimmed,
    quoted,
    stopped,
    quoted === undefined ? undefined : unstopped(quoted),
    stopped === undefined ? undefined : unquoted(stopped)
  ]
}

const parseObject = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const normal = (value: LabelValue): string => String(value).normalize()

/** The labels by their spelling up to case, where that means one label only. */
const byFoldedText = (values: ReadonlyArray<LabelValue>): ReadonlyMap<string, LabelValue> => {
  const folded = new Map<string, LabelValue>()
  const ambiguous = new Set<string>()
  for (const value of values) {
    const key = normal(value).toLowerCase()
    if (folded.has(key)) ambiguous.add(key)
    folded.set(key, value)
  }
  for (const key of ambiguous) folded.delete(key)
  return folded
}

/**
 * Reads a label out of a model's text. The text must be a label and nothing else, give or take blanks, quotes, a final full stop and
 * case, or the JSON object of a structured answer. The value returned is always one of the task's own.
 */
export const labelReader = (task: Task.Task): ((text: string) => LabelValue | undefined) => {
  const values = task.labels.map(({ value }) => value)
  const exact = new Map(values.map((value) => [normal(value), value]))
  const folded = byFoldedText(values)

  const byObject = (text: string): LabelValue | undefined => {
    const object = text.startsWith("{") ? parseObject(text) : undefined
    const [entry, more] = object === undefined ? [] : Object.entries(object)
    if (entry === undefined || more !== undefined || entry[0] !== labelKey) return undefined
    const label: unknown = entry[1]
    return typeof label === "number" || typeof label === "string" ? exact.get(normal(label)) : undefined
  }

  return (text) => {
    const normalized = text.normalize()
    const known = exact.get(normalized)
    if (known !== undefined) return known
    for (const reading of readings(normalized)) {
      const found = reading === undefined ? undefined : (exact.get(reading) ?? folded.get(reading.toLowerCase()))
      if (found !== undefined) return found
    }
    return byObject(text.trim())
  }
}

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

/** One layer of what models wrap an answer in: blanks, a pair of quotes, a full stop. The same text if there is none. */
const unwrapped = (text: string): string => {
  const trimmed = text.trim()
  if (trimmed !== text) return trimmed
  for (const [open, close] of quotePairs) {
    if (text.length > 2 && text.startsWith(open) && text.endsWith(close)) return text.slice(1, -1)
  }
  return text.length > 1 && (text.endsWith(".") || text.endsWith("。")) ? text.slice(0, -1) : text
}

/** A quote, a full stop and blanks on both sides of each: no answer wears more. */
const mostLayers = 6

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
    let rest = text.normalize()
    for (let layer = 0; layer <= mostLayers; layer++) {
      const found = exact.get(rest) ?? folded.get(rest.toLowerCase())
      if (found !== undefined) return found
      const next = unwrapped(rest)
      if (next === rest) break
      rest = next
    }
    return byObject(text.trim())
  }
}

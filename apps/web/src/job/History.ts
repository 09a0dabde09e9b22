/** Entries of a job's history in words. */
import type { JobEvent } from "../api/Wire.js"
import type { Format } from "../text/Format.js"
import type { Texts } from "../text/ko.js"

const fieldOf = (data: unknown, name: string): unknown =>
  typeof data === "object" && data !== null && name in data ? Object.entries(data).find(([key]) => key === name)?.[1] : undefined

const numberOf = (data: unknown, name: string): number | undefined => {
  const value = fieldOf(data, name)
  return typeof value === "number" ? value : undefined
}

const textOf = (data: unknown, name: string): string | undefined => {
  const value = fieldOf(data, name)
  return typeof value === "string" ? value : undefined
}

const sumOf = (value: unknown): number | undefined => {
  if (typeof value === "number") return value
  if (typeof value !== "object" || value === null) return undefined
  return Object.values(value).reduce((sum: number, one: unknown) => sum + (typeof one === "number" ? one : 0), 0)
}

/** What happened, and to what: `details` are the parts that the event has. */
export interface Entry {
  readonly text: string
  readonly details: ReadonlyArray<string>
}

export const entryOf = ({ data, kind }: JobEvent, t: Texts, f: Format): Entry => {
  const texts = t.history
  const shard = numberOf(data, "shard")
  const batch = textOf(data, "batch")
  const details: Array<string> = []
  if (shard !== undefined) details.push(texts.shard(f.number(shard)))
  const status = textOf(data, "status")
  if (kind === "batch_status" && status !== undefined) {
    if (batch !== undefined) details.push(batch)
    return { text: texts.batch(t.status(status)), details }
  }
  if (kind === "batch_collected") {
    details.push(texts.collected(f.number(numberOf(data, "labeled") ?? 0), f.number(sumOf(fieldOf(data, "failed")) ?? 0)))
    const again = numberOf(data, "again") ?? 0
    if (again > 0) details.push(texts.again(f.number(again)))
    return { text: texts.event(kind), details }
  }
  const row = numberOf(data, "row")
  const by = textOf(data, "by")
  if (kind === "row_labeled" && row !== undefined) details.push(t.rows.number(f.number(row)), ...(by === undefined ? [] : [by]))
  const code = textOf(data, "code")
  if (code !== undefined) details.push(code)
  if (batch !== undefined) details.push(batch)
  return { text: texts.event(kind), details }
}

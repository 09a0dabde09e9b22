/** Which rows of a result are meant, by the codes of their outcomes and by what people say. */
import type { PersonLabel, Result, RowFilter } from "../ResultRows.js"
import * as RowIndex from "./rowIndex.js"

/** Whether the row of this 0-based number is meant. */
export type Matches = (index: number) => boolean

/** Whether a row is meant, but for its text. */
export const matcher = (
  { report }: Result,
  { by, label, outcome, reason }: RowFilter,
  known: Uint16Array,
  people: ReadonlyMap<number, PersonLabel>
): Matches => {
  const reasonCode = reason === undefined ? undefined : RowIndex.codeOfReason(reason)
  const labelCode =
    label === undefined ? undefined : RowIndex.codeOfLabel(report.labels.findIndex(({ value }) => value === label))
  const hasOutcome = (code: number): boolean =>
    outcome === undefined ||
    (outcome === "failed" ? RowIndex.isFailed(code) : outcome === "labeled" ? RowIndex.isLabeled(code) : code === 0)
  return (index) => {
    const code = known[index] ?? 0
    if (!hasOutcome(code) || (reasonCode !== undefined && code !== reasonCode)) return false
    if (by === undefined && label === undefined) return true
    const person = people.get(index + 1)
    if (by === "person" ? person === undefined : by === "model" && (person !== undefined || !RowIndex.isLabeled(code)))
      return false
    return label === undefined || (person === undefined ? code === labelCode : person.value === label)
  }
}

/** The 0-based row that a cursor names. */
export const startOf = (cursor: string | undefined): number =>
  cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0

/** Rows from a 0-based one on that match, as many as wanted, and where to go on. */
export const collect = (matches: Matches, from: number, rows: number, limit: number) => {
  const indexes: Array<number> = []
  let at = from
  for (; at < rows && indexes.length < limit; at++) if (matches(at)) indexes.push(at)
  return { indexes, at }
}

export const hasMore = (matches: Matches, from: number, rows: number): boolean =>
  collect(matches, from, rows, 1).indexes.length > 0

/** How many rows match in all. */
export const totalOf = ({ report, rows }: Result, { by, label, outcome, reason }: RowFilter, matches: Matches): number => {
  if (by === undefined && label === undefined) {
    if (reason === undefined) return outcome === undefined ? rows : report[outcome]
    if (outcome === undefined || outcome === "failed") return report.failures[reason] ?? 0
  }
  return collect(matches, 0, rows, Number.POSITIVE_INFINITY).indexes.length
}

/** As texts are compared: small and capital letters are one, and so are the ways to write a letter. */
export const folded = (text: string): string => text.normalize("NFC").toLowerCase()

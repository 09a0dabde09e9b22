import type * as Outcome from "@batchlabel/core/Outcome"
import * as Task from "@batchlabel/core/Task"
import type { Source } from "../OutcomeTable.js"

type Cells = ReadonlyArray<string>

/** A column of the input that is kept under another name. */
export interface Renamed {
  readonly column: string
  readonly kept: string
}

/** How the cells of a row become the cells of an output row: those that are kept, and new ones after them. */
export interface OutputColumns {
  readonly labeledHeader: Cells
  readonly failureHeader: Cells
  /** Columns of an earlier output of ours, which the new ones replace. */
  readonly replaced: Cells
  /** Columns of the input that share a name with one of ours: they stay, under another name. */
  readonly renamed: ReadonlyArray<Renamed>
  readonly keep: (cells: Cells) => Cells
  /** What a row gets in the labelled file, by its outcome. */
  readonly labeled: (outcome: Outcome.Outcome, source: Source | undefined) => Cells
  readonly pending: Cells
  /** What a row gets in the failures file: why there is no label. */
  readonly failure: (outcome: Outcome.Failed, source: Source | undefined) => Cells
}

const failureColumns = ["failure_reason", "failure_detail", "raw_answer"]
const provenanceColumns = ["attempt", "model", "task", "batch"]

/** `2024-01-15 14:30:00` in local time, as the guide writes it. */
const localTime = (at: number): string => {
  const date = new Date(at)
  const two = (value: number): string => String(value).padStart(2, "0")
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** `label` → `label_input`, or with a number where that is taken. */
const freeName = (name: string, taken: ReadonlySet<string>): string => {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? `${name}_input` : `${name}_input_${n}`
    if (!taken.has(candidate)) return candidate
  }
}

/** The header with names of its own for the columns that collide with ours. */
const renamedHeader = (header: Cells, ours: Cells): { readonly header: Cells; readonly renamed: ReadonlyArray<Renamed> } => {
  const taken = new Set([...header, ...ours])
  const renamed = header
    .filter((name) => ours.includes(name))
    .map((column) => {
      const kept = freeName(column, taken)
      taken.add(kept)
      return { column, kept }
    })
  return { renamed, header: header.map((name) => renamed.find(({ column }) => column === name)?.kept ?? name) }
}

export const make = (task: Task.Task, header: Cells, provenance: boolean): OutputColumns => {
  const own = [task.columns.label, task.columns.label_name, task.columns.labeled, task.columns.labeled_at]
  const added = provenance ? [...own, ...provenanceColumns] : own
  // An earlier output of ours carries all of these; a column that merely shares one of the names is the user's and stays.
  const isOurs = (names: Cells): boolean => [...own, ...names].every((name) => header.includes(name))
  const replaced = new Set([
    ...(isOurs([]) ? own : []),
    ...(isOurs(failureColumns) ? failureColumns : []),
    ...(provenance && isOurs(provenanceColumns) ? provenanceColumns : [])
  ])
  const kept = header.flatMap((name, index) => (replaced.has(name) ? [] : [index]))
  const keptAll = kept.length === header.length

  const keep = (cells: Cells): Cells => (keptAll ? cells : kept.map((index) => cells[index] ?? ""))
  const times = new Map<number, string>()
  const timeOf = (source: Source | undefined): string => {
    if (source === undefined) return ""
    const known = times.get(source.at)
    if (known !== undefined) return known
    const text = localTime(source.at)
    times.set(source.at, text)
    return text
  }
  const origin = (source: Source | undefined): Cells =>
    !provenance
      ? []
      : source === undefined
        ? ["", "", "", ""]
        : [String(source.attempt), source.model, source.task, source.batchId ?? ""]

  const labeled = renamedHeader(keep(header), added)
  const failure = renamedHeader(keep(header), [...added, ...failureColumns])
  const failed = (source: Source | undefined): Cells => ["", "", "False", "", ...origin(source)]
  return {
    labeledHeader: [...labeled.header, ...added],
    failureHeader: [...failure.header, ...added, ...failureColumns],
    renamed: failure.renamed,
    replaced: header.filter((name) => replaced.has(name)),
    keep,
    labeled: (outcome, source) =>
      outcome._tag === "Failed"
        ? failed(source)
        : [String(outcome.value), Task.labelName(task, outcome.value), "True", timeOf(source), ...origin(source)],
    pending: ["", "", "Pending", "", ...origin(undefined)],
    failure: (outcome, source) => [...failed(source), outcome.reason, outcome.detail, outcome.raw ?? ""]
  }
}

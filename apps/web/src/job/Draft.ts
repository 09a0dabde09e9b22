/** A job that is being made: what the form holds, and what is sent of it. */
import type { ReadAs } from "../api/SendFile.js"
import type { JobInput, LabelValue, PreviewInput, Question, SavedTask, Task, Upload } from "../api/Wire.js"
import { isCap } from "../text/Money.js"

export interface Draft {
  readonly upload: Upload | undefined
  /** What the user said against what was found out. */
  readonly readAs: ReadAs
  readonly textColumn: string
  readonly skipBadRows: boolean
  /** The saved task that the edited one comes from. */
  readonly base: SavedTask | undefined
  readonly task: Task | undefined
  readonly title: string
  readonly maxCost: string
  readonly attempts: number
  readonly useCache: boolean
}

export const empty: Draft = {
  upload: undefined,
  readAs: {},
  textColumn: "",
  skipBadRows: true,
  base: undefined,
  task: undefined,
  title: "",
  maxCost: "",
  attempts: 3,
  useCache: true
}

/** The column that holds the text, by its name or else by the length of its cells. */
export const likelyTextColumn = (header: ReadonlyArray<string>, sample: ReadonlyArray<ReadonlyArray<string>>): string => {
  const named = header.find((name) => name.trim().toLowerCase() === "text")
  if (named !== undefined) return named
  const lengths = header.map((_, column) => sample.reduce((total, cells) => total + (cells[column]?.length ?? 0), 0))
  const longest = lengths.indexOf(Math.max(...lengths))
  return header[longest] ?? header[0] ?? ""
}

/** The name of a file without its ending, as the job's title until the user gives one. */
export const titleOf = (name: string): string => name.replace(/\.(csv|tsv|txt)$/i, "").slice(0, 200)

export const withUpload = (draft: Draft, upload: Upload, readAs: ReadAs): Draft => ({
  ...draft,
  upload,
  readAs,
  textColumn: upload.header.includes(draft.textColumn) ? draft.textColumn : likelyTextColumn(upload.header, upload.sample),
  title: draft.upload === undefined || draft.title === titleOf(draft.upload.name) ? titleOf(upload.name) : draft.title
})

export const withTask = (draft: Draft, saved: SavedTask): Draft => ({ ...draft, base: saved, task: saved.task })

/** Whether two values are the same JSON, whatever the order of keys. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b))
    return false
  const left = Object.entries(a)
  const right: Readonly<Record<string, unknown>> = { ...b }
  return left.length === Object.keys(right).length && left.every(([key, value]) => key in right && isSame(value, right[key]))
}

export const isEdited = ({ base, task }: Draft): boolean =>
  base !== undefined && task !== undefined && !isSame({ ...task, model: "" }, { ...base.task, model: "" })

/** The model goes apart from the task, so that the server leaves out the parameters that it does not take. */
const taskFields = (draft: Draft): Pick<Question, "task" | "preset" | "model"> => {
  const { base, task } = draft
  if (task === undefined) return {}
  const model = task.model.trim() === "" ? {} : { model: task.model.trim() }
  return base !== undefined && !isEdited(draft) ? { preset: base.name, ...model } : { task, ...model }
}

/** What is asked about which rows; `undefined` until there is a file and a task. */
export const questionOf = (draft: Draft): Question | undefined => {
  const { readAs, skipBadRows, task, textColumn, upload } = draft
  if (upload === undefined || task === undefined || textColumn === "") return undefined
  return {
    upload: upload.id,
    ...taskFields(draft),
    textColumn,
    ...(readAs.encoding === undefined ? {} : { encoding: readAs.encoding }),
    ...(readAs.delimiter === undefined ? {} : { delimiter: readAs.delimiter }),
    onBadRow: skipBadRows ? "skip" : "fail"
  }
}

/** Rows are looked at whether or not others can be read; the estimate refuses a file that the job would refuse. */
export const previewOf = (draft: Draft, rows: number): PreviewInput | undefined => {
  const question = questionOf(draft)
  return question === undefined ? undefined : { ...question, onBadRow: "skip", rows }
}

/** What would be paid, without what does not change it. */
export const estimateOf = (draft: Draft): JobInput | undefined => {
  const question = questionOf(draft)
  return question === undefined ? undefined : { ...question, useCache: draft.useCache }
}

/** The file holds rows that cannot be read, and the user wants to mend it first. */
export const awaitsMending = ({ skipBadRows, upload }: Draft): boolean => !skipBadRows && (upload?.badRows ?? 0) > 0

export const jobOf = (draft: Draft): JobInput | undefined => {
  const estimate = estimateOf(draft)
  if (estimate === undefined || awaitsMending(draft) || (draft.maxCost !== "" && !isCap(draft.maxCost))) return undefined
  return {
    ...estimate,
    ...(draft.title.trim() === "" ? {} : { title: draft.title.trim() }),
    attempts: draft.attempts,
    ...(draft.maxCost === "" ? {} : { maxCost: draft.maxCost }),
    start: true
  }
}

/** A label's value as typed: a number where it is written as one. */
export const labelValueOf = (typed: string): LabelValue => {
  const text = typed.trim()
  return text !== "" && String(Number(text)) === text ? Number(text) : text
}

/** A value for a further label: the next number where all are numbers. */
export const nextLabelValue = (labels: Task["labels"]): LabelValue => {
  const values = labels.map(({ value }) => value)
  const numbers = values.filter((value) => typeof value === "number")
  return numbers.length === values.length && numbers.length > 0 ? Math.max(...numbers) + 1 : ""
}

/** What keeps a task from being sent, as far as that can be seen without the server. */
export type TaskFault = "fewLabels" | "emptyValue" | "doubledValue" | "emptyTemplate" | "emptyModel"

export const taskFaults = ({ labels, model, template }: Task): ReadonlyArray<TaskFault> => {
  const values = labels.map(({ value }) => String(value))
  const faults: Array<TaskFault> = []
  if (labels.length < 2) faults.push("fewLabels")
  if (values.some((value) => value.trim() === "")) faults.push("emptyValue")
  if (new Set(values).size < values.length) faults.push("doubledValue")
  if (template.trim() === "") faults.push("emptyTemplate")
  if (model.trim() === "") faults.push("emptyModel")
  return faults
}

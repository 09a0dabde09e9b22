/** A result file in another form: with what people said about its rows, in columns of their own or in place of the model's, and for spreadsheets. */
import * as Task from "@batchlabel/core/Task"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as CsvWriter from "@batchlabel/csv-io/CsvWriter"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { PersonLabel } from "../ResultRows.js"
import * as Turns from "./turns.js"

interface Options {
  readonly path: string
  readonly delimiter: string
  readonly task: Task.Task
  readonly labels: ReadonlyMap<number, PersonLabel>
  readonly manual: "columns" | "apply" | "none"
  readonly bom: boolean
  readonly safeCells: boolean
}

type Cells = ReadonlyArray<string>

const ownColumns = ["manual_label", "manual_label_name", "manual_by", "manual_at"]

const time = (at: number): string => new Date(at).toISOString()

const beside =
  (task: Task.Task) =>
  (cells: Cells, label: PersonLabel | undefined): Cells =>
    label === undefined
      ? [...cells, "", "", "", ""]
      : [...cells, String(label.value), Task.labelName(task, label.value), label.by, time(label.at)]

const inPlace = (task: Task.Task, header: Cells) => {
  const { columns } = task
  const at = (name: string): number => header.indexOf(name)
  const [label, name, labeled, labeledAt] = [
    at(columns.label),
    at(columns.label_name),
    at(columns.labeled),
    at(columns.labeled_at)
  ]
  return (cells: Cells, manual: PersonLabel | undefined): Cells => {
    if (manual === undefined) return cells
    const row = [...cells]
    row[label] = String(manual.value)
    row[name] = Task.labelName(task, manual.value)
    row[labeled] = "True"
    row[labeledAt] = time(manual.at)
    return row
  }
}

const changeOf = (manual: Options["manual"], task: Task.Task, header: Cells) => {
  if (manual === "none") return (cells: Cells): Cells => cells
  return manual === "columns" ? beside(task) : inPlace(task, header)
}

/** The text of the file, a batch of rows at a time. */
export const stream = ({
  bom,
  delimiter,
  labels,
  manual,
  path,
  safeCells,
  task
}: Options): Stream.Stream<string, CsvError, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.map(CsvReader.open(path, { delimiter, encoding: "utf-8" }), (source) => {
      const change = changeOf(manual, task, source.header)
      const header = manual === "columns" ? [...source.header, ...ownColumns] : source.header
      const options = { delimiter, newline: source.newline, safeCells }
      const first = Stream.succeed(CsvWriter.stringify([header], { ...options, bom }))
      const rest = Stream.mapEffect(source.batches, (batch) =>
        Turns.slice(() =>
          CsvWriter.stringify(
            batch.rows.map((cells, index) => change(cells, labels.get(batch.firstRow + index + 1))),
            options
          )
        )
      )
      return Stream.concat(first, rest)
    })
  )

/** The text, with the disk it is read from. */
export const provide = (
  text: Stream.Stream<string, CsvError, FileSystem.FileSystem>,
  context: Context.Context<FileSystem.FileSystem>
): Stream.Stream<string, CsvError> => Stream.provideContext(text, context)

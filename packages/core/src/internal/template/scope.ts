import type * as Task from "../../Task.js"

/** `row` holds every column by its name, `task` what the task says of itself; all other variables are columns. */
export const rowName = "row"
export const taskName = "task"

/**
 * What a template may say about the task: `{{ task.criteria }}` is each label with its criteria, `{{ task.values }}` the answers that
 * exist, `task.labels` the labels to loop over.
 */
export interface TaskScope {
  readonly labels: Task.Task["labels"]
  readonly criteria: string
  readonly values: string
}

export const taskScope = (task: Task.Task): TaskScope => ({
  labels: task.labels,
  criteria: task.labels
    .map(({ criteria, name, value }) =>
      [name === String(value) ? name : `${value}: ${name}`, ...criteria.map((criterion) => `- ${criterion}`)].join("\n")
    )
    .join("\n"),
  values: task.labels.map(({ value }) => String(value)).join(", ")
})

/** Where the cells of a row are found by name. */
export interface Columns {
  /** As the file has them, for messages. */
  readonly names: ReadonlyArray<string>
  /** By the name a variable has: the header, with `text` standing for the text column. */
  readonly variables: ReadonlyMap<string, number>
  /** By the header's own names, for `row["…"]`. */
  readonly cells: ReadonlyMap<string, number>
}

/** Of columns with equal names the first counts. */
export const columnsOf = (header: ReadonlyArray<string>, textColumn: string): Columns => {
  const cells = new Map<string, number>()
  for (const [index, name] of header.entries()) {
    if (!cells.has(name)) cells.set(name, index)
  }
  const variables = new Map(cells)
  const text = cells.get(textColumn)
  if (text === undefined) variables.delete("text")
  else variables.set("text", text)
  return { names: header, variables, cells }
}

/** A scope without a prototype, so that a column may have any name. */
const record = (columns: ReadonlyMap<string, number>, cells: ReadonlyArray<string>): Record<string, unknown> => {
  const scope: Record<string, unknown> = Object.create(null)
  for (const [name, index] of columns) scope[name] = cells[index] ?? ""
  return scope
}

/** The variables of one row. It is made anew for each row: `increment` writes into it. */
export const rowScope = (columns: Columns, task: TaskScope, cells: ReadonlyArray<string>): Record<string, unknown> => {
  const scope = record(columns.variables, cells)
  scope[rowName] = record(columns.cells, cells)
  scope[taskName] = task
  return scope
}

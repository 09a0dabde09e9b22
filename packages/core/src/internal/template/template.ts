import * as Either from "effect/Either"
import { LiquidError, type Template } from "liquidjs"
import * as TaskError from "../../TaskError.js"
import { nearest } from "../nearest.js"
import { checkText, liquid } from "./engine.js"
import { type Columns, rowScope, type TaskScope } from "./scope.js"
import { renderSegments, type Segment, segments } from "./segments.js"
import { freeUses, meaning, type Use } from "./variables.js"

/** A template made ready for the rows of one header. */
export interface Compiled {
  /** Throws only what LiquidJS throws: a limit, a filter that fails, a variable that a row does not have. */
  readonly render: (cells: ReadonlyArray<string>) => string
  /** Indices of the columns it reads. */
  readonly columns: ReadonlySet<number>
  /** It chooses a column by what a row says. */
  readonly anyColumn: boolean
  /** The pieces it puts together, where it does nothing else. */
  readonly segments: ReadonlyArray<Segment> | undefined
  /** Variables it has a default for and that are no column. */
  readonly absent: ReadonlySet<string>
}

/** The text a template comes from: which task, which part of it. */
export interface Origin {
  readonly task: string
  readonly part: string
}

type Failure = Either.Either<never, TaskError.TaskError>

const failed = (reason: TaskError.Reason): Failure => Either.left(new TaskError.TaskError({ reason }))

/** What LiquidJS says, without the position that it appends. */
export const detailOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split("\n")[0] ?? "").replace(/, line:\d+, col:\d+$/, "") : String(error)

interface Parsed {
  readonly templates: Array<Template>
  readonly uses: ReadonlyArray<Use>
}

const opening = /\{\{|\{%-?\s*(?:(end)?(?:if|unless|for|case|capture|tablerow)\b)?/g

/** LiquidJS takes the square of a template's outputs and tags to read it, and a stack as deep as they are nested: nobody writes so many. */
const most = { pieces: 10_000, depth: 100 }

const tooMuch = (source: string): string | undefined => {
  let pieces = 0
  let depth = 0
  for (const [text, end] of source.matchAll(opening)) {
    pieces++
    if (end !== undefined) depth--
    else if (/\w$/.test(text)) depth++
    if (depth > most.depth) return `more than ${most.depth} tags are nested in one another`
    if (pieces > most.pieces) return `it has more than ${most.pieces} outputs and tags`
  }
  return undefined
}

const parse = (source: string, origin: Origin): Either.Either<Parsed, TaskError.TaskError> => {
  const detail = tooMuch(source)
  if (detail !== undefined)
    return failed(new TaskError.TemplateInvalid({ ...origin, line: undefined, column: undefined, detail }))
  try {
    const templates = liquid().parse(source)
    return Either.right({ templates, uses: freeUses(templates) })
  } catch (error) {
    const [line, column] = LiquidError.is(error) ? error.token.getPosition() : []
    return failed(new TaskError.TemplateInvalid({ ...origin, line, column, detail: detailOf(error) }))
  }
}

/** Renders with LiquidJS, row by row. */
export const interpreted =
  (templates: Array<Template>, columns: Columns, task: TaskScope) =>
  (cells: ReadonlyArray<string>): string =>
    checkText(String(liquid().renderSync(templates, rowScope(columns, task, cells))))

const isLimit = (error: unknown): boolean => error instanceof Error && /limit exceeded/.test(error.message)

/** A row of short cells shows loops that no row could end. Whatever else goes wrong with it may go right with a real row. */
const probe = (render: Compiled["render"], columns: Columns): unknown => {
  try {
    render(columns.names.map(() => "1"))
    return undefined
  } catch (error) {
    return isLimit(error) ? error : undefined
  }
}

/** Makes a template ready: every variable it uses is a column, is the task, or has a default. */
export const compile = (
  source: string,
  columns: Columns,
  task: TaskScope,
  origin: Origin
): Either.Either<Compiled, TaskError.TaskError> => {
  const parsed = parse(source, origin)
  if (Either.isLeft(parsed)) return Either.left(parsed.left)
  const used = new Set<number>()
  const absent = new Set<string>()
  let anyColumn = false
  const { templates, uses } = parsed.right
  for (const use of uses) {
    const found = meaning(use, columns)
    switch (found._tag) {
      case "Column":
        used.add(found.index)
        break
      case "AnyColumn":
        anyColumn = true
        break
      case "Task":
        break
      case "NotText":
        return failed(new TaskError.VariableNotText({ ...origin, variable: found.variable, line: use.line }))
      case "Absent": {
        if (use.optional) {
          absent.add(found.variable)
          break
        }
        return failed(
          new TaskError.VariableUnknown({
            ...origin,
            variable: found.variable,
            line: use.line,
            columns: columns.names,
            nearest: nearest(found.asked, columns.names)
          })
        )
      }
    }
  }
  const compiled = segments(templates, columns, task)
  const render = compiled === undefined ? interpreted(templates, columns, task) : renderSegments(compiled)
  const runaway = probe(render, columns)
  if (runaway !== undefined) return failed(new TaskError.RenderFailed({ ...origin, detail: detailOf(runaway) }))
  return Either.right({ render, segments: compiled, columns: used, anyColumn, absent })
}

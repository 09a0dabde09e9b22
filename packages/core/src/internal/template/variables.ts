import { analyzeSync, type Filter, type FilteredValueToken, type Template, TypeGuards, Value } from "liquidjs"
import { type Columns, rowName, taskName } from "./scope.js"

/** One use of a variable in a template. */
export interface Use {
  readonly name: string
  /** The name and what is read from it: `["row", "기사 제목"]`; undefined stands for what only a row decides. */
  readonly path: ReadonlyArray<string | undefined>
  /** The template goes on without it: it has a default, or a condition asks for it. */
  readonly optional: boolean
  readonly line: number
  readonly column: number
}

type Path = ReadonlyArray<string | undefined>

const keyOf = (prop: unknown): string | undefined => {
  if (TypeGuards.isQuotedToken(prop) || TypeGuards.isWordToken(prop)) return prop.content
  return TypeGuards.isNumberToken(prop) ? String(prop.content) : undefined
}

const textOf = (path: Path): string => path.map((key) => key ?? "…").join(".")

/** Tags whose conditions ask whether something is there: what they ask for may be absent, and inside of them it is not. */
const conditions = new Set(["if", "unless", "case"])

const tagName = (template: Template): string | undefined =>
  TypeGuards.isTagToken(template.token) ? template.token.name : undefined

/** Runs a generator of LiquidJS that yields nothing when it is asked to be synchronous. */
const result = <A>(generator: Generator<unknown, A> | undefined): A | undefined => {
  const step = generator?.next()
  return step?.done === true ? step.value : undefined
}

/** The uses inside one token: the variable itself, and variables that choose what is read from another. */
function* usesOfToken(token: unknown, optional: boolean): Generator<Use> {
  if (TypeGuards.isRangeToken(token)) {
    yield* usesOfToken(token.lhs, optional)
    yield* usesOfToken(token.rhs, optional)
  } else if (TypeGuards.isPropertyAccessToken(token)) {
    yield* usesOfToken(token.variable, optional)
    for (const prop of token.props) yield* usesOfToken(prop, false)
    if (token.variable !== undefined) return
    const path = token.props.map(keyOf)
    const [line = 1, column = 1] = token.getPosition()
    yield { name: path[0] ?? "", path, optional, line, column }
  } else if (TypeGuards.isFilteredValueToken(token)) {
    yield* usesOfValue(token, optional)
  }
}

/** A value and its filters, parsed or as a token. */
type Filtered = Pick<FilteredValueToken, "initial"> & { readonly filters: ReadonlyArray<Pick<Filter, "name" | "args">> }

/** A default as the first filter makes the value optional, not the filters' own arguments. */
function* usesOfValue(value: Filtered, condition: boolean): Generator<Use> {
  const optional = condition || value.filters[0]?.name === "default"
  for (const token of value.initial.postfix) yield* usesOfToken(token, optional)
  for (const filter of value.filters) {
    for (const arg of filter.args) yield* usesOfToken(Array.isArray(arg) ? arg[1] : arg, false)
  }
}

function* usesOf(templates: ReadonlyArray<Template>, asked: ReadonlySet<string>): Generator<Use> {
  for (const template of templates) {
    const condition = conditions.has(tagName(template) ?? "")
    const uses: Array<Use> = []
    for (const argument of template.arguments?.() ?? []) {
      uses.push(...(argument instanceof Value ? usesOfValue(argument, condition) : usesOfToken(argument, condition)))
    }
    for (const use of uses) yield asked.has(textOf(use.path)) ? { ...use, optional: true } : use
    const inside = condition ? new Set([...asked, ...uses.map(({ path }) => textOf(path))]) : asked
    yield* usesOf(result(template.children?.(false, true)) ?? [], inside)
  }
}

/** Every use of a variable that the template does not make itself (by `assign`, `capture`, `for`), in the template's order. */
export const freeUses = (templates: Array<Template>): ReadonlyArray<Use> => {
  const free = new Set<string>()
  for (const variables of Object.values(analyzeSync(templates, { partials: false }).globals)) {
    for (const { location, segments } of variables) free.add(`${segments[0]}:${location.row}:${location.col}`)
  }
  return [...usesOf(templates, new Set())].filter(({ column, line, name }) => free.has(`${name}:${line}:${column}`))
}

/** What LiquidJS reads from a text: its length and its ends. */
const textProperties = new Set(["size", "first", "last"])

const taskProperties = new Set(["labels", "criteria", "values"])

/** What a use stands for: the column it reads, or what is wrong with it. */
export type Meaning =
  | { readonly _tag: "Column"; readonly index: number }
  | { readonly _tag: "AnyColumn" }
  | { readonly _tag: "Task" }
  | { readonly _tag: "Absent"; readonly variable: string; readonly asked: string }
  | { readonly _tag: "NotText"; readonly variable: string }

const column = (index: number | undefined, use: Use, asked: string | undefined): Meaning =>
  index === undefined
    ? { _tag: "Absent", variable: textOf(use.path), asked: asked ?? textOf(use.path) }
    : { _tag: "Column", index }

export const meaning = (use: Use, columns: Columns): Meaning => {
  const [name, property, further] = use.path
  if (name === rowName) {
    if (use.path.length === 1) return { _tag: "NotText", variable: rowName }
    if (property === undefined) return { _tag: "AnyColumn" }
    const found = column(columns.cells.get(property), use, property)
    return found._tag === "Absent" || further === undefined || textProperties.has(further)
      ? found
      : { _tag: "Absent", variable: textOf(use.path), asked: further }
  }
  if (name === taskName) {
    if (use.path.length === 1) return { _tag: "NotText", variable: taskName }
    return property === undefined || taskProperties.has(property)
      ? { _tag: "Task" }
      : { _tag: "NotText", variable: textOf(use.path) }
  }
  const index = columns.variables.get(name ?? "")
  if (index !== undefined && property !== undefined && !textProperties.has(property)) {
    return { _tag: "Absent", variable: textOf(use.path), asked: textOf(use.path) }
  }
  return column(index, use, undefined)
}

import { Output, type Template, TypeGuards } from "liquidjs"
import { checkBytes, mostBytes } from "./engine.js"
import { type Columns, rowName, type TaskScope, taskName } from "./scope.js"

/** A piece of a rendered text: constant, or a cell with what stands in for an empty one. */
export type Segment = string | { readonly index: number; readonly fallback: string }

/** What a variable is in every row: a constant, the index of a cell, or -1 for a column that is not there. */
const resolve = (path: ReadonlyArray<string>, columns: Columns, task: TaskScope): string | number | undefined => {
  const [name, property, further] = path
  if (further !== undefined || name === undefined) return undefined
  if (name === taskName) {
    return property === "criteria" || property === "values" ? task[property] : undefined
  }
  if (name === rowName) return property === undefined ? undefined : (columns.cells.get(property) ?? -1)
  return property === undefined ? (columns.variables.get(name) ?? -1) : undefined
}

/** LiquidJS gives these three a meaning of their own when they are read from an object. */
const special = new Set(["size", "first", "last"])

const outputSegment = (output: Output, columns: Columns, task: TaskScope): Segment | undefined => {
  const { filters, initial } = output.value
  const [token, operator] = initial.postfix
  const [filter, second] = filters
  if (operator !== undefined || second !== undefined) return undefined
  if (TypeGuards.isQuotedToken(token)) return filter === undefined ? token.content : undefined
  if (!TypeGuards.isPropertyAccessToken(token) || token.variable !== undefined) return undefined
  const path: Array<string> = []
  for (const prop of token.props) {
    if (!TypeGuards.isQuotedToken(prop) && !TypeGuards.isWordToken(prop)) return undefined
    path.push(prop.content)
  }
  if (path.slice(1).some((key) => special.has(key))) return undefined
  let fallback = ""
  if (filter !== undefined) {
    const [arg, more] = filter.args
    if (filter.name !== "default" || more !== undefined || !TypeGuards.isQuotedToken(arg)) return undefined
    fallback = arg.content
  }
  const found = resolve(path, columns, task)
  if (found === undefined) return undefined
  if (typeof found === "string") return found === "" ? fallback : found
  // A column that is absent and has no default is LiquidJS's error to raise.
  if (found === -1) return filter === undefined ? undefined : fallback
  return { index: found, fallback }
}

/**
 * A template of nothing but text and plain outputs (a column, perhaps with a default; what the task says) as segments, or undefined
 * for any other, which is LiquidJS's to render. Both give the same text; a property test holds them to it.
 */
export const segments = (
  templates: ReadonlyArray<Template>,
  columns: Columns,
  task: TaskScope
): ReadonlyArray<Segment> | undefined => {
  const found: Array<Segment> = []
  for (const template of templates) {
    const segment = TypeGuards.isHTMLToken(template.token)
      ? template.token.getContent()
      : template instanceof Output
        ? outputSegment(template, columns, task)
        : undefined
    if (segment === undefined) return undefined
    const last = found.at(-1)
    if (typeof segment === "string" && typeof last === "string") found[found.length - 1] = last + segment
    else found.push(segment)
  }
  return found
}

/** Puts the pieces of a row together, whatever their length. */
export const joinSegments =
  (found: ReadonlyArray<Segment>) =>
  (cells: ReadonlyArray<string>): string => {
    let text = ""
    for (const segment of found) {
      if (typeof segment === "string") text += segment
      else {
        const cell = cells[segment.index]
        text += cell === undefined || cell === "" ? segment.fallback : cell
      }
    }
    return text
  }

/** A column of a template: how often its cell is written, and the bytes that are written where it is empty. */
interface Use {
  readonly index: number
  times: number
  fallback: number
}

/**
 * The length of what `joinSegments` would give, without making it. `sizeOf` measures a text; the work is as much as there are columns,
 * however often the template writes each.
 */
export const lengthOf = (found: ReadonlyArray<Segment>, sizeOf: (text: string) => number) => {
  let constant = 0
  const uses = new Map<number, Use>()
  for (const segment of found) {
    if (typeof segment === "string") {
      constant += sizeOf(segment)
      continue
    }
    const use = uses.get(segment.index) ?? { index: segment.index, times: 0, fallback: 0 }
    use.times++
    use.fallback += sizeOf(segment.fallback)
    uses.set(segment.index, use)
  }
  const columns = [...uses.values()]
  return (cells: ReadonlyArray<string>): number => {
    let length = constant
    for (const { fallback, index, times } of columns) {
      const cell = cells[index]
      length += cell === undefined || cell === "" ? fallback : times * sizeOf(cell)
    }
    return length
  }
}

/** Renders the pieces, unless that would be more than a message may take. */
export const renderSegments = (found: ReadonlyArray<Segment>) => {
  const join = joinSegments(found)
  const units = lengthOf(found, (text) => text.length)
  const bytes = lengthOf(found, Buffer.byteLength)
  return (cells: ReadonlyArray<string>): string => {
    // Three bytes a unit are the most there can be: nearly every row is seen to be short enough without looking into it.
    if (units(cells) * 3 > mostBytes()) checkBytes(bytes(cells))
    return join(cells)
  }
}

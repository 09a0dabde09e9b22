import { type Context, type Emitter, type FilterImplOptions, Liquid, type Template, Token, toValue } from "liquidjs"

/** Tags that read other templates, and their parts: a template is one text, and no template of a user opens a file. */
const fileTags = ["include", "render", "layout", "block"]

/** Whatever gives another text on another day or another machine would ask, and pay, twice. */
const randomFilters = ["sample", "shuffle"]

const dateFilters = ["date", "date_to_xmlschema", "date_to_rfc822", "date_to_string", "date_to_long_string"]

const zone = /(z|[+-]\d{2}:?\d{2}|gmt|utc)$/i

/**
 * The time a date filter is given, made independent of the machine: a time without a zone is UTC, and `now` is a word like any other
 * (a filter leaves what is no date as it is).
 */
const fixedTime = (value: unknown): unknown => {
  if (typeof value !== "string" || zone.test(value) || /^\d+$/.test(value)) return value
  return Number.isNaN(Date.parse(`${value}Z`)) ? value : `${value}Z`
}

const withFixedTime = (filter: FilterImplOptions): FilterImplOptions => {
  const handler = typeof filter === "function" ? filter : filter.handler
  return function (value, ...args) {
    return value === "now" || value === "today" ? value : handler?.call(this, fixedTime(value), ...args)
  }
}

export interface Limits {
  readonly milliseconds: number
  readonly memory: number
  readonly bytes: number
}

/**
 * A row that needs more than this has run away: the largest cell of an honest file is split or joined within it, and ten mebibytes of text
 * are more than the longest context of any model holds.
 */
export const defaults: Limits = { milliseconds: 10_000, memory: 200_000_000, bytes: 10_485_760 }

let limits = defaults

/** The same words as LiquidJS has for its own limits. */
const exceeded = (): Error => new Error(`rendered text limit exceeded: a message may take ${limits.bytes} bytes`)

/** UTF-8 bytes of a rendered text beyond which it is no message any more. */
export const mostBytes = (): number => limits.bytes

/** Throws for a text that has more bytes than a message may. */
export const checkBytes = (bytes: number): void => {
  if (bytes > limits.bytes) throw exceeded()
}

/** The text as long as it may be a message; three bytes a character are the most that one takes. */
export const checkText = (text: string): string => {
  if (text.length * 3 > limits.bytes) checkBytes(Buffer.byteLength(text))
  return text
}

/** LiquidJS charges what its filters make to its limit of memory, but not what is written: a text of nothing but outputs grows for free. */
class BoundedEmitter implements Emitter {
  buffer = ""

  constructor(private readonly context: Context) {}

  write(html: unknown): void {
    const value: unknown = toValue(html)
    if (value === null || value === undefined) return
    if (Array.isArray(value)) {
      for (const item of value) this.write(item)
      return
    }
    const text = String(value)
    this.context.memoryLimit.use(text.length)
    checkBytes(this.buffer.length + text.length)
    this.buffer += text
  }
}

/** Where the lines of a text begin. The last text is remembered: the tokens of a template are asked one after the other. */
const lineStarts = (() => {
  let known: { readonly text: string; readonly starts: ReadonlyArray<number> } = { text: "", starts: [0] }
  return (text: string): ReadonlyArray<number> => {
    if (known.text === text) return known.starts
    const starts = [0]
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1)
    known = { text, starts }
    return starts
  }
})()

// LiquidJS counts lines from the start of the text for each token, which takes minutes for a template of a megabyte.
Token.prototype.getPosition = function (this: Token): Array<number> {
  const starts = lineStarts(this.input)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= this.begin) low = middle
    else high = middle - 1
  }
  return [low + 1, this.begin - (starts[low] ?? 0) + 1]
}

/** Every text that a template makes, its own and those that it captures, goes through an emitter that has an end. */
const boundWrites = (liquid: Liquid): void => {
  const { renderer } = liquid
  const render = renderer.renderTemplates.bind(renderer)
  renderer.renderTemplates = (templates: Template[], context: Context, emitter?: Emitter) =>
    render(templates, context, emitter ?? new BoundedEmitter(context))
}

const make = (): Liquid => {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    lenientIf: true,
    templates: {},
    preserveTimezones: true,
    timezoneOffset: 0,
    locale: "en-US",
    parseLimit: 1_000_000,
    memoryLimit: limits.memory,
    renderLimit: limits.milliseconds
  })
  boundWrites(liquid)
  for (const tag of fileTags) delete liquid.tags[tag]
  for (const filter of randomFilters) delete liquid.filters[filter]
  for (const name of dateFilters) {
    const filter = liquid.filters[name]
    if (filter !== undefined) liquid.registerFilter(name, withFixedTime(filter))
  }
  return liquid
}

let engine: Liquid | undefined

/** LiquidJS as batchlabel runs it: strict, limited, without files, and with one result for one row on every machine. */
export const liquid = (): Liquid => {
  engine ??= make()
  return engine
}

/** Templates that were parsed before are rendered within the new limits as well. */
export const setLimits = (narrower: Limits): void => {
  limits = narrower
  engine = make()
}

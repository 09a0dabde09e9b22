import { type FilterImplOptions, Liquid } from "liquidjs"

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
}

/** A row that needs more than this has run away: the largest cell of an honest file is split or joined within it. */
export const defaults: Limits = { milliseconds: 10_000, memory: 200_000_000 }

const make = (limits: Limits): Liquid => {
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
  engine ??= make(defaults)
  return engine
}

/** Templates that were parsed before are rendered within the new limits as well. */
export const setLimits = (limits: Limits): void => {
  engine = make(limits)
}

/**
 * What a model costs, from a dated file of prices that a user's own file can correct. A model that is in neither has no price: nothing
 * here guesses.
 *
 * @since 0.1.0
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { CostError, PriceFileInvalid } from "./CostError.js"
import * as CostProblem from "./CostProblem.js"
import { prices } from "./data/prices.js"
import { daysBetween, isDate } from "./internal/calendar.js"

/**
 * US dollars per million tokens, at most six decimals (so that a token costs a whole number of pico-dollars).
 *
 * @since 0.1.0
 * @category schemas
 */
export const PerMillion = Schema.Number.pipe(
  Schema.filter(
    (price) =>
      (Number.isFinite(price) && price >= 0 && price <= 1e6 && Math.abs(price * 1e6 - Math.round(price * 1e6)) < 1e-3) ||
      `a price is dollars per million tokens, 0 or more, with at most 6 decimals; got ${price}`
  )
)

/**
 * Prices of one way of asking. `cached` absent: cached tokens cost what input costs. `cacheWrite` absent: writing the cache costs
 * what input costs.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Rates = Schema.Struct({
  input: PerMillion,
  cached: Schema.optionalWith(PerMillion, { exact: true }),
  cacheWrite: Schema.optionalWith(PerMillion, { exact: true }),
  output: PerMillion
})

/**
 * @since 0.1.0
 * @category models
 */
export type Rates = typeof Rates.Type

const IsoDate = Schema.String.pipe(Schema.filter((text) => isDate(text) || `not a date of the form YYYY-MM-DD: ${text}`))

const Multiplier = Schema.Number.pipe(Schema.finite(), Schema.between(1, 100))

/**
 * A request with more than `above` input tokens costs `input` times as much for input, cached and written tokens and `output` times as
 * much for output, for the whole request.
 *
 * @since 0.1.0
 * @category schemas
 */
export const LongContext = Schema.Struct({
  above: Schema.Number.pipe(Schema.int(), Schema.positive()),
  input: Multiplier,
  output: Multiplier
})

/**
 * @since 0.1.0
 * @category models
 */
export type LongContext = typeof LongContext.Type

/**
 * One model, or a family of them. `match` says which names it speaks for: `snapshots` (default) the name and its dated snapshots
 * (`gpt-4o-mini`, `gpt-4o-mini-2024-07-18`, `gpt-3.5-turbo-0125`), `exact` the name alone, `prefix` every name that starts with it.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Entry = Schema.Struct({
  model: Schema.NonEmptyTrimmedString,
  match: Schema.optionalWith(Schema.Literal("snapshots", "exact", "prefix"), { exact: true }),
  standard: Schema.optionalWith(Rates, { exact: true }),
  batch: Schema.optionalWith(Rates, { exact: true }),
  longContext: Schema.optionalWith(LongContext, { exact: true }),
  retires: Schema.optionalWith(IsoDate, { exact: true }),
  source: Schema.optionalWith(Schema.String, { exact: true }),
  date: Schema.optionalWith(IsoDate, { exact: true }),
  note: Schema.optionalWith(Schema.String, { exact: true })
})

/**
 * @since 0.1.0
 * @category models
 */
export type Entry = typeof Entry.Type

/**
 * A file of prices: when and where they were read, and an entry a model.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PriceFile = Schema.Struct({
  date: IsoDate,
  source: Schema.String,
  models: Schema.Array(Entry).pipe(
    Schema.filter((models) => {
      const seen = new Set<string>()
      const twice = models.find((entry) => seen.size === seen.add(entry.model).size)
      return twice === undefined || `model ${twice.model} is listed twice`
    })
  )
})

/**
 * @since 0.1.0
 * @category models
 */
export type PriceFile = typeof PriceFile.Type

/**
 * Entries by name, each with its date and source.
 *
 * @since 0.1.0
 * @category models
 */
export interface PriceBook {
  readonly entries: ReadonlyMap<string, Entry & { readonly source: string; readonly date: string }>
}

/**
 * What a token costs, in whole pico-dollars: `rates.input × tokens` is exact.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenRates {
  readonly input: number
  readonly cached: number
  readonly cacheWrite: number
  readonly output: number
}

/**
 * The price of a model. `derived` is true where no batch price is listed and half of the standard price, OpenAI's rule for batches, stands
 * in. `standard` is undefined where only the user's own batch price is known.
 *
 * @since 0.1.0
 * @category models
 */
export interface Price {
  readonly model: string
  readonly batch: TokenRates
  readonly derived: boolean
  readonly standard: TokenRates | undefined
  readonly longContext: LongContext | undefined
  readonly source: string
  readonly date: string | undefined
  readonly note: string | undefined
}

// PerMillion × 10⁻⁶ $ a token = PerMillion × 10⁶ pico-dollars a token.
const perToken = (perMillion: number): number => Math.round(perMillion * 1e6)

const tokenRates = (rates: Rates, share: number): TokenRates => ({
  input: Math.round(perToken(rates.input) * share),
  cached: Math.round(perToken(rates.cached ?? rates.input) * share),
  cacheWrite: Math.round(perToken(rates.cacheWrite ?? rates.input) * share),
  output: Math.round(perToken(rates.output) * share)
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const fromFile = (file: PriceFile): PriceBook => ({
  entries: new Map(
    file.models.map((entry) => [entry.model, { ...entry, source: entry.source ?? file.source, date: entry.date ?? file.date }])
  )
})

const decodeFile = Schema.decodeUnknownEither(PriceFile, { errors: "all", onExcessProperty: "error" })

/**
 * Reads a parsed JSON or YAML price file. `path` is only named in the error.
 *
 * @since 0.1.0
 * @category constructors
 */
export const decode = (input: unknown, path: string): Either.Either<PriceBook, CostError> =>
  decodeFile(input).pipe(
    Either.map(fromFile),
    Either.mapLeft(
      (error) =>
        new CostError({ reason: new PriceFileInvalid({ path, detail: ParseResult.TreeFormatter.formatErrorSync(error) }) })
    )
  )

/**
 * The prices that ship with this package, see `data/prices`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const builtin: PriceBook = fromFile(prices)

/**
 * `book` corrected by `own`: a field of `own` replaces that of `book`; a new standard price also drops the old batch price and
 * the note on it, which no longer belong to it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const merge = (book: PriceBook, own: PriceBook): PriceBook => {
  const entries = new Map(book.entries)
  for (const [model, entry] of own.entries) {
    const old = entries.get(model)
    if (old === undefined) {
      entries.set(model, entry)
    } else if (entry.standard !== undefined) {
      const { batch: _batch, note: _note, ...kept } = old
      entries.set(model, { ...kept, ...entry })
    } else if (entry.batch !== undefined) {
      entries.set(model, { ...old, ...entry })
    } else {
      // Corrects a date or a note: the prices are still those of the old source.
      entries.set(model, { ...old, ...entry, source: old.source, date: old.date })
    }
  }
  return { entries }
}

const snapshot = /^-(\d{4}-\d{2}-\d{2}|\d{4})$/

const speaksFor = (entry: Entry, model: string): boolean => {
  if (model === entry.model) return true
  if (entry.match === "exact" || !model.startsWith(entry.model)) return false
  return entry.match === "prefix" || snapshot.test(model.slice(entry.model.length))
}

/**
 * The entry that speaks for a model: the longest name that matches. Fine-tuned models (`ft:…`) have prices of their own and match only an
 * entry that names them.
 *
 * @since 0.1.0
 * @category lookups
 */
export const find = (
  book: PriceBook,
  model: string
): (Entry & { readonly source: string; readonly date: string }) | undefined => {
  const exact = book.entries.get(model)
  if (exact !== undefined) return exact
  let best: (Entry & { readonly source: string; readonly date: string }) | undefined
  for (const entry of book.entries.values()) {
    if (speaksFor(entry, model) && entry.model.length > (best?.model.length ?? 0)) best = entry
  }
  return best
}

/**
 * The price of a model, or `undefined` where the book has none: then say so, or ask for `explicit` prices.
 *
 * @since 0.1.0
 * @category lookups
 */
export const lookup = (book: PriceBook, model: string): Price | undefined => {
  const entry = find(book, model)
  const rates = entry?.batch ?? entry?.standard
  if (entry === undefined || rates === undefined) return undefined
  return {
    model,
    batch: entry.batch === undefined ? tokenRates(rates, 0.5) : tokenRates(entry.batch, 1),
    derived: entry.batch === undefined,
    standard: entry.standard === undefined ? undefined : tokenRates(entry.standard, 1),
    longContext: entry.longContext,
    source: entry.source,
    date: entry.date,
    note: entry.note
  }
}

/**
 * The price a user states by hand (`--price-in`, `--price-out`): dollars per million tokens **in a batch**.
 *
 * @since 0.1.0
 * @category constructors
 */
export const explicit = (model: string, perMillion: Rates & { readonly longContext?: LongContext | undefined }): Price => ({
  model,
  batch: tokenRates(perMillion, 1),
  derived: false,
  standard: undefined,
  longContext: perMillion.longContext,
  source: "--price-in/--price-out",
  date: undefined,
  note: undefined
})

/**
 * How near a model's announced retirement is: `retired` on the day and after, `near` within `withinDays`. A batch made on the last day can
 * still be running when the model goes, so `days` is part of the answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Retirement {
  readonly model: string
  readonly date: string
  readonly days: number
  readonly state: "retired" | "near" | "announced"
}

/**
 * The retirement of a model as of `today` (`YYYY-MM-DD`, UTC), or `undefined` where none is announced.
 *
 * @since 0.1.0
 * @category lookups
 */
export const retirement = (book: PriceBook, model: string, today: string, withinDays = 90): Retirement | undefined => {
  const date = find(book, model)?.retires
  if (date === undefined) return undefined
  const days = daysBetween(today, date)
  return { model, date, days, state: days <= 0 ? "retired" : days <= withinDays ? "near" : "announced" }
}

/**
 * The warning to show for a retirement, if it is due one.
 *
 * @since 0.1.0
 * @category lookups
 */
export const retirementProblem = (retirement: Retirement | undefined): Problem.Problem | undefined => {
  if (retirement === undefined || retirement.state === "announced") return undefined
  const { model, date, days } = retirement
  return retirement.state === "retired"
    ? CostProblem.make("BL5303", { model, date })
    : CostProblem.make("BL5304", { model, date, days })
}

/**
 * The texts of problems, by code, in Korean and English.
 *
 * @example
 * ```ts
 * import { CsvError, FileNotFound } from "@batchlabel/csv-io/CsvError"
 * import * as Message from "@batchlabel/messages/Message"
 *
 * const { problem } = new CsvError({ reason: new FileNotFound({ path: "news.csv" }) })
 * console.log(Message.forCommand(problem, "ko"), Message.forPage(problem, "en"))
 * ```
 *
 * @since 0.1.0
 */

import type { Lang } from "@batchlabel/core/Lang"
import type * as Problem from "@batchlabel/core/Problem"
import type { sentences as task } from "@batchlabel/core/TaskProblem"
import type { sentences as cost } from "@batchlabel/cost/CostProblem"
import type { sentences as csv } from "@batchlabel/csv-io/CsvProblem"
import type { sentences as dataset } from "@batchlabel/dataset/DatasetProblem"
import type { sentences as store } from "@batchlabel/job-store/StoreProblem"
import type { sentences as job } from "@batchlabel/labeling/JobProblem"
import type { sentences as openai } from "@batchlabel/openai-batch/OpenAiProblem"
import { calling } from "./internal/catalogue/apiCall.js"
import type { Catalogue } from "./internal/catalogue/entry.js"
import * as texts from "./internal/catalogue.js"
import type { Place } from "./Place.js"

type Libraries = typeof task & typeof csv & typeof openai & typeof cost & typeof dataset & typeof store & typeof job

// Each code of a library has its text, with the data of that code, or this does not compile.
const ofLibraries: Catalogue<Libraries> = texts.libraries

const catalogue = { ...ofLibraries, ...texts.apps }

/**
 * A stable code: `BL1xxx` CSV, `BL2xxx` task and prompt, `BL3xxx` configuration and access, `BL4xxx` the API, `BL5xxx` jobs and
 * datasets, `BL6xxx` usage of the command line, `BL7xxx` the server and its API.
 *
 * @since 0.1.0
 * @category models
 */
export type Code = keyof typeof catalogue

/**
 * The data that the text of a code is filled with.
 *
 * @since 0.1.0
 * @category models
 */
export type DataOf<C extends Code> = Parameters<(typeof catalogue)[C]["en"]>[0]

/**
 * All codes that have a text.
 *
 * @since 0.1.0
 * @category models
 */
export const codes = Object.keys(catalogue) as ReadonlyArray<Code>

const isCode = (code: string): code is Code => Object.hasOwn(catalogue, code)

// What carries a code carries that code's data: `make` and the families of the libraries see to it.
const fill = (code: Code, data: object, lang: Lang, place: Place): string => catalogue[code][lang](data as never, place)

/**
 * A problem of one of the apps, or of a library where an app finds it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <C extends Code>(code: C, params: DataOf<C>): Problem.Problem => ({
  code,
  params,
  message: fill(code, params, "en", "page")
})

/**
 * A problem that was stored: its code, its data and its English sentence, which stands in for every text where this version does not know
 * the code.
 *
 * @since 0.1.0
 * @category constructors
 */
export const restore = (stored: { readonly code: string; readonly params: unknown; readonly text: string }): Problem.Problem =>
  isCode(stored.code)
    ? // What was stored came from a problem of this code.
      { code: stored.code, params: stored.params as object, message: stored.text }
    : make("BL6070", { detail: `[${stored.code}] ${stored.text}` })

const text = ({ code, message, params }: Problem.Problem, lang: Lang, place: Place): string => {
  if (!isCode(code)) return message
  try {
    return fill(code, params, lang, place)
  } catch {
    // Data that an older version stored lacks what this text needs.
    return message
  }
}

/**
 * The text of a problem for a terminal: its remedy names flags and commands.
 *
 * @since 0.1.0
 * @category texts
 */
export const forCommand = (problem: Problem.Problem, lang: Lang): string => text(problem, lang, "command")

/**
 * The text of a problem for the page and for clients of the HTTP API: no flags, no commands.
 *
 * @since 0.1.0
 * @category texts
 */
export const forPage = (problem: Problem.Problem, lang: Lang): string => text(problem, lang, "page")

/**
 * What a call of the API does: `retrieving a batch (batch_1)`.
 *
 * @since 0.1.0
 * @category texts
 */
export const operationName = (call: { readonly operation: string; readonly target?: string | undefined }, lang: Lang): string =>
  calling[lang]({ operation: call.operation, target: call.target })

/**
 * Problems a user can meet: a stable code and the same text in Korean and English, for the command line and for HTTP alike.
 *
 * @since 0.1.0
 */
import { api } from "./internal/catalogue/api.js"
import { calling } from "./internal/catalogue/apiCall.js"
import { config } from "./internal/catalogue/config.js"
import { cost } from "./internal/catalogue/cost.js"
import { csv } from "./internal/catalogue/csv.js"
import type { Params } from "./internal/catalogue/entry.js"
import { http } from "./internal/catalogue/http.js"
import { job } from "./internal/catalogue/job.js"
import { store } from "./internal/catalogue/store.js"
import { task } from "./internal/catalogue/task.js"
import { usage } from "./internal/catalogue/usage.js"
import type { Lang } from "./Lang.js"

const catalogue = { ...csv, ...task, ...config, ...api, ...job, ...store, ...cost, ...usage, ...http }

/**
 * A stable code: `BL1xxx` CSV, `BL2xxx` task and prompt, `BL3xxx` configuration and access, `BL4xxx` the API, `BL5xxx` jobs and
 * datasets, `BL6xxx` usage of the command line, `BL7xxx` the server and its API.
 *
 * @since 0.1.0
 * @category models
 */
export type Code = keyof typeof catalogue

/**
 * What the text of a code is filled with.
 *
 * @since 0.1.0
 * @category models
 */
export type ParamsOf<C extends Code> = Parameters<(typeof catalogue)[C]["en"]>[0]

/**
 * A code with its parameters: the text of it exists only once a language is chosen.
 *
 * @since 0.1.0
 * @category models
 */
export interface Problem {
  readonly code: Code
  readonly params: Params
  readonly text: (lang: Lang) => string
}

/**
 * What a call of the API does, in words: `retrieving a batch (batch_1)`.
 *
 * @since 0.1.0
 * @category texts
 */
export const operationName = (call: { readonly operation: string; readonly target?: string | undefined }, lang: Lang): string =>
  calling[lang]({ operation: call.operation, target: call.target })

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = <C extends Code>(code: C, params: ParamsOf<C>): Problem => ({
  code,
  params,
  text: (lang) => catalogue[code][lang](params as never)
})

const isCode = (code: string): code is Code => Object.hasOwn(catalogue, code)

/**
 * A problem that was stored: its code, its parameters and its English text, which stands in for every language where this version does
 * not know the code or cannot fill it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const restore = (stored: { readonly code: string; readonly params: unknown; readonly text: string }): Problem => {
  const { code, params, text } = stored
  if (!isCode(code)) return make("BL6070", { detail: `[${code}] ${text}` })
  return {
    code,
    // What was stored came from a problem of this code.
    params: params as Params,
    text: (lang) => {
      try {
        return catalogue[code][lang](params as never)
      } catch {
        return text
      }
    }
  }
}

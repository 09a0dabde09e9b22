/**
 * How much filling a template from one row may take. The defaults are for tasks of one's own; a server that runs the templates of others
 * sets narrower ones.
 *
 * @example
 * ```ts
 * import * as TemplateLimits from "@batchlabel/core/TemplateLimits"
 *
 * TemplateLimits.set({ ...TemplateLimits.defaults, milliseconds: 50 })
 * ```
 *
 * @since 0.1.0
 */
import * as engine from "./internal/template/engine.js"

/**
 * `milliseconds` of rendering, `memory` in LiquidJS's own count (about an item of a list or a character of a text each, whether a filter
 * makes it or it is written), and UTF-8 `bytes` of the rendered message. A text that would be longer is not made.
 *
 * @since 0.1.0
 * @category models
 */
export type TemplateLimits = engine.Limits

/**
 * The limits where nobody sets others: those for one's own templates.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaults: TemplateLimits = engine.defaults

/**
 * Sets the limits for the whole process, from now on.
 *
 * @since 0.1.0
 * @category setters
 */
export const set = (limits: TemplateLimits): void => engine.setLimits(limits)

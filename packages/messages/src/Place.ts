/**
 * Where a text is read.
 *
 * @example
 * ```ts
 * import type { Place } from "@batchlabel/messages/Place"
 *
 * const places: ReadonlyArray<Place> = ["command", "page"]
 * console.log(places)
 * ```
 *
 * @since 0.1.0
 */

/**
 * `command`: a terminal, where a remedy names flags and commands. `page`: the web page or a client of the HTTP API, where it names neither.
 *
 * @since 0.1.0
 * @category models
 */
export type Place = "command" | "page"

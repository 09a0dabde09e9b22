/**
 * YAML and JSON files that people write, beside tasks: read within the limits of a task file.
 *
 * @example
 * ```ts
 * import * as YamlFile from "@batchlabel/core/YamlFile"
 *
 * console.log(YamlFile.parse("models: [gpt-4o-mini]")) // Right { models: ["gpt-4o-mini"] }
 * ```
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import { parse as parseYaml } from "yaml"
import * as Bounds from "./internal/taskFileBounds.js"

/**
 * The value of a file, or what keeps it from being read, in English. Size, depth, keys of one object and aliases are limited.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parse = (text: string): Either.Either<unknown, string> => {
  const source = text.replace(/^\ufeff/, "")
  try {
    const excess = Bounds.excessOf(source)
    if (excess !== undefined) return Either.left(excess.detail)
    const value: unknown = parseYaml(source, { version: "1.2", logLevel: "error" })
    const fault = Bounds.faultOf(value)
    return fault === undefined ? Either.right(value) : Either.left(fault)
  } catch (error) {
    return Either.left(error instanceof Error ? error.message : String(error))
  }
}

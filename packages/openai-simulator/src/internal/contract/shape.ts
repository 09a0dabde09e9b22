/**
 * Shapes of JSON values, and the words in which OpenAI's API refuses what does not have them. A shape looks at a value and gives its first
 * fault. They are written for whole input files: a good value costs no allocation beyond its paths.
 */
import { ApiError } from "../apiError.js"
import { isObject, type JsonObject } from "../json.js"

/** The first fault of a value, if it has one. `path` is how errors name the value: `messages[0].content`; `""` is the whole body. */
export type Shape = (value: unknown, path: string) => ApiError | undefined

export interface Fields {
  readonly [name: string]: Shape
}

const refused = (message: string, code: string, path: string): ApiError => new ApiError(400, message, code, path)

const within = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`)

/** `'a', 'b', and 'c'` */
export const listed = (values: ReadonlyArray<string>): string => {
  const quoted = values.map((value) => `'${value}'`)
  if (quoted.length < 3) return quoted.join(" and ")
  return `${quoted.slice(0, -1).join(", ")}, and ${quoted.at(-1)}`
}

const kindOf = (value: unknown): string => {
  if (value === null) return "null"
  if (Array.isArray(value)) return "an array"
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a decimal number"
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}

const wrongType = (path: string, expected: string, value: unknown): ApiError => {
  const got = kindOf(value)
  return refused(
    `Invalid type for '${path}': expected ${expected}, but got ${got === "null" ? "null" : got} instead.`,
    "invalid_type",
    path
  )
}

export const missing = (path: string): ApiError =>
  refused(`Missing required parameter: '${path}'.`, "missing_required_parameter", path)

export const unknown = (path: string): ApiError => refused(`Unknown parameter: '${path}'.`, "unknown_parameter", path)

export const unsupportedValue = (path: string, value: unknown, supported: ReadonlyArray<string>): ApiError =>
  refused(`Invalid value: '${String(value)}'. Supported values are: ${listed(supported)}.`, "invalid_value", path)

interface Length {
  readonly min?: number
  readonly max?: number
  readonly pattern?: RegExp
}

export const string =
  ({ max = Number.POSITIVE_INFINITY, min = 0, pattern }: Length = {}): Shape =>
  (value, path) => {
    if (typeof value !== "string") return wrongType(path, "a string", value)
    if (value.length < min) {
      return refused(
        `Invalid '${path}': string too short. Expected a string with minimum length ${min}, but got ${value === "" ? "an empty string" : `a string with length ${value.length}`} instead.`,
        value === "" ? "empty_string" : "string_below_min_length",
        path
      )
    }
    if (value.length > max) {
      return refused(
        `Invalid '${path}': string too long. Expected a string with maximum length ${max}, but got a string with length ${value.length} instead.`,
        "string_above_max_length",
        path
      )
    }
    return pattern === undefined || pattern.test(value)
      ? undefined
      : refused(
          `Invalid '${path}': string does not match pattern. Expected a string that matches the pattern '${pattern.source}'.`,
          "invalid_value",
          path
        )
  }

export const boolean: Shape = (value, path) => (typeof value === "boolean" ? undefined : wrongType(path, "a boolean", value))

const numeric =
  (word: "integer" | "decimal", min: number, max: number): Shape =>
  (value, path) => {
    if (typeof value !== "number" || (word === "integer" && !Number.isInteger(value))) {
      return wrongType(path, word === "integer" ? "an integer" : "a decimal", value)
    }
    if (value < min) {
      return refused(
        `Invalid '${path}': ${word} below minimum value. Expected a value >= ${min}, but got ${value} instead.`,
        `${word}_below_min_value`,
        path
      )
    }
    if (value > max) {
      return refused(
        `Invalid '${path}': ${word} above maximum value. Expected a value <= ${max}, but got ${value} instead.`,
        `${word}_above_max_value`,
        path
      )
    }
    return undefined
  }

export const integer = (min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): Shape => numeric("integer", min, max)

export const number = (min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): Shape => numeric("decimal", min, max)

export const oneOf =
  (...values: ReadonlyArray<string>): Shape =>
  (value, path) => {
    if (typeof value !== "string") return wrongType(path, `one of ${listed(values)}`, value)
    return values.includes(value) ? undefined : unsupportedValue(path, value, values)
  }

export const nullable =
  (shape: Shape): Shape =>
  (value, path) =>
    value === null ? undefined : shape(value, path)

export const anything: Shape = () => undefined

export const array =
  (item: Shape, min = 0, max = Number.POSITIVE_INFINITY): Shape =>
  (value, path) => {
    if (!Array.isArray(value)) return wrongType(path, "an array", value)
    if (value.length < min) {
      return refused(
        `Invalid '${path}': empty array. Expected an array with minimum length ${min}, but got an empty array instead.`,
        "empty_array",
        path
      )
    }
    if (value.length > max) {
      return refused(
        `Invalid '${path}': array too long. Expected an array with maximum length ${max}, but got an array with length ${value.length} instead.`,
        "array_above_max_length",
        path
      )
    }
    for (let i = 0; i < value.length; i++) {
      const fault = item(value[i], `${path}[${i}]`)
      if (fault !== undefined) return fault
    }
    return undefined
  }

/** An object with these fields and no others. */
export const object = (required: Fields, optional: Fields = {}): Shape => {
  const needed = Object.entries(required)
  const known: Fields = { ...optional, ...required }
  return (value, path) => {
    if (!isObject(value)) return wrongType(path, "an object", value)
    for (const [name] of needed) if (value[name] === undefined) return missing(within(path, name))
    for (const name in value) {
      if (value[name] === undefined) continue
      const shape = Object.hasOwn(known, name) ? known[name] : undefined
      const fault = shape === undefined ? unknown(within(path, name)) : shape(value[name], within(path, name))
      if (fault !== undefined) return fault
    }
    return undefined
  }
}

const tooManyProperties = (path: string, most: number, value: JsonObject): ApiError =>
  refused(
    `Invalid '${path}': too many properties. Expected an object with at most ${most} properties, but got an object with ${Object.keys(value).length} properties instead.`,
    "object_above_max_properties",
    path
  )

/** An object of any keys, up to a length, whose values have a shape. */
export const record =
  (item: Shape, most = Number.POSITIVE_INFINITY, longestKey = Number.POSITIVE_INFINITY): Shape =>
  (value, path) => {
    if (!isObject(value)) return wrongType(path, "an object", value)
    if (Object.keys(value).length > most) return tooManyProperties(path, most, value)
    for (const name in value) {
      if (name.length > longestKey) {
        return refused(
          `Invalid '${path}': property name too long. Expected a property name with maximum length ${longestKey}, but got one with length ${name.length} instead.`,
          "property_name_above_max_length",
          path
        )
      }
      const fault = item(value[name], within(path, name))
      if (fault !== undefined) return fault
    }
    return undefined
  }

/** Any object with these keys in it: where the insides are not looked at. */
export const objectWith =
  (...names: ReadonlyArray<string>): Shape =>
  (value, path) => {
    if (!isObject(value)) return wrongType(path, "an object", value)
    const absent = names.find((name) => value[name] === undefined)
    return absent === undefined ? undefined : missing(within(path, absent))
  }

/** A text, or a list of something. */
export const textOr =
  (text: Shape, other: Shape, expected = "one of a string or an array of objects"): Shape =>
  (value, path) => {
    if (typeof value === "string") return text(value, path)
    return Array.isArray(value) || isObject(value) ? other(value, path) : wrongType(path, expected, value)
  }

/** Objects that a field tells apart: `type`, `role`. */
export const tagged = (tag: string, shapes: Fields, otherwise?: Shape): Shape => {
  const tags = Object.keys(shapes)
  return (value, path) => {
    if (!isObject(value)) return wrongType(path, "an object", value)
    const name = value[tag]
    if (name === undefined || name === null) {
      return otherwise === undefined || name === null ? missing(within(path, tag)) : otherwise(value, path)
    }
    if (typeof name !== "string") return wrongType(within(path, tag), `one of ${listed(tags)}`, name)
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined
    return shape === undefined ? unsupportedValue(within(path, tag), name, tags) : shape(value, path)
  }
}

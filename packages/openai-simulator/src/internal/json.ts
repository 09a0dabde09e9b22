/** Guards for JSON values of unknown shape. */
export type JsonObject = { readonly [key: string]: unknown }

export const isObject = (u: unknown): u is JsonObject => typeof u === "object" && u !== null && !Array.isArray(u)

export const isString = (u: unknown): u is string => typeof u === "string"

/** The value as an object, or an empty one: for reading optional nested fields in one expression. */
export const objectOf = (u: unknown): JsonObject => (isObject(u) ? u : {})

/** The value as an array, or an empty one. */
export const arrayOf = (u: unknown): ReadonlyArray<unknown> => (Array.isArray(u) ? u : [])

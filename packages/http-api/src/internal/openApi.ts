/** What the derived document says of problems, corrected: their media type, and that nothing else is ever sent in their place. */
import * as Predicate from "effect/Predicate"
import { contentType } from "../ApiProblem.js"
import * as EventStream from "../EventStream.js"

type Json = Readonly<Record<string, unknown>>

const isObject = (u: unknown): u is Json => Predicate.isRecord(u)

const mapValues = (object: Json, map: (value: unknown, key: string) => unknown): Json =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]))

const problem = { [contentType]: { schema: { $ref: "#/components/schemas/Problem" } } }

const response = (value: unknown, status: string): unknown =>
  Number(status) >= 400 && isObject(value) ? { ...value, content: problem } : value

const operation = (value: unknown): unknown => {
  if (!isObject(value) || !isObject(value["responses"])) return value
  return { ...value, responses: mapValues(value["responses"], response) }
}

/** The library's own error for requests that do not fit, which this API answers with a problem instead. */
const ownErrors = new Set(["HttpApiDecodeError", "Issue", "PropertyKey"])

const withoutOwnErrors = (components: unknown): unknown => {
  if (!isObject(components) || !isObject(components["schemas"])) return components
  const schemas = Object.entries(components["schemas"]).filter(([name]) => !ownErrors.has(name))
  return { ...components, schemas: Object.fromEntries(schemas) }
}

/** The library names some schemas (`/schemas/unknown`) wherever it writes them, and a document may hold a name once. */
const withoutIds = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutIds)
  if (!isObject(value)) return value
  return mapValues(Object.fromEntries(Object.entries(value).filter(([key]) => key !== "$id")), withoutIds)
}

const pathItem = (value: unknown): unknown => (isObject(value) ? mapValues(value, (one) => withoutIds(operation(one))) : value)

/** For `OpenApi.Transform`. */
export const problemsOnly = (spec: Record<string, unknown>): Record<string, unknown> => ({
  ...spec,
  components: withoutIds(withoutOwnErrors(spec["components"])),
  paths: isObject(spec["paths"]) ? mapValues(spec["paths"], pathItem) : {}
})

const withEvents = (response: unknown): unknown =>
  isObject(response) && isObject(response["content"])
    ? { ...response, content: { ...response["content"], [EventStream.contentType]: { schema: { type: "string" } } } }
    : response

/** For `OpenApi.Transform` of an operation that also answers with server-sent events. */
export const alsoAsEvents = (operation: Record<string, unknown>): Record<string, unknown> => ({
  ...operation,
  responses: isObject(operation["responses"])
    ? mapValues(operation["responses"], (value, status) => (status === "200" ? withEvents(value) : value))
    : {}
})

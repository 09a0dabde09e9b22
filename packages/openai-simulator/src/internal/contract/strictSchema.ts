/**
 * The rules for schemas of structured outputs in strict mode. Source: OpenAI's guide to structured outputs, "Supported schemas".
 */
import { ApiError } from "../apiError.js"
import { arrayOf, isObject, type JsonObject } from "../json.js"

const most = { properties: 5_000, depth: 10, enums: 1_000, longEnum: 250, longEnumCharacters: 15_000, characters: 120_000 }

const forbidden = ["allOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else"]

interface Walk {
  properties: number
  enums: number
  characters: number
}

/** `('properties', 'label')` */
const context = (keys: ReadonlyArray<string>): string =>
  `(${keys.map((key) => `'${key}'`).join(", ")}${keys.length === 1 ? "," : ""})`

/** What is wrong with a schema, in the API's words after "Invalid schema for response_format 'name': ". */
export const strictSchemaFault = (schema: JsonObject): string | undefined => {
  if (schema["type"] !== "object") {
    const type = schema["type"] === undefined ? "None" : String(schema["type"])
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${type}"'.`
  }
  if (schema["anyOf"] !== undefined) return "In context=(), 'anyOf' is not permitted."
  const walk: Walk = { properties: 0, enums: 0, characters: 0 }
  return (
    nodeFault(schema, [], 1, walk) ??
    (walk.properties > most.properties
      ? `Expected at most ${most.properties} object properties in total, but got ${walk.properties}.`
      : walk.enums > most.enums
        ? `Expected at most ${most.enums} enum values in total within a schema when using structured outputs.`
        : walk.characters > most.characters
          ? `The total string size of property names, definition names, enum values and const values must not exceed ${most.characters} characters.`
          : undefined)
  )
}

const nodeFault = (node: JsonObject, at: ReadonlyArray<string>, depth: number, walk: Walk): string | undefined => {
  const word = forbidden.find((name) => node[name] !== undefined)
  if (word !== undefined) return `In context=${context(at)}, '${word}' is not permitted.`
  if (depth > most.depth) return `${most.depth} levels of nesting exceeded.`
  const listed = arrayOf(node["enum"])
  const characters = listed.reduce<number>((sum, value) => sum + String(value).length, 0)
  walk.enums += listed.length
  walk.characters += characters + String(node["const"] ?? "").length
  if (listed.length > most.longEnum && characters > most.longEnumCharacters) {
    return `In context=${context(at)}, the total string length of the ${listed.length} enum values exceeds ${most.longEnumCharacters} characters.`
  }
  if (["type", "anyOf", "$ref", "enum", "const"].every((name) => node[name] === undefined)) {
    return `In context=${context(at)}, schema must have a 'type' key.`
  }
  return (
    objectFault(node, at, depth, walk) ??
    insideFault(node["items"], [...at, "items"], depth, walk) ??
    eachFault(arrayOf(node["anyOf"]).entries(), [...at, "anyOf"], depth, walk) ??
    eachFault(isObject(node["$defs"]) ? Object.entries(node["$defs"]) : [], [...at, "$defs"], depth - 1, walk)
  )
}

const objectFault = (node: JsonObject, at: ReadonlyArray<string>, depth: number, walk: Walk): string | undefined => {
  const types = Array.isArray(node["type"]) ? node["type"] : [node["type"]]
  if (!types.includes("object")) return undefined
  const where = `In context=${context(at)},`
  if (node["additionalProperties"] !== false) {
    return `${where} 'additionalProperties' is required to be supplied and to be false.`
  }
  const properties = isObject(node["properties"]) ? node["properties"] : {}
  const names = Object.keys(properties)
  walk.properties += names.length
  for (const name of names) walk.characters += name.length
  const needed = arrayOf(node["required"])
  const lacking = names.find((name) => !needed.includes(name))
  if (lacking !== undefined) {
    return `${where} 'required' is required to be supplied and to be an array including every key in properties. Missing '${lacking}'.`
  }
  const extra = needed.find((name) => typeof name !== "string" || !Object.hasOwn(properties, name))
  if (extra !== undefined) return `${where} 'required' has an extra key '${String(extra)}'.`
  return eachFault(Object.entries(properties), [...at, "properties"], depth, walk)
}

const eachFault = (
  nodes: Iterable<readonly [string | number, unknown]>,
  at: ReadonlyArray<string>,
  depth: number,
  walk: Walk
): string | undefined => {
  for (const [name, node] of nodes) {
    const fault = insideFault(node, [...at, String(name)], depth, walk)
    if (fault !== undefined) return fault
  }
  return undefined
}

const insideFault = (node: unknown, at: ReadonlyArray<string>, depth: number, walk: Walk): string | undefined => {
  if (node === undefined) return undefined
  if (!isObject(node)) return `In context=${context(at)}, a schema must be an object.`
  const nests = node["properties"] !== undefined || node["items"] !== undefined
  return nodeFault(node, at, nests ? depth + 1 : depth, walk)
}

export const schemaRefusal = (name: string, fault: string, param: string): ApiError =>
  new ApiError(
    400,
    `Invalid schema for response_format '${name}': ${fault}`,
    param === "response_format" ? null : "invalid_json_schema",
    param
  )

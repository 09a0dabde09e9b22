/**
 * Loads rules and scenarios: given as values, or as paths of YAML or JSON files.
 */
import { readFile } from "node:fs/promises"
import { dirname, resolve as resolvePath } from "node:path"
import * as Either from "effect/Either"
import { type ParseError, TreeFormatter } from "effect/ParseResult"
import { parse } from "yaml"
import * as Rules from "../Rules.js"
import * as Scenario from "../Scenario.js"
import { excessOf, faultOf } from "./bounds.js"

export const loadRules = async (
  source: Rules.RulesInput | string | undefined
): Promise<{ readonly rules: Rules.Rules; readonly resolve: (path: string) => string }> => {
  const folder = typeof source === "string" ? dirname(source) : process.cwd()
  return { rules: await load("rules", source, Rules.decode), resolve: (path) => resolvePath(folder, path) }
}

export const loadScenario = (source: Scenario.ScenarioInput | string | undefined): Promise<Scenario.Scenario> =>
  load("scenario", source, Scenario.decode)

/** Throws an error that names what is at fault. */
export const decodeScenario = (input: unknown): Scenario.Scenario => orThrow("the scenario", Scenario.decode(input))

const load = async <A>(name: string, source: unknown, decode: (input: unknown) => Either.Either<A, ParseError>): Promise<A> => {
  const input: unknown = typeof source === "string" ? yaml(source, await text(source)) : source
  return orThrow(typeof source === "string" ? source : `the ${name}`, decode(input ?? {}))
}

const orThrow = <A>(place: string, decoded: Either.Either<A, ParseError>): A => {
  if (Either.isRight(decoded)) return decoded.right
  throw new Error(`${place} can't be used:\n${TreeFormatter.formatErrorSync(decoded.left)}`)
}

const text = (path: string): Promise<string> =>
  readFile(path, "utf8").catch((error: Error) => {
    throw new Error(`Can't read ${path}: ${error.message}`)
  })

// YAML reads JSON too.
const yaml = (path: string, content: string): unknown => {
  const excess = excessOf(content)
  if (excess !== undefined) throw new Error(`${path}: ${excess}`)
  try {
    const value: unknown = parse(content)
    const fault = faultOf(value)
    if (fault !== undefined) throw new Error(fault)
    return value
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

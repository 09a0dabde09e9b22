/**
 * The command line before `@effect/cli` reads it: every flag is known, has the value it needs and is given once; what is left are
 * positionals. `@effect/cli` alone takes an unknown flag for a positional and explains mistakes in English only.
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Message from "@batchlabel/messages/Message"
import * as AutoCorrect from "@effect/cli/AutoCorrect"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Either from "effect/Either"

/** What has to be known of a flag to read it. */
export interface Known {
  readonly name: string
  readonly alias: string | undefined
  readonly metavar: string | undefined
}

export interface Shape {
  /** As the user calls the command: `batchlabel submit`. */
  readonly command: string
  readonly flags: ReadonlyArray<Known>
  /** How the positionals are called in errors, and how many there may be. */
  readonly positionals: { readonly name: string; readonly least: number; readonly most: number }
}

/** `flags`: each as `--name=value` or `--name`. */
export interface Arguments {
  readonly flags: ReadonlyArray<string>
  readonly positionals: ReadonlyArray<string>
}

/** The word that was probably meant. */
export const nearest = (word: string, words: ReadonlyArray<string>): string | undefined => {
  const [best] = words
    .map((candidate) => ({ candidate, edits: AutoCorrect.levensteinDistance(word, candidate, CliConfig.defaultConfig) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.min(word.length, candidate.length) / 2)))
    .sort((a, b) => a.edits - b.edits)
  return best?.candidate ?? words.find((candidate) => word.length > 3 && candidate.includes(word))
}

interface Token {
  readonly flag: string
  readonly inline: string | undefined
}

/** `--name=value`, `--name`, `-n`; undefined for a positional. */
const tokenOf = (argument: string): Token | undefined => {
  if (!argument.startsWith("-")) return undefined
  const at = argument.startsWith("--") ? argument.indexOf("=") : -1
  return at < 0 ? { flag: argument, inline: undefined } : { flag: argument.slice(0, at), inline: argument.slice(at + 1) }
}

const knownBy = (flag: string, flags: ReadonlyArray<Known>): Known | undefined =>
  flags.find(({ alias, name }) => flag === `--${name}` || (alias !== undefined && flag === `-${alias}`))

export const read = (shape: Shape, argv: ReadonlyArray<string>): Either.Either<Arguments, Problem.Problem> => {
  const { command, flags, positionals } = shape
  const given = new Map<string, string>()
  const rest: Array<string> = []
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? ""
    const token = tokenOf(argument)
    if (token === undefined) {
      if (rest.length === positionals.most) return Either.left(Message.make("BL6003", { argument, command }))
      rest.push(argument)
      continue
    }
    const known = knownBy(token.flag, flags)
    if (known === undefined) {
      const names = flags.map(({ name }) => `--${name}`)
      const meant = nearest(token.flag.replace(/^-+/, "--"), names)
      return Either.left(Message.make("BL6001", { flag: token.flag, nearest: meant, command }))
    }
    const flag = `--${known.name}`
    if (given.has(known.name)) return Either.left(Message.make("BL6005", { flag }))
    if (known.metavar === undefined) {
      if (token.inline !== undefined) return Either.left(Message.make("BL6011", { flag }))
      given.set(known.name, flag)
      continue
    }
    const next = argv[at + 1]
    // A value that looks like a flag has to be given as --name=value.
    const missing = next === undefined || /^--[a-z]/i.test(next) || knownBy(next, flags) !== undefined
    if (token.inline === undefined && missing) return Either.left(Message.make("BL6002", { flag, metavar: known.metavar }))
    if (token.inline === undefined) at++
    const value = token.inline ?? next ?? ""
    // Further on an empty value would count as none, and the default would be taken.
    if (value === "") return Either.left(Message.make("BL6004", { flag, value, expected: "text" }))
    given.set(known.name, `${flag}=${value}`)
  }
  if (rest.length < positionals.least) return Either.left(Message.make("BL6008", { argument: positionals.name, command }))
  return Either.right({ flags: [...given.values()], positionals: rest })
}

/**
 * A flag of a command: how it is written, what it takes, and how its text becomes a value. `@effect/cli` reads it from the command line
 * and, where it has a variable, from the configuration; what the text means is decided here, so that a wrong one is explained in the
 * user's language.
 */
import type * as Problem from "@batchlabel/core/Problem"
import * as Message from "@batchlabel/messages/Message"
import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Texts } from "./Texts.js"

/** Every flag has its line in the catalogue of texts. */
export type Name = keyof Texts["flags"]

/** Under which heading of the help a flag is listed. */
export type Group = keyof Texts["groups"]

/** What a value is called in the help, the same in every language. */
const metavars = {
  file: "FILE",
  folder: "DIR",
  guide: "DIR|none",
  name: "NAME",
  char: "CHAR",
  text: "TEXT",
  url: "URL",
  number: "N",
  bytes: "SIZE",
  dollars: "USD",
  id: "ID",
  time: "TIME",
  sample: "N|P%"
} as const

export type Metavar = keyof typeof metavars

export interface Flag<out A> {
  readonly name: Name
  readonly alias: string | undefined
  readonly group: Group
  /** `undefined`: a switch. */
  readonly metavar: string | undefined
  readonly choices: ReadonlyArray<string> | undefined
  readonly required: boolean
  /** The variable that is read where the flag is not given. */
  readonly variable: string | undefined
  readonly options: Options.Options<Either.Either<A, Problem.Problem>>
}

/** The values of a record of flags. */
export type ValuesOf<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer A> ? A : never }

export type Flags = Readonly<Record<string, Flag<unknown>>>

type Expected = Message.DataOf<"BL6004">["expected"]

interface Written {
  readonly group: Group
  readonly alias?: string
  readonly variable?: string
}

/** A flag that takes no value. */
export const toggle = (name: Name, { alias, group }: Written): Flag<boolean> => {
  const plain = Options.boolean(name)
  const options = alias === undefined ? plain : Options.withAlias(plain, alias)
  return {
    name,
    alias,
    group,
    metavar: undefined,
    choices: undefined,
    required: false,
    variable: undefined,
    options: Options.map(options, Either.right)
  }
}

const optionalText = (name: Name, { alias, variable }: Written): Options.Options<Option.Option<string>> => {
  const plain = Options.text(name)
  const aliased = alias === undefined ? plain : Options.withAlias(plain, alias)
  const configured = variable === undefined ? aliased : Options.withFallbackConfig(aliased, Config.string(variable))
  return Options.optional(configured)
}

const shownName = (name: Name, { variable }: Written): string =>
  variable === undefined ? `--${name}` : `--${name} (${variable})`

const reading = <A>(
  name: Name,
  metavar: Metavar,
  written: Written,
  choices: ReadonlyArray<string> | undefined,
  read: (text: string) => Either.Either<A, Problem.Problem>
): Flag<A | undefined> => ({
  name,
  alias: written.alias,
  group: written.group,
  metavar: choices?.join("|") ?? metavars[metavar],
  choices,
  required: false,
  variable: written.variable,
  options: Options.map(
    optionalText(name, written),
    Option.match({
      onNone: () => Either.right(undefined),
      onSome: (text): Either.Either<A | undefined, Problem.Problem> => read(text)
    })
  )
})

/** A flag with a value that `parse` understands, or gives `undefined` for. */
export const value = <A>(
  name: Name,
  metavar: Metavar,
  written: Written,
  expected: Expected,
  parse: (text: string) => A | undefined
): Flag<A | undefined> =>
  reading(name, metavar, written, undefined, (text) => {
    const parsed = parse(text)
    return parsed === undefined
      ? Either.left(Message.make("BL6004", { flag: shownName(name, written), value: text, expected }))
      : Either.right(parsed)
  })

/** A flag whose value is any text but an empty one. */
export const text = (name: Name, metavar: Metavar, written: Written): Flag<string | undefined> =>
  value(name, metavar, written, "text", (given) => (given === "" ? undefined : given))

/** A flag whose value is one of a few words. */
export const choice = <const C extends ReadonlyArray<string>>(
  name: Name,
  metavar: Metavar,
  written: Written,
  choices: C
): Flag<C[number] | undefined> =>
  reading<C[number]>(name, metavar, written, choices, (given) => {
    const found = choices.find((word) => word === given.toLowerCase())
    return found === undefined
      ? Either.left(Message.make("BL6012", { flag: shownName(name, written), value: given, choices, nearest: undefined }))
      : Either.right(found)
  })

/** The flag has to be given. `command` is named in the error. */
export const required = <A>(flag: Flag<A | undefined>, command: string): Flag<A> => ({
  ...flag,
  required: true,
  options: Options.map(flag.options, (given) =>
    Either.flatMap(given, (value) =>
      value === undefined
        ? Either.left(
            Message.make("BL6006", { flag: `--${flag.name}`, metavar: flag.metavar ?? "", command: `batchlabel ${command}` })
          )
        : Either.right(value)
    )
  )
})

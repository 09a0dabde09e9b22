/** A command: its flags and positionals, and what it does. `@effect/cli` parses, this file ties the ends together. */
import type * as Problem from "@batchlabel/core/Problem"
import * as Message from "@batchlabel/messages/Message"
import * as Args from "@effect/cli/Args"
import * as CliCommand from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import type * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import manifest from "../package.json" with { type: "json" }
import * as Arguments from "./Arguments.js"
import { ExitCode } from "./ExitCode.js"
import type * as Flag from "./Flag.js"
import * as Flags from "./Flags.js"
import type { Screen } from "./Screen.js"
import type { Texts } from "./Texts.js"

/** Every failure that a user can meet has a text in both languages. */
export interface Failure {
  readonly problem: Problem.Problem
}

export type Environment = Screen | NodeContext.NodeContext

export type Name = keyof Texts["commands"]

/** Each flag's value as it read it itself. */
type Parsed = Readonly<Record<string, Either.Either<unknown, Problem.Problem>>>

export interface Positionals {
  readonly name: keyof Texts["positionals"]
  readonly least: number
  readonly most: number
}

export interface Command {
  readonly name: Name
  readonly flags: ReadonlyArray<Flag.Flag<unknown>>
  readonly positionals: Positionals | undefined
  /** How it ends when a signal stops it, if being stopped is its usual end. */
  readonly stopped: ExitCode | undefined
  /** It sends what is paid for, and so does not end because nobody reads what it prints. */
  readonly spends: boolean
  readonly execute: (argv: ReadonlyArray<string>) => Effect.Effect<ExitCode, Failure, Environment>
  /** For completions. */
  readonly parser: CliCommand.Command<string, never, never, { readonly options: Parsed; readonly rest: Array<string> }>
}

export interface Spec<F extends Flag.Flags> {
  readonly name: Name
  readonly flags: F
  readonly positionals?: Positionals
  readonly stopped?: ExitCode
  readonly spends?: boolean
  readonly run: (
    values: Flag.ValuesOf<F & typeof Flags.common>,
    rest: ReadonlyArray<string>
  ) => Effect.Effect<ExitCode, Failure, Environment>
}

/** A problem as a failure. */
export const fail = (problem: Problem.Problem): Effect.Effect<never, Failure> => Effect.fail({ problem })

const logLevel: Arguments.Known = { name: "log-level", alias: undefined, metavar: "LEVEL" }

/** The values of all flags, or the first that is wrong. */
const decode = <F extends Flag.Flags>(parsed: Parsed): Either.Either<Flag.ValuesOf<F & typeof Flags.common>, Problem.Problem> =>
  // Each flag has read its own value; the record of them has the shape of the flags.
  Either.map(Either.all(parsed), (values) => values as Flag.ValuesOf<F & typeof Flags.common>)

const plainText = (doc: HelpDoc.HelpDoc): string =>
  HelpDoc.toAnsiText(doc)
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .replaceAll(/\s+/g, " ")
    .trim()

export const make = <F extends Flag.Flags>(spec: Spec<F>): Command => {
  const { name, positionals, run, spends = false, stopped } = spec
  const all: Flag.Flags = { ...spec.flags, ...Flags.common }
  const flags = Object.values(all)
  const command = `batchlabel ${name}`
  const shown: string = name
  const options = Options.all(Object.fromEntries(Object.entries(all).map(([key, flag]) => [key, flag.options])))
  const config = { options, rest: Args.repeated(Args.text({ name: positionals?.name ?? "args" })) }

  const execute = Effect.fnUntraced(function* (argv: ReadonlyArray<string>) {
    const read = Arguments.read(
      {
        command,
        flags: [...flags, logLevel],
        positionals: positionals ?? { name: "", least: 0, most: 0 }
      },
      argv
    )
    if (Either.isLeft(read)) return yield* fail(read.left)
    let code: ExitCode = ExitCode.done
    const parser = CliCommand.make(shown, config, (parsed) =>
      Effect.gen(function* () {
        const values = decode<F>(parsed.options)
        if (Either.isLeft(values)) return yield* fail(values.left)
        code = yield* run(values.right, parsed.rest)
      })
    )
    const argvOf = ["node", "batchlabel", ...read.right.flags, ...read.right.positionals]
    yield* CliCommand.run(parser, { name: command, version: manifest.version })(argvOf).pipe(
      Effect.catchIf(ValidationError.isValidationError, (error) =>
        fail(Message.make("BL6010", { detail: plainText(error.error), command }))
      )
    )
    return code
  })

  return { name, flags, positionals, stopped, spends, execute, parser: CliCommand.make(shown, config) }
}

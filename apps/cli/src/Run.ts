/** Runs a command in this process: its layers, its log, the signals, and how it ends. */
import type { Lang } from "@batchlabel/core/Lang"
import type * as Problem from "@batchlabel/core/Problem"
import * as Message from "@batchlabel/messages/Message"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as App from "./App.js"
import { nearest } from "./Arguments.js"
import * as Catalogue from "./Catalogue.js"
import type { Command } from "./Command.js"
import { ExitCode, ofProblem } from "./ExitCode.js"
import { endingOf, withoutSecrets } from "./Failure.js"
import * as Screen from "./Screen.js"

export interface OutputMode {
  readonly lang: Lang
  readonly style: Screen.Style
  readonly json: boolean
}

const screenOf = ({ json, lang, style }: OutputMode, streams = Screen.processStreams(false)): Screen.Service =>
  Screen.make({
    lang,
    json,
    style,
    streams,
    noColor: (process.env["NO_COLOR"] ?? "") !== ""
  })

const secretNames = ["OPENAI_API_KEY", "BATCHLABEL_DATABASE_URL", "DATABASE_URL", "OPENAI_WEBHOOK_SECRET"]

/** What must not be shown: from the environment, and once they are read from `.env`. */
const secrets = new Set<string>(secretNames.flatMap((name) => process.env[name] ?? []))

const scrub = (text: string): string => withoutSecrets(text, [...secrets])

const learnSecrets = Effect.forEach(secretNames, (name) =>
  Config.option(Config.string(name)).pipe(Effect.map(Option.map((secret) => secrets.add(secret))), Effect.ignore)
)

const tell = (screen: Screen.Service, problem: Problem.Problem): void => {
  const { json, lang, streams, texts } = screen
  const message = scrub(Message.forCommand(problem, lang))
  streams.err(`${texts.error(message, problem.code)}\n`)
  if (json) streams.out(`${JSON.stringify({ error: { code: problem.code, message } })}\n`)
}

const wantsDetails = (argv: ReadonlyArray<string>): boolean => /--log-level[= ](debug|trace|all)\b/i.test(argv.join(" "))

/** Log lines go to stderr, so that stdout stays what was asked for. */
const logging = Layer.merge(
  Logger.replace(Logger.defaultLogger, Logger.withConsoleError(Logger.logfmtLogger)),
  Logger.minimumLogLevel(LogLevel.Warning)
)

/** The first Ctrl-C asks the command to stop where it is safe, the second does not ask. */
const onSignals = (screen: Screen.Service, fiber: Fiber.RuntimeFiber<unknown, unknown>) => {
  let code: ExitCode | undefined
  const stop = (as: ExitCode) => () => {
    if (code !== undefined) process.exit(code)
    code = as
    if (screen.live) screen.streams.err(`\n${screen.texts.detached.stopping}\n`)
    Effect.runFork(Fiber.interruptFork(fiber))
  }
  const interrupt = stop(ExitCode.detached)
  const terminate = stop(ExitCode.terminated)
  process.on("SIGINT", interrupt).on("SIGTERM", terminate)
  return {
    code: () => code ?? ExitCode.detached,
    off: () => void process.off("SIGINT", interrupt).off("SIGTERM", terminate)
  }
}

/** What stdout did not take, for another reason than that nobody reads it any more. */
const lostOutput = async ({ streams }: Screen.Service): Promise<Problem.Problem | undefined> => {
  // The stream tells of a failed write a turn later.
  await new Promise((resolve) => setImmediate(resolve))
  const detail = streams.lost()
  return detail === undefined ? undefined : Message.make("BL6074", { detail })
}

export const run = async (
  command: Command,
  argv: ReadonlyArray<string>,
  mode: OutputMode,
  streams: Screen.Streams = Screen.processStreams(command.spends)
): Promise<void> => {
  const screen = screenOf(mode, streams)
  const program = Effect.flatMap(App.configProvider, (provider) =>
    Effect.andThen(learnSecrets, command.execute(argv)).pipe(Effect.withConfigProvider(provider))
  ).pipe(Effect.provideService(Screen.Screen, screen), Effect.provide(Layer.merge(NodeContext.layer, logging)))
  const fiber = Effect.runFork(program)
  const signals = onSignals(screen, fiber)
  const exit = await Effect.runPromise(Fiber.await(fiber))
  signals.off()
  if (Exit.isSuccess(exit)) {
    const lost = await lostOutput(screen)
    if (lost !== undefined) tell(screen, lost)
    process.exitCode = lost === undefined || exit.value !== ExitCode.done ? exit.value : ofProblem(lost)
    return
  }
  const ending = endingOf(exit.cause)
  if (wantsDetails(argv)) screen.streams.err(`${scrub(Cause.pretty(exit.cause, { renderErrorCause: true }))}\n`)
  if (ending === undefined) screen.streams.err(`${screen.texts.detached.stopped}\n`)
  else tell(screen, ending.problem)
  process.exitCode = ending === undefined ? (command.stopped ?? signals.code()) : ending.exitCode
}

const refuse = (problem: Problem.Problem, mode: OutputMode): void => {
  tell(screenOf(mode), problem)
  process.exitCode = ofProblem(problem)
}

export const unknownCommand = (word: string, lang: Lang, json: boolean): void => {
  const mode: OutputMode = { lang, json, style: "full" }
  const words = [...Catalogue.names, ...Catalogue.names.flatMap((name) => name.split(" ").slice(0, 1))]
  const problem = word.startsWith("-")
    ? Message.make("BL6001", { flag: word, nearest: undefined, command: "" })
    : Message.make("BL6007", { command: word, nearest: nearest(word, words) })
  refuse(problem, mode)
}

export const badMode = (given: string | undefined, modes: ReadonlyArray<string>, lang: Lang, json: boolean): void => {
  const mode: OutputMode = { lang, json, style: "guide" }
  const problem =
    given === undefined
      ? Message.make("BL6006", { flag: "--mode", metavar: modes.join("|"), command: "batch_labeling_openai" })
      : Message.make("BL6012", { flag: "--mode", value: given, choices: modes, nearest: nearest(given, modes) })
  refuse(problem, mode)
}

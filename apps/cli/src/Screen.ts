/**
 * What a command says and where: results on stdout, notes and progress on stderr. With `--json` stdout carries one object and nothing
 * else.
 */

import { createInterface } from "node:readline"
import type { Lang } from "@batchlabel/core/Lang"
import type { Problem } from "@batchlabel/core/Problem"
import * as Message from "@batchlabel/messages/Message"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Texts from "./Texts.js"

/** `guide`: exactly the lines of the guide. `full`: these, and what else is worth knowing. */
export type Style = "guide" | "full"

/** The two streams and what is known of them. */
export interface Streams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  readonly inIsTerminal: boolean
  readonly columns: () => number
  /** Why stdout took no more, but for a reader that went away. */
  readonly lost: () => string | undefined
  /** A line that is typed, without its end; `undefined` at the end of input, or when the signal ends the waiting. */
  readonly readLine: (signal: AbortSignal) => Promise<string | undefined>
}

export interface Service {
  readonly lang: Lang
  readonly texts: Texts.Texts
  readonly json: boolean
  readonly style: Style
  readonly streams: Streams
  /** Whether stdout may be coloured. */
  readonly colors: boolean
  /** Whether stderr is a terminal on which progress can be drawn. */
  readonly live: boolean
  /** Lines on stdout; nothing with `--json`. */
  readonly say: (...lines: ReadonlyArray<string>) => Effect.Effect<void>
  /** Lines on stderr. */
  readonly note: (...lines: ReadonlyArray<string>) => Effect.Effect<void>
  /** A problem that stops nothing, on stderr. */
  readonly warn: (problem: Problem) => Effect.Effect<void>
  /** The object on stdout; nothing without `--json`. */
  readonly result: (value: object) => Effect.Effect<void>
}

export class Screen extends Context.Tag("batchlabel/Screen")<Screen, Service>() {}

export interface Options {
  readonly lang: Lang
  readonly json: boolean
  readonly style: Style
  readonly streams: Streams
  readonly noColor: boolean
}

export const make = ({ json, lang, noColor, streams, style }: Options): Service => {
  const texts = Texts.of(lang)
  const lines = (write: (text: string) => void, all: ReadonlyArray<string>) =>
    Effect.sync(() => write(all.map((line) => `${line}\n`).join("")))
  return {
    lang,
    texts,
    json,
    style,
    streams,
    colors: streams.outIsTerminal && !noColor,
    live: streams.errIsTerminal,
    say: (...all) => (json ? Effect.void : lines(streams.out, all)),
    note: (...all) => lines(streams.err, all),
    warn: (problem) => lines(streams.err, [texts.notice(`${Message.forCommand(problem, lang)} [${problem.code}]`)]),
    result: (value) => (json ? lines(streams.out, [JSON.stringify(value)]) : Effect.void)
  }
}

/** The terminal itself edits the line and turns Ctrl-C into a signal, as for any other command. */
const readLineOf = (input: NodeJS.ReadableStream, signal: AbortSignal): Promise<string | undefined> =>
  new Promise((resolve) => {
    const reader = createInterface({ input, terminal: false, signal })
    let line: string | undefined
    reader.once("line", (text) => {
      line = text
      reader.close()
    })
    reader.once("close", () => {
      input.pause()
      resolve(line)
    })
  })

/**
 * The streams of this process. A reader that went away (`| head`) ends it quietly, unless it `spends`: then it goes on, and what stdout does
 * not take any more goes to stderr, so that the ids of what was paid for are told.
 */
export const processStreams = (spends: boolean): Streams => {
  const { stderr, stdin, stdout } = process
  let fault: NodeJS.ErrnoException | undefined
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    fault ??= error
    if (error.code === "EPIPE" && !spends) process.exit()
  })
  stderr.on("error", () => {})
  const err = (text: string): void => void stderr.write(text)
  const out = (text: string): void => {
    if (fault !== undefined) err(text)
    else
      stdout.write(text, (error) => {
        if (error !== null && error !== undefined) err(text)
      })
  }
  return {
    out,
    err,
    lost: () => (fault === undefined || fault.code === "EPIPE" ? undefined : fault.message),
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    inIsTerminal: stdin.isTTY === true,
    columns: () => stderr.columns ?? 80,
    readLine: (signal) => readLineOf(stdin, signal)
  }
}

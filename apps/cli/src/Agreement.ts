/**
 * What spends or destroys is told first, and done only where a person has typed yes, or the command line has said so beforehand. What the
 * rules are, and why: docs/decisions/019.
 */
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import * as Command from "./Command.js"
import { Screen, type Service } from "./Screen.js"

const yes: ReadonlyArray<string> = ["y", "yes", "예", "네", "응"]

/** Only a whole word of assent is one. */
export const isYes = (answer: string): boolean => yes.includes(answer.trim().normalize("NFC").toLowerCase())

/** Whether there is a person who can be asked. */
export const canAsk = ({ json, streams, style }: Service): boolean =>
  style === "full" && streams.inIsTerminal && streams.errIsTerminal && !json

/** Asks and waits for a line; the end of input is no answer, and so no. */
const ask = Effect.fnUntraced(function* (question: string) {
  const { note, streams, texts } = yield* Screen
  streams.err(texts.agreement.question(question))
  const answer = yield* Effect.promise((signal) => streams.readLine(signal))
  if (answer === undefined) yield* note("")
  return answer !== undefined && isYes(answer)
})

export interface Question {
  /** The whole question, without its `[y/N]`. */
  readonly question: string
  /** `--yes`. */
  readonly yes: boolean
  /** As the user calls the command, to be named where nobody can be asked. */
  readonly command: string
}

/** Asks a person; without one, `--yes` has to be given. */
export const require = Effect.fn("Agreement.require")(function* (asked: Question) {
  const screen = yield* Screen
  if (asked.yes) return true
  if (!canAsk(screen)) return yield* Command.fail(Message.make("BL6065", { command: asked.command, question: asked.question }))
  return yield* ask(asked.question)
})

/** From whatever ended a command to what is said of it and the exit code. */
import type * as Problem from "@batchlabel/core/Problem"
import * as Message from "@batchlabel/messages/Message"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Option from "effect/Option"
import { ExitCode, ofProblem } from "./ExitCode.js"

export interface Ending {
  readonly problem: Problem.Problem
  readonly exitCode: ExitCode
}

const isProblem = (value: unknown): value is Problem.Problem =>
  typeof value === "object" && value !== null && "code" in value && "params" in value && "message" in value

/** The problem of an error that has one. */
export const problemOf = (error: unknown): Problem.Problem | undefined =>
  typeof error === "object" && error !== null && "problem" in error && isProblem(error.problem) ? error.problem : undefined

const messageOf = (defect: unknown): string => {
  const text = defect instanceof Error ? defect.message : String(defect)
  return text.split("\n")[0] ?? ""
}

/** `undefined`: interrupted, by the user. */
export const endingOf = (cause: Cause.Cause<unknown>): Ending | undefined => {
  if (Cause.isInterruptedOnly(cause)) return undefined
  const failure = Option.getOrUndefined(Cause.failureOption(cause))
  const known = problemOf(failure)
  if (known !== undefined) return { problem: known, exitCode: ofProblem(known) }
  const defect = failure ?? Option.getOrUndefined(Chunk.head(Cause.defects(cause)))
  return { problem: Message.make("BL6070", { detail: messageOf(defect) }), exitCode: ExitCode.unexpected }
}

/** A text without the secrets of the environment, should an error have quoted one. */
export const withoutSecrets = (text: string, secrets: ReadonlyArray<string>): string =>
  secrets.reduce<string>((scrubbed, secret) => (secret.length < 8 ? scrubbed : scrubbed.replaceAll(secret, "<redacted>")), text)

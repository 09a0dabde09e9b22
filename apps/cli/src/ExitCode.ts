/** What the command tells the shell. */
import type { Problem } from "@batchlabel/core/Problem"

export const ExitCode = {
  done: 0,
  usage: 2,
  badInput: 3,
  configuration: 4,
  api: 5,
  rowsFailed: 6,
  /** The user was asked and has not said yes: nothing was sent, nothing was removed. */
  declined: 7,
  unexpected: 70,
  notFinished: 75,
  detached: 130,
  terminated: 143
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

const special: Readonly<Record<string, ExitCode>> = {
  // Not finished yet; another process is at work.
  BL5004: ExitCode.notFinished,
  BL5010: ExitCode.notFinished,
  BL5102: ExitCode.notFinished,
  // The API no longer knows the batch.
  BL5012: ExitCode.api,
  // Paid results that could not be read.
  BL5045: ExitCode.api,
  BL5047: ExitCode.api,
  // What the API did, or did not do, stopped the job.
  BL5055: ExitCode.api,
  BL5056: ExitCode.api,
  BL5057: ExitCode.api,
  BL5058: ExitCode.api,
  BL5060: ExitCode.api,
  BL5061: ExitCode.api,
  // A key of another project.
  BL5059: ExitCode.configuration,
  // A price that is missing, a cap that is reached.
  BL5302: ExitCode.configuration,
  BL5373: ExitCode.configuration,
  BL5305: ExitCode.configuration,
  BL6022: ExitCode.badInput,
  BL6023: ExitCode.badInput,
  BL6024: ExitCode.badInput,
  BL6025: ExitCode.badInput,
  BL6026: ExitCode.configuration,
  BL6027: ExitCode.badInput,
  BL6028: ExitCode.configuration,
  BL6020: ExitCode.badInput,
  BL6021: ExitCode.badInput,
  BL6065: ExitCode.declined,
  BL6070: ExitCode.unexpected,
  BL6074: ExitCode.unexpected,
  BL6073: ExitCode.configuration,
  BL6075: ExitCode.badInput,
  // The server does not start; a token that is not there, or whose name cannot be one.
  BL7029: ExitCode.configuration,
  BL7030: ExitCode.configuration,
  BL7031: ExitCode.usage,
  BL7032: ExitCode.badInput,
  BL7095: ExitCode.usage,
  BL7096: ExitCode.badInput
}

const byFamily: ReadonlyArray<readonly [prefix: string, code: ExitCode]> = [
  ["BL1", ExitCode.badInput],
  ["BL2", ExitCode.badInput],
  ["BL3", ExitCode.configuration],
  ["BL4", ExitCode.api],
  ["BL51", ExitCode.configuration],
  ["BL5", ExitCode.badInput],
  ["BL6", ExitCode.usage]
]

/** The exit code of a problem, by its code. */
export const ofProblem = ({ code }: Pick<Problem, "code">): ExitCode =>
  special[code] ?? byFamily.find(([prefix]) => code.startsWith(prefix))?.[1] ?? ExitCode.unexpected

/**
 * The lines of a batch's output and error file, with the faults that a scenario lays on some of them.
 */
import type { LineFault } from "../Scenario.js"
import type { Answer } from "./answers.js"
import type { Fate } from "./fate.js"
import { hash32, hex, permutation, unit } from "./random.js"
import { makeReply } from "./replyBody.js"
import type { ReplyContext } from "./replyContext.js"
import type { Work } from "./workFile.js"

export interface ResultLine {
  readonly file: "output" | "error"
  /** Whole lines with their newlines; empty for a line that gets lost. */
  readonly text: string
  /** As `request_counts` has it. */
  readonly completed: boolean
  /** Tokens of a paid line. */
  readonly usage: { readonly input: number; readonly output: number } | undefined
}

/** Which faults strike which of the first `done` requests, by their rank in the order of completion. A request has one fault at most. */
export const lineFaults = ({ lines = [], seed }: Fate, done: number, seq: number): ReadonlyMap<number, LineFault> => {
  const struck = new Map<number, LineFault>()
  for (const [index, { count, kind, share }] of lines.entries()) {
    const free = permutation(done, hash32(`${seed} lines ${seq} ${index}`)).filter((rank) => !struck.has(rank))
    const chosen =
      share === undefined ? free.subarray(0, count ?? 1) : free.filter((rank) => unit(seed, "line", seq, index, rank) < share)
    for (const rank of chosen) struck.set(rank, kind)
  }
  return struck
}

export interface LineContext extends Omit<ReplyContext, "key"> {
  readonly batchId: string
}

const newline = (line: unknown): string => `${JSON.stringify(line)}\n`

const asBad: Partial<Record<LineFault, Answer>> = {
  status_zero: { bad: "lost", label: "" },
  bad_request: { bad: "bad_request", label: "" },
  rate_limited: { bad: "rate_limited", label: "" },
  server_error: { bad: "server_error", label: "" }
}

export const answeredLine = (work: Work, index: number, fault: LineFault | undefined, context: LineContext): ResultLine => {
  const key = `${context.batchId} ${index}`
  const answer = (fault === undefined ? undefined : asBad[fault]) ?? work.answer
  const ending = fault === "u2028" ? "\u2028\u2029" : ""
  const reply = makeReply({ ...work, answer }, ending, { ...context, key })
  const line = {
    id: `batch_req_${hex(32, context.salt, "line", key)}`,
    custom_id: fault === "no_custom_id" ? null : work.customId,
    response: {
      status_code: reply.status,
      request_id: reply.status === 0 ? "" : hex(32, context.salt, "request", key),
      body: reply.body
    },
    error: null
  }
  const paid = reply.status === 200
  return {
    file: paid ? "output" : "error",
    text: written(newline(line), fault, () => newline({ ...line, custom_id: `unknown-${index + 1}` })),
    completed: paid || reply.status === 0,
    usage: paid ? reply.usage : undefined
  }
}

const written = (text: string, fault: LineFault | undefined, unknown: () => string): string => {
  switch (fault) {
    case "missing":
      return ""
    case "duplicate":
      return text + text
    case "unknown":
      return text + unknown()
    case "malformed":
      return `${text.slice(0, Math.floor(text.length / 2))}\n`
    default:
      return text
  }
}

const unfinished = {
  expired: { code: "batch_expired", message: "This request could not be executed before the completion window expired." },
  cancelled: { code: "batch_cancelled", message: "This request was not executed because the batch was cancelled." }
}

/** The line of a request that was not done when its batch ended. */
export const unfinishedLine = (work: Work, index: number, status: "expired" | "cancelled", context: LineContext): string =>
  newline({
    id: `batch_req_${hex(32, context.salt, "line", `${context.batchId} ${index}`)}`,
    custom_id: work.customId,
    response: null,
    error: unfinished[status]
  })

/**
 * The codes `BL3xxx` (settings and access) and `BL4xxx` (calls, failed batches, webhooks).
 *
 * @since 0.1.0
 */
import * as Problem from "@batchlabel/core/Problem"

/**
 * A failed call: the operation of the service, the id or path it was about, the API's request id, and the status and words of the reply.
 * `created` is set after a create that may have succeeded.
 *
 * @since 0.1.0
 * @category models
 */
export type Call = {
  readonly operation: string
  readonly target: string | undefined
  readonly requestId: string | undefined
  readonly status: number | undefined
  readonly detail: string
  readonly created: string | undefined
}

/**
 * An error that the API reports for a whole batch. `line` is 1-based in the input file.
 *
 * @since 0.1.0
 * @category models
 */
export type BatchFault = { readonly code: string; readonly message: string; readonly line: number | undefined }

const known = (...parts: ReadonlyArray<string | number | undefined>): string => {
  const all = parts.filter((part) => part !== undefined && part !== "")
  return all.length === 0 ? "" : ` (${all.join(", ")})`
}

const call = (what: string) => (p: Call) => sentence(what, p)

const sentence = (
  what: string,
  { created, detail, operation, requestId, status, target }: Call,
  ...more: ReadonlyArray<string | undefined>
) =>
  `${what}${known(status, ...more)}: ${operation}${target === undefined ? "" : ` ${target}`}${detail === "" ? "" : `: ${detail}`}` +
  `${created === undefined ? "" : "; the batch may have been created"}${known(requestId)}`

const fault = ({ code, line, message }: BatchFault): string =>
  `${code === "" ? "" : `[${code}] `}${message}${line === undefined ? "" : ` (line ${line})`}`.trim()

/**
 * One plain sentence for each code.
 *
 * @since 0.1.0
 * @category problems
 */
export const sentences = {
  BL3001: () => "There is no OpenAI API key",
  BL3002: () => "The OpenAI API key contains a character that no key has",
  BL3003: (p: { name: string; detail: string }) => `The setting ${p.name} is not valid: ${p.detail}`,
  BL3004: call("OpenAI does not accept the API key"),
  BL3005: call("The API key does not have permission"),
  BL3006: () => "The webhook secret is missing or not valid",
  BL4001: (p: Call & { seconds: number | undefined }) =>
    sentence(`Too many requests${p.seconds === undefined ? "" : `, retry in ${p.seconds} s`}`, p),
  BL4002: call("The OpenAI account has no credit left or reached a billing limit"),
  BL4003: call("Not found at OpenAI"),
  BL4004: (p: Call & { code: string | undefined; param: string | undefined }) =>
    sentence("OpenAI rejected the request", p, p.code, p.param),
  BL4005: call("The file is larger than OpenAI accepts"),
  BL4006: call("Not possible in the current state"),
  BL4007: call("OpenAI server error"),
  BL4008: (p: Call & { code: string | undefined }) => sentence("The connection to OpenAI failed", p, p.code),
  BL4009: (p: Call & { seconds: number | undefined }) =>
    sentence(`OpenAI did not answer${p.seconds === undefined ? " in time" : ` within ${p.seconds} s`}`, p),
  BL4010: (p: Call & { received: number; expected: number | undefined }) =>
    sentence(`The download stopped after ${p.received}${p.expected === undefined ? "" : ` of ${p.expected}`} bytes`, p),
  BL4011: (p: { path: string; access: string; detail: string }) => `Cannot ${p.access} ${p.path}: ${p.detail}`,
  BL4012: call("The server sent an unexpected reply"),
  BL4101: (p: BatchFault & { limit: number | undefined }) => fault(p),
  BL4102: fault,
  BL4103: fault,
  BL4104: fault,
  BL4105: fault,
  BL4106: fault,
  BL4107: fault,
  BL4108: fault,
  BL4109: fault,
  BL4110: fault,
  BL4111: fault,
  BL4112: fault,
  BL4113: fault,
  BL4114: fault,
  BL4115: fault,
  BL4198: () => "The batch failed, and OpenAI gave no reason",
  BL4199: fault,
  BL4201: (p: { header: string }) => `The webhook request has no header ${p.header}`,
  BL4202: () => "The signature of the webhook does not match",
  BL4203: (p: { seconds: number; tolerance: number }) =>
    `The webhook timestamp is off by ${p.seconds} s; ${p.tolerance} s are allowed`,
  BL4204: (p: { detail: string }) => `The webhook body is not a known event: ${p.detail}`
}

/**
 * Makes a problem of the API: a code of this family with its data.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Problem.family(sentences)

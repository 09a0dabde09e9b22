/**
 * Lets the faults and holds of a call strike, before it acts and after.
 */
import { setTimeout as sleep } from "node:timers/promises"
import type { CallFault, Operation, Phase } from "../Scenario.js"
import { Dropped } from "./api.js"
import { ApiError } from "./apiError.js"
import type { Holds } from "./holds.js"
import { isObject, type JsonObject } from "./json.js"
import type { Cut, Reply } from "./reply.js"

/** A reply that takes the place of the API's own: a proxy's page, or whatever the scenario says. */
export class ForeignReply extends Error {
  constructor(
    readonly status: number,
    readonly contentType: string,
    readonly body: string
  ) {
    super(`HTTP ${status}`)
  }
}

const proxyPage = (status: number): ForeignReply =>
  new ForeignReply(
    status,
    "text/html",
    `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>\r\n`
  )

interface Struck {
  readonly operation: Operation
  readonly requestId: string
  readonly faults: ReadonlyArray<CallFault>
  readonly holds: Holds
  /** Aborts when the server closes. */
  readonly signal: AbortSignal
}

/** Waits as slow faults and holds say; throws what a fault puts in the reply's place. */
export const strike = async (phase: Phase, { faults, holds, operation, requestId, signal }: Struck): Promise<void> => {
  for (const fault of faults) {
    if (fault.fault === "slow" && fault.phase === phase) {
      await sleep(fault.ms, undefined, { signal }).catch(() => {
        throw new Dropped()
      })
    }
  }
  if ((await holds.pass({ operation, phase, requestId })) === "drop") throw new Dropped()
  for (const fault of faults) {
    if (fault.fault === "no_credit" && phase === "before") throw noCredit()
    if (fault.fault === "reset" && fault.phase === phase) throw new Dropped()
    if (fault.fault === "status" && fault.phase === phase)
      throw fault.form === "html" ? proxyPage(fault.status) : statusError(fault)
    if (fault.fault === "reply" && fault.phase === phase)
      throw fault.form === "html" ? proxyPage(fault.status) : new ForeignReply(fault.status, fault.contentType, fault.body)
  }
}

/** Whether a fault cuts the JSON of the reply. */
export const isGarbled = (faults: ReadonlyArray<CallFault>): boolean => faults.some((one) => one.fault === "garbled")

/** Whether a download has nothing of the file but its length. */
export const isNoise = (faults: ReadonlyArray<CallFault>): boolean => faults.some((one) => one.fault === "noise")

/** What a reply's batches claim of themselves, if a fault makes them. */
export const claimed = (reply: Reply, faults: ReadonlyArray<CallFault>): Reply => {
  const claim = faults.find((one) => one.fault === "claim")
  if (claim === undefined || "file" in reply || "events" in reply || reply.status !== 200) return reply
  const { json } = reply
  const data = isObject(json) ? json["data"] : undefined
  const claiming = (batch: unknown): unknown => (isObject(batch) ? endedAs(batch, claim.status) : batch)
  return { ...reply, json: isObject(json) && Array.isArray(data) ? { ...json, data: data.map(claiming) } : claiming(json) }
}

const endedAs = (batch: JsonObject, status: string): JsonObject => {
  const counts = batch["request_counts"]
  return {
    ...batch,
    status,
    output_file_id: null,
    error_file_id: null,
    completed_at: null,
    [`${status}_at`]: Math.floor(Date.now() / 1000),
    request_counts: { total: isObject(counts) ? counts["total"] : 0, completed: 0, failed: 0 },
    usage: null
  }
}

export const cutOf = (faults: ReadonlyArray<CallFault>): Cut | undefined => {
  const fault = faults.find((one) => one.fault === "truncate")
  return fault === undefined ? undefined : { bytes: fault.bytes, fraction: fault.fraction, announced: fault.announced }
}

const noCredit = () =>
  new ApiError(
    429,
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
    "insufficient_quota",
    null,
    "insufficient_quota"
  )

const usual: Readonly<Record<number, readonly [message: string, type: string, code: string | null]>> = {
  401: ["Incorrect API key provided: sk-simul***ated. (simulated)", "invalid_request_error", "invalid_api_key"],
  403: ["You do not have access to this resource. (simulated)", "invalid_request_error", "permission_denied"],
  404: ["Not found. (simulated)", "invalid_request_error", null],
  409: ["Conflict. (simulated)", "invalid_request_error", null],
  429: ["Rate limit reached for requests. (simulated)", "requests", "rate_limit_exceeded"],
  500: ["The server had an error while processing your request. Sorry about that! (simulated)", "server_error", null],
  502: ["Bad gateway. (simulated)", "server_error", null],
  503: ["The engine is currently overloaded, please try again later. (simulated)", "server_error", null]
}

const statusError = (fault: Extract<CallFault, { readonly fault: "status" }>): ApiError => {
  const [message, type, code] = usual[fault.status] ?? [`HTTP ${fault.status}. (simulated)`, "invalid_request_error", null]
  return new ApiError(
    fault.status,
    fault.message ?? message,
    fault.code === undefined ? code : fault.code,
    null,
    fault.type ?? type,
    fault.retryAfter === undefined
      ? {}
      : { "retry-after": fault.retryAfter === "date" ? new Date(Date.now() + 1000).toUTCString() : String(fault.retryAfter) }
  )
}

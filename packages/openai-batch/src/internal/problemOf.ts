import type * as Problem from "@batchlabel/core/Problem"
import type { OpenAiBatchError } from "../OpenAiBatchError.js"
import * as OpenAiProblem from "../OpenAiProblem.js"

/** The text for a failed call. */
export const problemOf = ({ acted, operation, reason, requestId, target }: OpenAiBatchError): Problem.Problem => {
  // After a create of unknown outcome the user has to know that nothing will be paid twice.
  const created = operation === "create" && acted === "unknown" ? "unknown" : undefined
  const status = "status" in reason ? reason.status : undefined
  const call = { operation, target, requestId, created, status, detail: reason.detail }
  switch (reason._tag) {
    case "Unauthorized":
      return OpenAiProblem.make("BL3004", call)
    case "PermissionDenied":
      return OpenAiProblem.make("BL3005", call)
    case "RateLimited":
      return OpenAiProblem.make("BL4001", {
        ...call,
        seconds: reason.retryAfter === undefined ? undefined : Math.ceil(reason.retryAfter / 1000)
      })
    case "QuotaExceeded":
      return OpenAiProblem.make("BL4002", call)
    case "NotFound":
      return OpenAiProblem.make("BL4003", call)
    case "BadRequest":
      return OpenAiProblem.make("BL4004", { ...call, code: reason.code, param: reason.param })
    case "PayloadTooLarge":
      return OpenAiProblem.make("BL4005", call)
    case "Conflict":
      return OpenAiProblem.make("BL4006", call)
    case "ServerError":
      return OpenAiProblem.make("BL4007", call)
    case "ConnectionFailed":
      return OpenAiProblem.make("BL4008", { ...call, code: reason.code })
    case "TimedOut":
      return OpenAiProblem.make("BL4009", {
        ...call,
        seconds: reason.after === undefined ? undefined : Math.ceil(reason.after / 1000)
      })
    case "DownloadCut":
      return OpenAiProblem.make("BL4010", { ...call, received: reason.received, expected: reason.expected })
    case "LocalFile":
      return OpenAiProblem.make("BL4011", { path: reason.path, access: reason.access, detail: reason.detail })
    case "UnexpectedReply":
      return OpenAiProblem.make("BL4012", call)
  }
}

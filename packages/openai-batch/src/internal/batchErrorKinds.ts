import type { Kind } from "../BatchErrorCode.js"

const codes: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["token_limit_exceeded", "queue_full"],
  ["enqueued_token_limit_exceeded", "queue_full"],
  ["batch_queue_full", "queue_full"],
  ["insufficient_quota", "no_credit"],
  ["billing_hard_limit_reached", "no_credit"],
  ["billing_not_active", "no_credit"],
  ["invalid_json_line", "invalid_json"],
  ["invalid_json", "invalid_json"],
  ["missing_required_parameter", "missing_parameter"],
  ["missing_required_field", "missing_parameter"],
  ["invalid_url", "url_mismatch"],
  ["url_mismatch", "url_mismatch"],
  ["mismatched_url", "url_mismatch"],
  ["duplicate_custom_id", "duplicate_custom_id"],
  ["mismatched_model", "mismatched_model"],
  ["model_mismatch", "mismatched_model"],
  ["model_not_found", "model_not_found"],
  ["invalid_model", "model_not_found"],
  ["model_not_supported", "model_not_found"],
  ["unsupported_model", "model_not_found"],
  ["empty_file", "empty_file"],
  ["empty_batch", "empty_file"],
  ["too_many_tasks", "too_many_requests"],
  ["request_limit_exceeded", "too_many_requests"],
  ["file_too_large", "file_too_large"],
  ["payload_too_large", "file_too_large"],
  ["file_not_found", "file_not_ready"],
  ["input_no_permissions", "no_permission"],
  ["permission_denied", "no_permission"],
  ["input_modified", "invalid_request"],
  ["invalid_request", "invalid_request"],
  ["invalid_request_error", "invalid_request"],
  ["invalid_method", "invalid_request"],
  ["invalid_custom_id", "invalid_request"],
  ["streaming_unsupported", "invalid_request"],
  ["server_error", "server_error"],
  ["internal_error", "server_error"],
  ["internal_server_error", "server_error"]
])

/** Messages that say more than the code they come with. */
const messages: ReadonlyArray<readonly [RegExp, Kind]> = [
  [/enqueued token limit/i, "queue_full"],
  [/larger than the \d+ maximum|file (is )?too large/i, "file_too_large"],
  [/(cannot|could not|can't) find (the )?(input )?file|no such file|file\b.*\b(not found|does not exist)/i, "file_not_ready"],
  [/exceeded your current quota|insufficient (quota|funds|credits?)|billing (hard )?limit/i, "no_credit"],
  [/not parseable as valid json|invalid json/i, "invalid_json"]
]

const vague: ReadonlySet<Kind | undefined> = new Set([undefined, "invalid_request", "server_error"])

export const kindOf = (code: string, message: string, param: string | undefined): Kind => {
  const byCode = codes.get(code.trim().toLowerCase())
  if (byCode !== undefined && !vague.has(byCode)) return byCode
  const byMessage = messages.find(([pattern]) => pattern.test(message))?.[1]
  if (byMessage !== undefined) return byMessage
  if (param === "input_file_id" && /not found|find/i.test(message)) return "file_not_ready"
  return byCode ?? "unknown"
}

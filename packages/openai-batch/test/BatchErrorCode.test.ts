import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as BatchErrorCode from "../src/BatchErrorCode.js"

const queueMessage =
  "Enqueued token limit reached for gpt-4o-mini in organization org-abc. Limit: 2,000,000 enqueued tokens. Please try again once some in_progress batches have been completed."

const error = (code: string, message = "", line?: number) => ({ code, message, param: undefined, line })

describe("the errors of a failed batch", () => {
  for (const [code, message, expected] of [
    ["token_limit_exceeded", queueMessage, "queue_full"],
    ["", queueMessage, "queue_full"],
    ["TOKEN_LIMIT_EXCEEDED", "", "queue_full"],
    ["invalid_request", "Cannot find file file-abc", "file_not_ready"],
    ["insufficient_quota", "You exceeded your current quota", "no_credit"],
    ["billing_hard_limit_reached", "Billing hard limit has been reached", "no_credit"],
    ["billing_not_active", "", "no_credit"],
    ["invalid_json_line", "This line is not parseable as valid JSON.", "invalid_input"],
    ["missing_required_parameter", "Missing required parameter: 'method'.", "invalid_input"],
    ["url_mismatch", "", "invalid_input"],
    ["invalid_url", "", "invalid_input"],
    ["duplicate_custom_id", "", "invalid_input"],
    ["mismatched_model", "", "invalid_input"],
    ["model_mismatch", "", "invalid_input"],
    ["model_not_found", "", "model_unavailable"],
    ["empty_file", "", "invalid_input"],
    ["empty_batch", "", "invalid_input"],
    ["too_many_tasks", "", "too_large"],
    ["invalid_request", "The batch input file is larger than the 209715200 maximum for the gpt-4.1-nano model", "too_large"],
    ["invalid_request", "something else", "invalid_input"],
    ["server_error", "The server had an error", "server_error"],
    ["never_heard_of", "who knows", "unknown"],
    ["", "", "unknown"]
  ] as const) {
    it(`'${code}' ${message.slice(0, 30)} means ${expected}`, () => {
      assert.strictEqual(BatchErrorCode.classify([error(code, message)]), expected)
    })
  }

  it("a file that the API does not find by its parameter alone", () => {
    const found = { code: "invalid_request", message: "Not found", param: "input_file_id" }
    assert.strictEqual(BatchErrorCode.classify([found]), "file_not_ready")
  })

  it("what no repetition mends wins over what waiting mends, in any order", () => {
    const queue = error("token_limit_exceeded")
    const bad = error("invalid_json_line")
    const credit = error("insufficient_quota")
    assert.strictEqual(BatchErrorCode.classify([queue, bad]), "invalid_input")
    assert.strictEqual(BatchErrorCode.classify([bad, queue, credit]), "no_credit")
    assert.strictEqual(BatchErrorCode.classify([error("never_heard_of"), queue]), "queue_full")
    assert.strictEqual(BatchErrorCode.classify([]), "unknown")
  })

  it("the limit of the queue is read out of the message", () => {
    assert.strictEqual(BatchErrorCode.enqueuedLimit(queueMessage), 2_000_000)
    assert.strictEqual(BatchErrorCode.enqueuedLimit("Limit: 900,000"), 900_000)
    assert.strictEqual(BatchErrorCode.enqueuedLimit("limit of 90000 enqueued tokens"), 90_000)
    assert.strictEqual(BatchErrorCode.enqueuedLimit("Limit: 2.5M enqueued tokens"), 2_500_000)
    assert.strictEqual(BatchErrorCode.enqueuedLimit("Limit: 5 B"), 5_000_000_000)
    for (const message of ["", "Enqueued token limit reached for gpt-4o-mini", "Limit: none", "Limit: 0"]) {
      assert.isUndefined(BatchErrorCode.enqueuedLimit(message), message)
    }
  })

  it("the limit is a positive whole number or nothing, whatever the message", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string(), FastCheck.string(), (before, after) => {
        const limit = BatchErrorCode.enqueuedLimit(`${before}Limit: ${after}`)
        return limit === undefined || (Number.isInteger(limit) && limit > 0)
      })
    )
  })

  it("every error carries the API's own code, message and line", () => {
    for (const code of ["token_limit_exceeded", "invalid_json_line", "model_not_found", "insufficient_quota", "never_heard_of"]) {
      const problem = BatchErrorCode.problem(error(code, "the API's words", 17))
      assert.strictEqual(problem.message, `[${code}] the API's words (line 17)`)
    }
    assert.deepInclude(BatchErrorCode.problem(error("token_limit_exceeded", queueMessage)).params, { limit: 2_000_000 })
  })

  it("a failed batch without errors is one problem", () => {
    assert.deepStrictEqual(
      BatchErrorCode.problems([]).map(({ code }) => code),
      ["BL4198"]
    )
  })
})

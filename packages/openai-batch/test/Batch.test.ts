import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Batch from "../src/Batch.js"
import * as FileInfo from "../src/FileInfo.js"
import { batchJson, fileJson } from "./server.js"

const decode = (change: Readonly<Record<string, unknown>> = {}) => Either.getOrThrow(Batch.decode(batchJson(change)))

describe("Batch.decode", () => {
  it("reads the API's own example, with times in unix milliseconds", () => {
    assert.deepStrictEqual(decode({ model: "gpt-4o-mini-2024-07-18" }), {
      id: "batch_1",
      status: "in_progress",
      endpoint: "/v1/chat/completions",
      model: "gpt-4o-mini-2024-07-18",
      inputFileId: "file-in",
      outputFileId: undefined,
      errorFileId: undefined,
      createdAt: 1_711_471_533_000,
      inProgressAt: 1_711_471_538_000,
      finalizingAt: undefined,
      completedAt: undefined,
      failedAt: undefined,
      expiredAt: undefined,
      cancellingAt: undefined,
      cancelledAt: undefined,
      expiresAt: 1_711_557_933_000,
      counts: { total: 100, completed: 95, failed: 5 },
      usage: undefined,
      metadata: { tool: "batchlabel" },
      errors: []
    })
  })

  it("null, absent and empty are the same: there is no such file", () => {
    for (const none of [null, undefined, ""]) {
      const batch = decode({ output_file_id: none, error_file_id: none, completed_at: none, expires_at: none, model: none })
      assert.isUndefined(batch.outputFileId)
      assert.isUndefined(batch.errorFileId)
      assert.isUndefined(batch.completedAt)
      assert.isUndefined(batch.expiresAt)
      assert.isUndefined(batch.model)
    }
    assert.strictEqual(decode({ output_file_id: "file-out" }).outputFileId, "file-out")
  })

  it("an id and a status are enough", () => {
    const batch = Either.getOrThrow(Batch.decode({ id: "b", status: "validating" }))
    assert.deepStrictEqual(
      [batch.counts, batch.metadata, batch.errors, batch.usage, batch.createdAt, batch.inputFileId],
      [undefined, {}, [], undefined, 0, ""]
    )
  })

  it("without one of them it is no batch, and neither is an error body", () => {
    for (const input of [
      {},
      { id: "b" },
      { status: "failed" },
      { id: "", status: "failed" },
      { error: { message: "x" } },
      null,
      "x",
      3,
      []
    ]) {
      assert.isTrue(Either.isLeft(Batch.decode(input)))
    }
  })

  it("statuses are told in lower case, synonyms by the API's own name, unknown ones as they are", () => {
    const told = (status: string) => decode({ status }).status
    assert.strictEqual(told("COMPLETED"), "completed")
    assert.strictEqual(told("In-Progress"), "in_progress")
    assert.strictEqual(told("IN PROGRESS"), "in_progress")
    assert.strictEqual(told("canceled"), "cancelled")
    assert.strictEqual(told("queued"), "validating")
    assert.strictEqual(told("paused"), "paused")
  })

  it("statuses of other servers are told by the API's own names, however they are written", () => {
    const told = {
      TIMEOUT_EXCEEDED: "expired",
      "Time Limit Exceeded": "expired",
      TimedOut: "expired",
      rejected: "failed",
      "VALIDATION-FAILED": "failed",
      SUCCESS: "completed",
      JOB_STATE_SUCCEEDED: "completed",
      "batch.completed": "completed",
      completed_with_errors: "completed",
      CANCELLATION_REQUESTED: "cancelling",
      "Cancel Requested": "cancelling",
      Aborted: "cancelled",
      STATUS_CANCELED: "cancelled",
      Scheduled: "validating",
      InProgress: "in_progress",
      "post processing": "finalizing",
      "대기 중": "대기 중"
    }
    assert.deepStrictEqual(
      Object.keys(told).map((status) => decode({ status }).status),
      Object.values(told)
    )
  })

  it("the reason of a batch that ended badly is found in fields of any name", () => {
    const message = "The account was closed by its provider."
    for (const odd of [
      { cancel_message: message },
      { cancel_by_xai_message: message },
      { failure_reason: message, errors: null },
      { failureReason: message },
      { errors: message },
      { error: message },
      { error: { detail: message } },
      { status_details: { reason: message } },
      { last_words: message }
    ]) {
      for (const status of ["failed", "cancelled", "expired"]) {
        assert.deepStrictEqual(
          decode({ status, ...odd }).errors.map((error) => error.message),
          [message],
          `${status} ${JSON.stringify(odd)}`
        )
      }
    }
    const coded = decode({ status: "failed", error: { code: "closed", message } }).errors
    assert.deepInclude(coded[0], { code: "closed", message })
  })

  it("no reason is made of what is none: a running or completed batch, ids, counts, the user's own metadata", () => {
    const metadata = { note: "a sentence of the user's own" }
    assert.deepStrictEqual(decode({ status: "completed", status_message: "All of it was done." }).errors, [])
    assert.deepStrictEqual(decode({ status: "in_progress", message: "It will take a while." }).errors, [])
    assert.deepStrictEqual(decode({ status: "failed", error_file_id: "file-1", error_count: 3, metadata }).errors, [])
  })

  it("a reason is cut to a length that a person reads", () => {
    const [error] = decode({ status: "failed", failure_reason: "x ".repeat(10_000) }).errors
    assert.strictEqual(error?.message.length, 501)
  })

  it("only the four ends are ends", () => {
    const ends = [
      "validating",
      "failed",
      "in_progress",
      "finalizing",
      "completed",
      "expired",
      "cancelling",
      "cancelled",
      "paused"
    ].filter((status) => Batch.isTerminal(decode({ status })))
    assert.deepStrictEqual(ends, ["failed", "completed", "expired", "cancelled"])
  })

  it("usage is read with its details, whatever of it is there", () => {
    const usage = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 40 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 107
    }
    assert.deepStrictEqual(decode({ usage }).usage, { input: 100, output: 7, cached: 40, cacheWrite: 0, reasoning: 3 })
    assert.deepStrictEqual(decode({ usage: { input_tokens: 1, input_tokens_details: null } }).usage, {
      input: 1,
      output: 0,
      cached: 0,
      cacheWrite: 0,
      reasoning: 0
    })
    assert.isUndefined(decode({ usage: {} }).usage)
  })

  it("errors are read from a list object, a bare list or one object, with raw codes and 1-based lines", () => {
    const error = { code: "invalid_json_line", message: "This line is not parseable as valid JSON.", param: null, line: 3 }
    const expected = [
      { code: "invalid_json_line", message: "This line is not parseable as valid JSON.", param: undefined, line: 3 }
    ]
    for (const errors of [{ object: "list", data: [error] }, [error], error]) {
      assert.deepStrictEqual(decode({ errors }).errors, expected)
    }
    assert.deepStrictEqual(decode({ errors: { object: "list", data: null } }).errors, [])
    assert.deepStrictEqual(decode({ errors: { data: [{}, null, "plain"] } }).errors, [
      { code: "", message: "plain", param: undefined, line: undefined }
    ])
  })

  it("times in milliseconds and as ISO texts are understood, a batch in a wrapping object as well", () => {
    assert.strictEqual(decode({ created_at: 1_711_471_533_123 }).createdAt, 1_711_471_533_123)
    assert.strictEqual(decode({ created_at: "2024-03-26T16:45:33Z" }).createdAt, 1_711_471_533_000)
    assert.strictEqual(Either.getOrThrow(Batch.decode({ job: batchJson() })).id, "batch_1")
  })

  it("never throws, whatever the fields hold, and always finds the id and status", () => {
    const fields = Object.keys(batchJson({ model: null, usage: null })).filter((name) => name !== "id" && name !== "status")
    FastCheck.assert(
      FastCheck.property(FastCheck.dictionary(FastCheck.constantFrom(...fields), FastCheck.jsonValue()), (change) => {
        const batch = decode(change)
        return batch.id === "batch_1" && batch.status === "in_progress" && !Number.isNaN(batch.createdAt)
      })
    )
  })
})

describe("FileInfo.decode", () => {
  it("reads a file object", () => {
    assert.deepStrictEqual(
      FileInfo.decode(fileJson({ expires_at: 1_711_557_933 })),
      Either.right({
        id: "file-1",
        bytes: 11,
        createdAt: 1_711_471_533_000,
        expiresAt: 1_711_557_933_000,
        filename: "shard.jsonl",
        purpose: "batch"
      })
    )
  })

  it("an id is enough; without one it is no file", () => {
    assert.deepStrictEqual(
      Either.map(FileInfo.decode({ id: "f" }), ({ bytes, expiresAt }) => [bytes, expiresAt]),
      Either.right([0, undefined])
    )
    for (const input of [{}, { id: null }, null, "file", { error: {} }]) assert.isTrue(Either.isLeft(FileInfo.decode(input)))
  })
})

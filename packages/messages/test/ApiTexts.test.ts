import * as E from "@batchlabel/openai-batch/OpenAiBatchError"
import { assert, describe, it } from "@effect/vitest"
import * as Message from "../src/Message.js"

const bare = { detail: "" }
const full = {
  status: 418,
  code: "some_code",
  param: "some_param",
  detail: "the API's own words",
  retryAfter: 1_500,
  mayRetry: false
}

const withReply = [
  E.RateLimited,
  E.QuotaExceeded,
  E.Unauthorized,
  E.PermissionDenied,
  E.NotFound,
  E.BadRequest,
  E.PayloadTooLarge,
  E.Conflict,
  E.ServerError,
  E.UnexpectedReply
]

const reasons: ReadonlyArray<E.Reason> = [
  ...withReply.flatMap((Class) => [new Class(bare), new Class(full)]),
  new E.ConnectionFailed({ detail: "the API's own words", sent: true }),
  new E.ConnectionFailed({ detail: "the API's own words", sent: false, code: "ECONNREFUSED" }),
  new E.TimedOut({ detail: "the API's own words" }),
  new E.TimedOut({ detail: "the API's own words", after: 60_000 }),
  new E.DownloadCut({ received: 5, detail: "the API's own words" }),
  new E.DownloadCut({ received: 5, expected: 10, detail: "the API's own words" }),
  new E.LocalFile({ path: "/a/file", access: "read", detail: "the API's own words" }),
  new E.LocalFile({ path: "/a/file", access: "write", detail: "the API's own words" })
]

describe("the text of a failed call", () => {
  for (const reason of reasons) {
    it(`${reason._tag} ${JSON.stringify(reason)} says what, where and what to do, with nothing left unfilled`, () => {
      const error = new E.OpenAiBatchError({ operation: "retrieve", target: "batch_xyz789", reason, requestId: "req_1" })
      for (const lang of ["ko", "en"] as const) {
        const text = Message.forCommand(error.problem, lang)
        const lines = text.split("\n")
        assert.notMatch(text, /undefined|null|NaN|\[object|\(\)/)
        assert.isAtLeast(lines.length, 2)
        for (const line of lines) assert.isNotEmpty(line.trim())
        assert.include(text, reason._tag === "LocalFile" ? "/a/file" : "batch_xyz789")
        if (reason.detail !== "") assert.include(text, reason.detail)
        if (reason._tag !== "LocalFile") assert.strictEqual(lines.at(-1)?.includes("req_1"), true)
        assert.strictEqual(/[가-힣]/.test(text), lang === "ko")
      }
    })
  }

  it("names every operation in both languages", () => {
    for (const operation of E.Operation.literals) {
      const error = new E.OpenAiBatchError({ operation, reason: new E.NotFound(bare) })
      assert.match(Message.forCommand(error.problem, "ko").split("\n")[0] ?? "", /: [가-힣 ]+$/)
      assert.match(Message.forCommand(error.problem, "en").split("\n")[0] ?? "", /: [a-z]+ing [a-z ]+$/)
    }
  })

  it("comes with a code of its own for each reason", () => {
    const codes = new Map(
      reasons.map((reason) => [reason._tag, new E.OpenAiBatchError({ operation: "list", reason }).problem.code] as const)
    )
    assert.strictEqual(new Set(codes.values()).size, codes.size)
    assert.strictEqual(codes.size, E.Reason.members.length)
  })
})

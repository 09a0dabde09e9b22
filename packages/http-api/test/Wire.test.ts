import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import * as ApiProblem from "../src/ApiProblem.js"
import * as Client from "../src/Client.js"
import { Dollars, JobId, Timestamp } from "../src/Scalars.js"

it("money keeps every pico-dollar on its way", () => {
  FastCheck.assert(
    FastCheck.property(FastCheck.bigInt(-(10n ** 26n), 10n ** 26n), (pico) => {
      assert.strictEqual(Schema.decodeSync(Dollars)(Schema.encodeSync(Dollars)(pico)), pico)
    })
  )
  assert.strictEqual(Schema.encodeSync(Dollars)(16_200_000_000n), "0.0162")
  assert.strictEqual(Schema.encodeSync(Dollars)(5_000_000_000_000n), "5.00")
  assert.strictEqual(Schema.decodeSync(Dollars)("5"), 5_000_000_000_000n)
  for (const wrong of ["", "1e5", "0x10", "1.", ".5", "1.0000000000001", "NaN", "1,5", "$5"]) {
    assert.isTrue(Either.isLeft(Schema.decodeEither(Dollars)(wrong)), wrong)
  }
})

it("moments keep their millisecond", () => {
  assert.strictEqual(Schema.encodeSync(Timestamp)(1_700_000_000_123), "2023-11-14T22:13:20.123Z")
  assert.strictEqual(Schema.decodeSync(Timestamp)("2023-11-14T22:13:20.123Z"), 1_700_000_000_123)
  assert.isTrue(Either.isLeft(Schema.decodeEither(Timestamp)("yesterday")))
})

it("what is no job id never reaches a path", () => {
  for (const wrong of [
    "job_",
    "job_../../../etc/passwd0000",
    "job_01234567890123456789012345%2e",
    "x",
    "job_0123456789012345678901\n"
  ]) {
    assert.isFalse(Schema.is(JobId)(wrong), wrong)
  }
  assert.isTrue(Schema.is(JobId)("job_01ARZ3NDEKTSV4RRFFQ69G5FAV"))
})

const document: ApiProblem.Document = {
  type: "urn:batchlabel:problem:BL5015",
  title: "Not Found",
  status: 404,
  code: "BL5015",
  detail: "작업을 찾을 수 없습니다",
  texts: { ko: "작업을 찾을 수 없습니다", en: "job not found" }
}

it("a problem has the schema of its own status and of no other", () => {
  const problem = new ApiProblem.ApiProblem({ document })
  assert.deepStrictEqual(Schema.encodeSync(ApiProblem.at(404))(problem), document)
  assert.isTrue(Either.isLeft(Schema.encodeEither(ApiProblem.at(409))(problem)))
  const read = Schema.decodeSync(ApiProblem.at(404))(document)
  assert.deepStrictEqual([read.code, read.status, read.message], ["BL5015", 404, document.detail])
})

it.effect("the client sends its token and language, and fails with the problem that the server names", () =>
  Effect.gen(function* () {
    let headers: Readonly<Record<string, string>> = {}
    const server = HttpClient.make((request) => {
      headers = request.headers
      const response = Response.json(document, { status: 404, headers: { "content-type": ApiProblem.contentType } })
      return Effect.succeed(HttpClientResponse.fromWeb(request, response))
    })
    const client = yield* Client.make({ baseUrl: "http://test", token: "blt_x", csrfToken: "c", lang: "ko" }).pipe(
      Effect.provideService(HttpClient.HttpClient, server)
    )
    const failure = yield* Effect.flip(client.jobs.get({ path: { id: "job_01ARZ3NDEKTSV4RRFFQ69G5FAV" } }))
    assert.instanceOf(failure, ApiProblem.ApiProblem)
    assert.strictEqual(failure.message, document.detail)
    assert.strictEqual(headers["authorization"], "Bearer blt_x")
    assert.strictEqual(headers["x-csrf-token"], "c")
    assert.strictEqual(headers["accept-language"], "ko")
  })
)

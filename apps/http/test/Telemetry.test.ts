import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { receiver } from "./support/receiver.js"
import { ask, eventually, start } from "./support/TestServer.js"

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
}

it.live("a collector is told what happened in spans that belong together, and nothing of what was sent", () =>
  Effect.gen(function* () {
    const collector = yield* receiver
    const server = yield* start({ telemetry: `${collector.url.replace("/hook", "")}` })
    const token = yield* server.token("someone")
    const body = JSON.stringify({ name: "t", labels: ["좋은 기사", "b"], template: "{{ text }}" })
    const headers = { "content-type": "application/json", "x-csrf-token": "secret-csrf", "user-agent": "secret-agent" }
    assert.strictEqual((yield* ask(server, "/v1/tasks/mine?secret=query", { method: "PUT", token, body, headers })).status, 200)
    const spans = yield* eventually(
      Effect.sync(
        (): ReadonlyArray<Span> => collector.received.flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans)
      ),
      (list) => list.some(({ name }) => name === "SavedTasks.put")
    )
    const put = spans.find(({ name }) => name === "SavedTasks.put")
    assert.match(put?.traceId ?? "", /^[0-9a-f]{32}$/)
    assert.match(put?.spanId ?? "", /^[0-9a-f]{16}$/)
    assert.isTrue(BigInt(put?.endTimeUnixNano ?? 0) >= BigInt(put?.startTimeUnixNano ?? 1))
    const request = yield* eventually(
      Effect.sync(() =>
        collector.received
          .flatMap(({ body }): ReadonlyArray<Span> => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans)
          .find(({ name, traceId }) => name.startsWith("http.server") && traceId === put?.traceId)
      ),
      (span) => span !== undefined
    )
    assert.strictEqual(request?.parentSpanId, undefined)
    const sent = collector.received.map((one) => one.body).join("")
    for (const secret of [token, "secret-csrf", "secret-agent", "secret=query", "좋은 기사", "{{ text }}"])
      assert.notInclude(sent, secret)
    assert.strictEqual(collector.received[0]?.headers["content-type"], "application/json")
  }).pipe(Effect.scoped)
)

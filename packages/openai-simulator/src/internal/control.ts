/**
 * The endpoints under `/_simulator/`, through which a test steers a simulator in another process.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Scenario from "../Scenario.js"
import { ApiError } from "./apiError.js"
import { readText } from "./body.js"
import type { Clock } from "./clock.js"
import type { Engine } from "./engine.js"
import type { Faults } from "./faults.js"
import type { Holds } from "./holds.js"
import { paidLines, readLedger } from "./ledger.js"
import { type JsonReply, sendJson } from "./reply.js"
import { Span, spanMs } from "./span.js"
import type { Stats } from "./stats.js"
import type { Store } from "./store.js"

export interface ControlContext {
  readonly store: Store
  readonly clock: Clock
  readonly engine: Engine
  readonly faults: Faults
  readonly holds: Holds
  readonly stats: Stats
}

const Hold = Schema.Struct({
  operation: Schema.Union(Schema.Literal("*"), Scenario.Operation),
  phase: Scenario.Phase,
  nth: Schema.optionalWith(Schema.Int.pipe(Schema.positive()), { default: () => 1 })
})

const Release = Schema.Struct({
  id: Schema.optionalWith(Schema.String, { exact: true }),
  drop: Schema.optionalWith(Schema.Boolean, { default: () => false })
})

const Advance = Schema.Struct({ advance: Span })

const body = async <A, I>(request: IncomingMessage, schema: Schema.Schema<A, I>): Promise<A> => {
  const text = await readText(request)
  const decoded = Schema.decodeUnknownEither(Schema.parseJson(schema), { onExcessProperty: "error" })(text === "" ? "{}" : text)
  if (Either.isLeft(decoded)) throw new ApiError(400, decoded.left.message)
  return decoded.right
}

// A poll that lasts longer would meet the time limits of clients.
const longestPoll = 60_000
const defaultPoll = 30_000

export const control = async (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  context: ControlContext
): Promise<void> => {
  const route = `${request.method} ${url.pathname.slice("/_simulator".length)}`
  if (route === "GET /ledger/lines") return sendPaidLines(response, url, context)
  sendJson(response, { status: 200, ...(await answer(route, request, url, context)) })
}

const answer = async (
  route: string,
  request: IncomingMessage,
  url: URL,
  { clock, engine, faults, holds, stats, store }: ControlContext
): Promise<Omit<JsonReply, "status">> => {
  switch (route) {
    case "GET /ledger": {
      const detail = url.searchParams.get("detail") === "1"
      return { json: await readLedger(store, engine, { detail, job: url.searchParams.get("job") ?? undefined }) }
    }
    case "GET /stats":
      return { json: stats.all() }
    case "GET /clock":
      return { json: { now: clock.now() } }
    case "POST /clock": {
      const { advance } = await body(request, Advance)
      clock.advance(spanMs(advance))
      engine.wake()
      return { json: { now: clock.now() } }
    }
    case "GET /scenario":
      return { json: { scenario: faults.scenario(), counts: faults.counts() } }
    case "PUT /scenario": {
      faults.play(await body(request, Scenario.Scenario))
      return { json: { scenario: faults.scenario(), counts: faults.counts() } }
    }
    case "POST /hold":
      return { json: { id: holds.add(await body(request, Hold)) } }
    case "DELETE /hold":
      return { json: { cleared: holds.clear() } }
    case "GET /held": {
      const timeout = Number(url.searchParams.get("timeout") ?? defaultPoll)
      return { json: { held: await holds.held(Math.min(Number.isFinite(timeout) ? timeout : 0, longestPoll)) } }
    }
    case "POST /release": {
      const { drop, id } = await body(request, Release)
      return { json: { released: holds.release(id, drop ? "drop" : "go_on") } }
    }
    default:
      throw new ApiError(404, `The simulator has no ${request.method} ${url.pathname}.`)
  }
}

const sendPaidLines = async (response: ServerResponse, url: URL, { engine, store }: ControlContext): Promise<void> => {
  for (const batch of store.batches.values()) await engine.catchUp(batch.id)
  response.writeHead(200, { "content-type": "application/x-ndjson" })
  await pipeline(Readable.from(texts(paidLines(store, url.searchParams.get("job") ?? undefined))), response)
}

// About 64 KiB at a time.
async function* texts(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  let text = ""
  for await (const line of lines) {
    text += `${JSON.stringify(line)}\n`
    if (text.length > 65_536) {
      yield text
      text = ""
    }
  }
  if (text !== "") yield text
}

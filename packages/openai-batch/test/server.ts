import { Buffer } from "node:buffer"
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as OpenAiBatch from "../src/OpenAiBatch.js"
import type { OpenAiBatchConfig, RetrySettings, Timeouts } from "../src/OpenAiBatchConfig.js"

export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** The first megabyte of it. */
  readonly body: Buffer
  readonly bodyBytes: number
  /** How many requests of the same method and path came before. */
  readonly earlier: number
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** The connection breaks after this many bytes of the body. */
  readonly cutAfter?: number
  /** The rest of the body after this many bytes never comes. */
  readonly stallAfter?: number
  /** One byte of the body each so many ms. */
  readonly dripEvery?: number
}

/** `reset`: the connection breaks before a reply. `hang`: there is never one. */
export type Behaviour = Reply | "reset" | "hang"

export const json = (value: unknown, reply: Omit<Reply, "body"> = {}): Reply => ({
  ...reply,
  headers: { "content-type": "application/json", ...reply.headers },
  body: JSON.stringify(value)
})

export const apiError = (
  status: number,
  code: string | null,
  message: string,
  headers: Readonly<Record<string, string>> = {}
): Reply =>
  json(
    { error: { message, type: "some_type", param: null, code } },
    { status, headers: { "x-request-id": `req_${status}`, ...headers } }
  )

const answer = (reply: Behaviour, response: ServerResponse): void => {
  if (reply === "hang") return
  if (reply === "reset") {
    response.socket?.destroy()
    return
  }
  const body = typeof reply.body === "string" ? Buffer.from(reply.body) : (reply.body ?? Buffer.alloc(0))
  const stop = reply.cutAfter ?? reply.stallAfter
  response.writeHead(reply.status ?? 200, { "content-length": String(body.length), ...reply.headers })
  if (reply.dripEvery !== undefined) {
    let sent = 0
    // biome-ignore lint/plugin: a server that is slow on purpose, nothing is waited for
    const drip = setInterval(() => response.write(body.subarray(sent, ++sent)), reply.dripEvery)
    response.on("close", () => clearInterval(drip))
    return
  }
  if (stop === 0) response.flushHeaders()
  if (stop === undefined) {
    response.end(body)
    return
  }
  response.write(body.subarray(0, stop), () => {
    if (reply.cutAfter !== undefined) response.socket?.destroy()
  })
}

export interface Server {
  readonly baseUrl: string
  readonly seen: ReadonlyArray<Seen>
  /** Replies that are still owed on an open connection. */
  readonly open: () => number
}

/** A server on a free port of the loopback that answers as `behave` says, and closes with the scope. */
export const serve = (behave: (request: Seen) => Behaviour): Effect.Effect<Server, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Server & { readonly close: () => void }>((resume) => {
      const seen: Array<Seen> = []
      let owed = 0
      const server = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("error", () => {})
        let bodyBytes = 0
        request.on("data", (chunk: Buffer) => {
          if (bodyBytes < 1_048_576) chunks.push(chunk)
          bodyBytes += chunk.length
        })
        request.on("end", () => {
          const url = new URL(request.url ?? "/", "http://server")
          const method = request.method ?? ""
          const path = url.pathname.replace(/^\/v1/, "")
          const entry = {
            method,
            path,
            query: url.searchParams,
            headers: request.headers,
            body: Buffer.concat(chunks),
            bodyBytes,
            earlier: seen.filter((other) => other.method === method && other.path === path).length
          }
          seen.push(entry)
          owed++
          response.on("close", () => owed--)
          answer(behave(entry), response)
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(
          Effect.succeed({
            baseUrl: `http://127.0.0.1:${port}/v1`,
            seen,
            open: () => owed,
            close: () => {
              server.closeAllConnections()
              server.close()
            }
          })
        )
      })
    }),
    ({ close }) => Effect.sync(close)
  )

/** Answers in order, the last one for ever. */
export const script = (...replies: ReadonlyArray<Behaviour>): ((request: Seen) => Behaviour) => {
  let next = 0
  return () => replies[Math.min(next++, replies.length - 1)] ?? "reset"
}

/** Not of the form of OpenAI's keys, which are taken out of texts by their form alone. */
export const KEY = "made-up-0123456789abcdef"

export const settings = (
  baseUrl: string,
  change: {
    readonly retry?: Partial<RetrySettings>
    readonly timeouts?: Partial<Timeouts>
    readonly onWait?: OpenAiBatchConfig["onWait"]
    readonly noticeAfter?: OpenAiBatchConfig["noticeAfter"]
  } = {}
): OpenAiBatchConfig => ({
  apiKey: Redacted.make(KEY),
  baseUrl,
  retry: { base: Duration.millis(1), cap: Duration.millis(4), times: 3, ...change.retry },
  timeouts: { ...change.timeouts },
  onWait: change.onWait,
  noticeAfter: change.noticeAfter
})

/** The service against a server that behaves so. */
export const serviceAgainst = (behave: (request: Seen) => Behaviour, change?: Parameters<typeof settings>[1]) =>
  Effect.gen(function* () {
    const server = yield* serve(behave)
    const service = yield* Effect.provide(OpenAiBatch.OpenAiBatch, OpenAiBatch.layer(settings(server.baseUrl, change)))
    return { server, service }
  })

export const batchJson = (change: Readonly<Record<string, unknown>> = {}) => ({
  id: "batch_1",
  object: "batch",
  endpoint: "/v1/chat/completions",
  errors: null,
  input_file_id: "file-in",
  completion_window: "24h",
  status: "in_progress",
  output_file_id: null,
  error_file_id: null,
  created_at: 1_711_471_533,
  in_progress_at: 1_711_471_538,
  expires_at: 1_711_557_933,
  finalizing_at: null,
  completed_at: null,
  failed_at: null,
  expired_at: null,
  cancelling_at: null,
  cancelled_at: null,
  request_counts: { total: 100, completed: 95, failed: 5 },
  metadata: { tool: "batchlabel" },
  ...change
})

export const fileJson = (change: Readonly<Record<string, unknown>> = {}) => ({
  id: "file-1",
  object: "file",
  bytes: 11,
  created_at: 1_711_471_533,
  filename: "shard.jsonl",
  purpose: "batch",
  status: "processed",
  ...change
})

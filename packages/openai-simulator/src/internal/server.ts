/**
 * The HTTP server: finds the operation, lets faults and holds strike, acts, replies.
 */
import { randomBytes } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { type ApiContext, Dropped, receive } from "./api.js"
import { ApiError } from "./apiError.js"
import { type Keys, scopeOf } from "./auth.js"
import { drain } from "./body.js"
import { claimed, cutOf, ForeignReply, isGarbled, isNoise, strike } from "./callFaults.js"
import { type ControlContext, control } from "./control.js"
import { errorReply, type Reply, sendEvents, sendFile, sendJson } from "./reply.js"
import { type Route, routeOf } from "./routes.js"

export interface ServerContext extends ApiContext, ControlContext {
  readonly keys: Keys
  /** Aborts when the server closes. */
  readonly signal: AbortSignal
}

export const makeServer = (context: ServerContext): Server => {
  const server = createServer((request, response) => {
    // A client that goes away is no concern of the server.
    response.on("error", () => {})
    serve(request, response, context).catch((error: unknown) => fail(request, response, error))
  })
  // Test clients idle between polls; a connection closed under them would look like a fault that nobody ordered.
  server.keepAliveTimeout = 120_000
  server.headersTimeout = 125_000
  server.requestTimeout = 0
  return server
}

const serve = async (request: IncomingMessage, response: ServerResponse, context: ServerContext): Promise<void> => {
  const url = new URL(request.url ?? "/", "http://simulator")
  if (url.pathname.startsWith("/_simulator/")) return control(request, response, url, context)
  const started = performance.now()
  const requestId = `req_${randomBytes(16).toString("hex")}`
  const headers = (organization: string) => {
    response.setHeader("x-request-id", requestId)
    response.setHeader("openai-version", "2020-10-01")
    response.setHeader("openai-organization", organization)
    response.setHeader("openai-processing-ms", Math.round(performance.now() - started))
  }
  headers("org-simulated")
  const route = routeOf(request.method ?? "GET", url.pathname)
  if (route === undefined) {
    throw new ApiError(404, `Invalid URL (${request.method} ${url.pathname})`)
  }
  context.stats.called(route.operation)
  try {
    const scope = scopeOf(request, context.keys)
    const { faults, reply } = await perform(route, request, url, scope, requestId, context)
    headers(scope.organization)
    if ("events" in reply) {
      sendEvents(response, reply, isGarbled(faults))
      context.stats.ended(route.operation, 200)
    } else if ("file" in reply)
      context.stats.ended(route.operation, await sendFile(request, response, reply, cutOf(faults), isNoise(faults)))
    else {
      sendJson(response, reply, isGarbled(faults))
      context.stats.ended(route.operation, reply.status)
    }
  } catch (error) {
    context.stats.ended(route.operation, error instanceof ApiError || error instanceof ForeignReply ? error.status : "reset")
    throw error
  }
}

const perform = async (
  route: Route,
  request: IncomingMessage,
  url: URL,
  scope: ReturnType<typeof scopeOf>,
  requestId: string,
  context: ServerContext
) => {
  const call = await receive(route, request, url.searchParams, scope, context)
  try {
    const faults = context.faults.ofCall(route.operation, call.facts)
    const struck = { operation: route.operation, requestId, faults, holds: context.holds, signal: context.signal }
    await strike("before", struck)
    const reply = await acted(() => call.act(faults))
    await strike("after", struck)
    return { reply: claimed(reply, faults), faults }
  } finally {
    call.release?.()
  }
}

// A refusal is a reply too: what strikes after acting strikes it as well.
const acted = async (act: () => Reply | Promise<Reply>): Promise<Reply> => {
  try {
    return await act()
  } catch (error) {
    if (error instanceof ApiError) return errorReply(error)
    throw error
  }
}

const fail = async (request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> => {
  if (error instanceof Dropped || response.headersSent || request.socket.destroyed) {
    request.socket.destroy()
    return
  }
  await drain(request)
  if (error instanceof ApiError) return sendJson(response, errorReply(error))
  if (error instanceof ForeignReply) {
    response.writeHead(error.status, { "content-type": error.contentType, "content-length": Buffer.byteLength(error.body) })
    response.end(error.body)
    return
  }
  const message = error instanceof Error ? error.message : String(error)
  sendJson(response, errorReply(new ApiError(500, `The simulator failed: ${message}`, "simulator_failed", null, "server_error")))
}

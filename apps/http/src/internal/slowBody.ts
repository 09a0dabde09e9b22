/** Gives up requests whose bodies come too slowly, and ends the connections of those that were answered before their bodies had come. */
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import * as Message from "@batchlabel/messages/Message"
import * as Duration from "effect/Duration"
import type { Limits } from "../ServerSettings.js"

interface Watched {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** When the period began that is being looked at, and how much had come by then. */
  since: number
  bytesBefore: number
}

/** What was answered early is given this long to be read by a client that is still sending. */
const lingering = 1_000

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? "0") > 0

const giveUp = ({ request, response }: Watched): void => {
  // Whoever reads the body is told: after its answer a request hears nothing more of its connection.
  const end = (): void => {
    request.destroy(new Error("the body came too slowly"))
  }
  if (response.headersSent) {
    end()
    return
  }
  const problem = Message.make("BL7009", {})
  const texts = { ko: Message.forPage(problem, "ko"), en: Message.forPage(problem, "en") }
  response.writeHead(408, { "content-type": "application/problem+json", connection: "close" })
  response.end(
    JSON.stringify({
      type: "urn:batchlabel:problem:BL7009",
      title: "Request Timeout",
      status: 408,
      code: problem.code,
      detail: texts.en,
      texts
    }),
    end
  )
}

/** Returns what stops the watch. */
export const watch = (server: Server, { bodyBytesPerSecond, slowBodyGrace }: Limits): (() => void) => {
  const watched = new Set<Watched>()
  const grace = Duration.toMillis(slowBodyGrace)

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (!hasBody(request)) return
    const one: Watched = { request, response, since: Date.now(), bytesBefore: request.socket.bytesRead }
    watched.add(one)
    request.once("end", () => watched.delete(one))
    request.once("close", () => watched.delete(one))
    response.once("finish", () => {
      watched.delete(one)
      if (request.complete) return
      // Once the body has come, the connection is the next request's.
      setTimeout(() => {
        if (!request.complete) request.socket.destroy()
      }, lingering).unref()
    })
  }

  const timer = setInterval(
    () => {
      const now = Date.now()
      for (const one of watched) {
        // A body that has come, and waits to be read, is not slow.
        if (one.request.complete) continue
        const took = now - one.since
        if (took < grace) continue
        const { bytesRead } = one.request.socket
        if (bytesRead - one.bytesBefore < (took / 1000) * bodyBytesPerSecond) {
          watched.delete(one)
          giveUp(one)
        }
        one.since = now
        one.bytesBefore = bytesRead
      }
    },
    Math.min(1_000, grace)
  )
  timer.unref()
  server.on("request", onRequest)
  return () => {
    clearInterval(timer)
    server.off("request", onRequest)
  }
}

/** Bodies that are no files: read whole, up to a limit, without cutting the connection of whoever sends too much. */
import type { Readable } from "node:stream"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import * as Message from "@batchlabel/messages/Message"
import { RequestError } from "@effect/platform/HttpServerError"
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import * as JsonShape from "./jsonShape.js"
import * as Problems from "./problems.js"
import { bodyOf } from "./requestSource.js"

const tooLarge = (limit: number): ApiProblem => Problems.make(413, Message.make("BL7008", { limit }))

/** A part of the body has not come, and never will. */
const cutShort = (request: HttpServerRequest) =>
  new RequestError({ request, reason: "Decode", description: "the body was cut short" })

const collect = (request: HttpServerRequest, source: Readable, limit: number): Effect.Effect<Buffer, ApiProblem | RequestError> =>
  Effect.async((resume) => {
    const chunks: Array<Buffer> = []
    let bytes = 0
    const done = (effect: Effect.Effect<Buffer, ApiProblem | RequestError>): void => {
      source.off("data", onData).off("end", onEnd).off("close", onClose)
      resume(effect)
    }
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > limit) {
        source.pause()
        done(Effect.fail(tooLarge(limit)))
      } else chunks.push(chunk)
    }
    const onEnd = (): void => done(Effect.succeed(Buffer.concat(chunks)))
    const onClose = (): void => done(Effect.fail(cutShort(request)))
    source.on("data", onData).on("end", onEnd).on("close", onClose)
    return Effect.sync(() => source.off("data", onData).off("end", onEnd).off("close", onClose))
  })

/** The request with its body in memory. Whoever asks for it gets it from there. */
export const limited = (
  request: HttpServerRequest,
  limit: number
): Effect.Effect<HttpServerRequest, ApiProblem | RequestError> => {
  const declared = Number(request.headers["content-length"] ?? "0")
  if (declared > limit) return Effect.fail(tooLarge(limit))
  const source = bodyOf(request)
  return Effect.map(collect(request, source, limit), (body) => {
    const text = body.toString("utf8")
    const json = Effect.try({
      try: (): unknown => {
        const fault = JsonShape.faultOf(text)
        if (fault !== undefined) throw new SyntaxError(fault)
        return text === "" ? null : JSON.parse(text)
      },
      catch: (cause) => new RequestError({ request, reason: "Decode", cause })
    })
    return Object.create(request, { text: { value: Effect.succeed(text) }, json: { value: json } }) as HttpServerRequest
  })
}

export const isMultipart = (request: HttpServerRequest): boolean =>
  /^multipart\/form-data\b/i.test(request.headers["content-type"] ?? "")

/**
 * Requests that come with a CSV: as a form with the file in it, or as JSON that names a file uploaded before.
 *
 * @since 0.1.0
 */

import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { TokenInfo } from "@batchlabel/http-api/Auth"
import type { Question } from "@batchlabel/http-api/Job"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Message from "@batchlabel/messages/Message"
import * as Multipart from "@batchlabel/multipart/Multipart"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as JsonShape from "./internal/jsonShape.js"
import * as Problems from "./internal/problems.js"
import { isMultipart } from "./internal/requestBody.js"
import { bodyOf } from "./internal/requestSource.js"
import * as Metrics from "./Metrics.js"
import type { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import * as Uploads from "./Uploads.js"
import type { Workshop } from "./Workshop.js"

/**
 * What was asked, and the file it is asked about. `sent`: the file came along, so that it is this request's own.
 *
 * @since 0.1.0
 * @category models
 */
export interface Submission<A> {
  readonly input: A
  readonly upload: Uploads.StoredUpload
  readonly sent: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Reads a request whose JSON has this schema. */
  readonly read: <A extends Question, I>(
    schema: Schema.Schema<A, I>,
    token: TokenInfo
  ) => Effect.Effect<Submission<A>, ApiProblem, HttpServerRequest.HttpServerRequest>
  /** Takes the one file of a form. */
  readonly receive: (
    token: TokenInfo,
    hints: Uploads.ReadHints
  ) => Effect.Effect<Uploads.StoredUpload, ApiProblem, HttpServerRequest.HttpServerRequest>
}

/**
 * Where looking at a file fails that was sent along, nobody knows of it afterwards: it is not kept.
 *
 * @since 0.1.0
 * @category combinators
 */
export const forgetIfRefused = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  { sent, upload }: Submission<Question>
): Effect.Effect<A, E, R | FileSystem.FileSystem | ServerDatabase> =>
  Effect.tapError(effect, () => (sent ? Effect.ignore(Uploads.remove(upload)) : Effect.void))

/**
 * @since 0.1.0
 * @category tags
 */
export class Submissions extends Context.Tag("@batchlabel/http/Submissions")<Submissions, Service>() {}

const unsupported = (found: string, expected: ReadonlyArray<string>): ApiProblem =>
  Problems.make(415, Message.make("BL7010", { found: found.slice(0, 100), expected }))

const badForm = (detail: string): ApiProblem => Problems.make(400, Message.make("BL7011", { detail }))

const noFile = Problems.make(422, Message.make("BL7012", {}))

const malformed = (error: ParseResult.ParseError): ApiProblem => {
  const errors = ParseResult.ArrayFormatter.formatErrorSync(error).map(({ message, path }) => ({
    path: path.join("."),
    detail: message.slice(0, 300)
  }))
  const [first] = errors
  return Problems.make(
    400,
    Message.make("BL7006", { detail: first === undefined ? "" : `${first.path === "" ? "" : `${first.path}: `}${first.detail}` }),
    { errors }
  )
}

const readJson = <A, I>(schema: Schema.Schema<A, I>, text: string): Effect.Effect<A, ApiProblem> => {
  const fault = JsonShape.faultOf(text)
  if (fault !== undefined) return Effect.fail(Problems.make(400, Message.make("BL7006", { detail: `JSON: ${fault}` })))
  return Schema.decode(Schema.parseJson(schema), { onExcessProperty: "error" })(text).pipe(Effect.mapError(malformed))
}

const make = Effect.gen(function* () {
  const { limits } = yield* ServerSettings
  const context = yield* Effect.context<FileSystem.FileSystem | ServerDatabase | ServerSettings | Workshop>()
  let running = 0

  const stored = <A, R>(effect: Effect.Effect<A, ApiProblem | JobStoreError, R>) =>
    effect.pipe(Effect.mapError(Problems.ofStored), Effect.provide(context))

  const change = (by: number) =>
    Effect.suspend(() => {
      running += by
      return Metrics.setUploads(running)
    })

  /** Files are written as they come; only so many at a time, for the disk has to keep up. */
  const oneOfFew = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | ApiProblem, R> =>
    Effect.suspend(
      (): Effect.Effect<A, E | ApiProblem, R> =>
        running >= limits.concurrentUploads
          ? Effect.fail(Problems.make(429, Message.make("BL7013", { limit: limits.concurrentUploads }), { retryAfter: 5 }))
          : Effect.acquireUseRelease(
              change(1),
              () => effect,
              () => change(-1)
            )
    )

  const ofForm = (error: unknown): ApiProblem => {
    if (error instanceof Multipart.MultipartError && error.reason === "too_large") {
      return Problems.make(413, Message.make("BL7008", { limit: limits.uploadBytes }))
    }
    return badForm(error instanceof Multipart.MultipartError ? error.message : "it was cut short")
  }

  /** The parts of the form that the request is; its connection outlives it, whatever becomes of it. */
  const partsOf = (request: HttpServerRequest.HttpServerRequest): Stream.Stream<Multipart.Part, ApiProblem> => {
    const source = bodyOf(request)
    const type = request.headers["content-type"] ?? ""
    return Stream.fromAsyncIterable(Multipart.parts(source, type, limits.uploadBytes + 2 * limits.bodyBytes), ofForm)
  }

  const textOf = Effect.fnUntraced(function* ({ body }: Multipart.Part) {
    const chunks: Array<Uint8Array> = []
    let bytes = 0
    yield* Stream.runForEach(Stream.fromAsyncIterable(body, ofForm), (chunk): Effect.Effect<void, ApiProblem> => {
      chunks.push(chunk)
      bytes += chunk.length
      return bytes > limits.bodyBytes
        ? Effect.fail(Problems.make(413, Message.make("BL7008", { limit: limits.bodyBytes })))
        : Effect.void
    })
    return Buffer.concat(chunks).toString("utf8")
  })

  // What says how the file is to be read comes before the file, which is read as soon as it is there.
  const readForm = Effect.fnUntraced(function* (
    request: HttpServerRequest.HttpServerRequest,
    token: TokenInfo,
    hints: (text: string | undefined) => Effect.Effect<Uploads.ReadHints, ApiProblem>
  ) {
    let upload: Uploads.StoredUpload | undefined
    let text: string | undefined
    const take = Effect.fnUntraced(function* (part: Multipart.Part) {
      if (part.name === "request" && text === undefined) {
        if (upload !== undefined) return yield* badForm("the part 'request' has to come before the part 'file'")
        text = yield* textOf(part)
      } else if (part.name === "file" && upload === undefined) {
        const file = { name: part.filename ?? "", content: Stream.fromAsyncIterable(part.body, ofForm) }
        upload = yield* Uploads.receive(file, token.owner, yield* hints(text))
      } else return yield* badForm(`there is a part '${part.name.slice(0, 50)}' that does not belong there`)
    })
    yield* Stream.runForEach(partsOf(request), take).pipe(
      Effect.onError(() => (upload === undefined ? Effect.void : Effect.ignore(Uploads.remove(upload))))
    )
    return { upload, text }
  })

  const service: Service = {
    read: <A extends Question, I>(schema: Schema.Schema<A, I>, token: TokenInfo) =>
      stored(
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          if (isMultipart(request)) {
            const form = yield* oneOfFew(
              readForm(request, token, (text) =>
                text === undefined
                  ? Effect.succeed({})
                  : Effect.map(readJson(schema, text), ({ delimiter, encoding }) => ({ delimiter, encoding }))
              )
            )
            const input = yield* readJson(schema, form.text ?? "{}")
            if (form.upload === undefined || input.upload !== undefined) return yield* noFile
            return { input, upload: form.upload, sent: true }
          }
          const type = request.headers["content-type"] ?? ""
          if (!/^application\/json\b/i.test(type)) return yield* unsupported(type, ["application/json", "multipart/form-data"])
          const input = yield* readJson(schema, yield* Effect.orDie(request.text))
          if (input.upload === undefined) return yield* noFile
          return { input, upload: yield* Uploads.get(input.upload, token.owner), sent: false }
        })
      ),
    receive: (token, hints) =>
      stored(
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          const type = request.headers["content-type"] ?? ""
          if (!isMultipart(request)) return yield* unsupported(type, ["multipart/form-data"])
          const { text, upload } = yield* oneOfFew(readForm(request, token, () => Effect.succeed(hints)))
          if (upload === undefined) return yield* noFile
          if (text === undefined) return upload
          yield* Uploads.remove(upload)
          return yield* badForm("there is a part 'request' that does not belong there")
        })
      )
  }
  return service
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Submissions, never, FileSystem.FileSystem | ServerDatabase | ServerSettings | Workshop> =
  Layer.effect(Submissions, make)

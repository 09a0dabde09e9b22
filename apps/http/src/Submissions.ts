/**
 * Requests that come with a CSV: as a form with the file in it, or as JSON that names a file uploaded before.
 *
 * @since 0.1.0
 */
import * as Problem from "@batchlabel/core/Problem"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import type { TokenInfo } from "@batchlabel/http-api/Auth"
import type { Question } from "@batchlabel/http-api/Job"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Multipart from "@effect/platform/Multipart"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Problems from "./internal/problems.js"
import { isMultipart } from "./internal/requestBody.js"
import * as Metrics from "./Metrics.js"
import type { ServerDatabase } from "./ServerDatabase.js"
import { ServerSettings } from "./ServerSettings.js"
import * as Uploads from "./Uploads.js"

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

type Requirements = FileSystem.FileSystem | ServerDatabase | ServerSettings | HttpServerRequest.HttpServerRequest

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
    parts: Stream.Stream<Multipart.Part, Multipart.MultipartError>,
    token: TokenInfo,
    hints: Uploads.ReadHints
  ) => Effect.Effect<Uploads.StoredUpload, ApiProblem, HttpServerRequest.HttpServerRequest>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Submissions extends Context.Tag("@batchlabel/http/Submissions")<Submissions, Service>() {}

const expected = ["application/json", "multipart/form-data"]

const badForm = (detail: string): ApiProblem => Problems.make(400, Problem.make("BL7011", { detail }))

const noFile = Problems.make(422, Problem.make("BL7012", {}))

const ofMultipart =
  (limit: number) =>
  (error: Multipart.MultipartError): ApiProblem => {
    switch (error.reason) {
      case "BodyTooLarge":
      case "FileTooLarge":
      case "FieldTooLarge":
        return Problems.make(413, Problem.make("BL7008", { limit }))
      case "TooManyParts":
        return badForm("there are too many parts")
      default:
        return badForm("it ends too soon, or its parts are not separated as its Content-Type says")
    }
  }

const malformed = (error: ParseResult.ParseError): ApiProblem => {
  const errors = ParseResult.ArrayFormatter.formatErrorSync(error).map(({ message, path }) => ({
    path: path.join("."),
    detail: message.slice(0, 300)
  }))
  const [first] = errors
  return Problems.make(
    400,
    Problem.make("BL7006", { detail: first === undefined ? "" : `${first.path === "" ? "" : `${first.path}: `}${first.detail}` }),
    { errors }
  )
}

const readJson = <A, I>(schema: Schema.Schema<A, I>, text: string): Effect.Effect<A, ApiProblem> =>
  Schema.decode(Schema.parseJson(schema), { onExcessProperty: "error" })(text).pipe(Effect.mapError(malformed))

const make = Effect.gen(function* () {
  const { limits } = yield* ServerSettings
  const context = yield* Effect.context<FileSystem.FileSystem | ServerDatabase | ServerSettings>()
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
          ? Effect.fail(Problems.make(429, Problem.make("BL7013", { limit: limits.concurrentUploads }), { retryAfter: 5 }))
          : Effect.acquireUseRelease(
              change(1),
              () => effect,
              () => change(-1)
            )
    )

  // What says how the file is to be read comes before the file, which is read as soon as it is there.
  const readForm = Effect.fnUntraced(function* (
    parts: Stream.Stream<Multipart.Part, Multipart.MultipartError>,
    token: TokenInfo,
    hints: (request: string | undefined) => Effect.Effect<Uploads.ReadHints, ApiProblem>
  ) {
    let upload: Uploads.StoredUpload | undefined
    let request: string | undefined
    const take = (part: Multipart.Part): Effect.Effect<void, ApiProblem | JobStoreError, Requirements> => {
      if (part._tag === "Field" && part.key === "request" && request === undefined) {
        if (upload !== undefined) return Effect.fail(badForm("the part 'request' has to come before the part 'file'"))
        request = part.value
        return Effect.void
      }
      if (part._tag === "File" && part.key === "file" && upload === undefined) {
        return Effect.gen(function* () {
          upload = yield* Uploads.receive(part, token.id, yield* hints(request))
        })
      }
      return Effect.fail(badForm(`there is a part '${part.key.slice(0, 50)}' that does not belong there`))
    }
    const limited = Multipart.withLimitsStream(parts, {
      maxParts: Option.some(4),
      maxFieldSize: limits.bodyBytes,
      maxTotalSize: Option.some(limits.uploadBytes + 2 * limits.bodyBytes)
    })
    yield* limited.pipe(
      Stream.mapError(ofMultipart(limits.uploadBytes)),
      Stream.runForEach(take),
      Effect.onError(() => (upload === undefined ? Effect.void : Effect.ignore(Uploads.remove(upload))))
    )
    return { upload, request }
  })

  const service: Service = {
    read: <A extends Question, I>(schema: Schema.Schema<A, I>, token: TokenInfo) =>
      stored(
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          if (isMultipart(request)) {
            const form = yield* oneOfFew(
              readForm(request.multipartStream, token, (text) =>
                text === undefined
                  ? Effect.succeed({})
                  : Effect.map(readJson(schema, text), ({ delimiter, encoding }) => ({ delimiter, encoding }))
              )
            )
            const input = yield* readJson(schema, form.request ?? "{}")
            if (form.upload === undefined || input.upload !== undefined) return yield* noFile
            return { input, upload: form.upload, sent: true }
          }
          const type = request.headers["content-type"] ?? ""
          if (!/^application\/json\b/i.test(type))
            return yield* Problems.make(415, Problem.make("BL7010", { found: type.slice(0, 100), expected }))
          const input = yield* readJson(schema, yield* Effect.orDie(request.text))
          if (input.upload === undefined) return yield* noFile
          return { input, upload: yield* Uploads.get(input.upload, token.id), sent: false }
        })
      ),
    receive: (parts, token, hints) =>
      stored(
        Effect.gen(function* () {
          const { request, upload } = yield* oneOfFew(readForm(parts, token, () => Effect.succeed(hints)))
          if (upload === undefined) return yield* noFile
          if (request !== undefined) return yield* badForm("there is a part 'request' that does not belong there")
          return upload
        })
      )
  }
  return service
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Submissions, never, FileSystem.FileSystem | ServerDatabase | ServerSettings> = Layer.effect(
  Submissions,
  make
)

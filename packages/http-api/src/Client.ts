/**
 * The client, derived from the API: a method an endpoint, typed by its schemas.
 *
 * @example
 * ```ts
 * import * as Client from "@batchlabel/http-api/Client"
 * import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
 * import * as Effect from "effect/Effect"
 *
 * const listed = Effect.gen(function* () {
 *   const client = yield* Client.make({ baseUrl: "http://127.0.0.1:8787", token: "blt_…" })
 *   const { items } = yield* client.jobs.list({ urlParams: { state: "done" } })
 *   return items.map(({ id, title }) => `${id} ${title}`)
 * })
 *
 * Effect.runPromise(Effect.provide(listed, FetchHttpClient.layer)).then(console.log)
 * ```
 *
 * @since 0.1.0
 */
import * as HttpApiClient from "@effect/platform/HttpApiClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Function from "effect/Function"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { BatchlabelApi } from "./Api.js"
import * as ApiProblem from "./ApiProblem.js"
import { csrfHeader } from "./Auth.js"
import * as EventStream from "./EventStream.js"
import { JobDetail, JobEvent, type JobInput, JobInput as JobInputSchema } from "./Job.js"

/**
 * `token` for programs. A page that is logged in sends its cookie by itself and gives the session's `csrfToken`. `lang` is the language of
 * problems.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly baseUrl: string
  readonly token?: string | undefined
  readonly csrfToken?: string | undefined
  readonly lang?: "ko" | "en" | undefined
}

const withHeaders = ({ csrfToken, lang, token }: Options) =>
  HttpClient.mapRequest((request: HttpClientRequest.HttpClientRequest) =>
    request.pipe(
      token === undefined ? Function.identity : HttpClientRequest.bearerToken(token),
      csrfToken === undefined ? Function.identity : HttpClientRequest.setHeader(csrfHeader, csrfToken),
      lang === undefined ? Function.identity : HttpClientRequest.setHeader("accept-language", lang)
    )
  )

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options) =>
  HttpApiClient.make(BatchlabelApi, { baseUrl: options.baseUrl, transformClient: withHeaders(options) })

/**
 * The client.
 *
 * @since 0.1.0
 * @category models
 * @public
 */
export type Client = Effect.Effect.Success<ReturnType<typeof make>>

/**
 * The multipart form of a job with its file, for `jobs.create` and `previews.create`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const form = (file: Blob, name: string, request: JobInput = {}): FormData => {
  const data = new FormData()
  data.set("request", JSON.stringify(Schema.encodeSync(JobInputSchema)(request)))
  data.set("file", file, name)
  return data
}

/**
 * What a stream of events tells: an entry of the history, the job as it is now, or that nothing more will come.
 *
 * @since 0.1.0
 * @category models
 */
export type Update =
  | { readonly _tag: "Event"; readonly event: JobEvent }
  | { readonly _tag: "Job"; readonly job: JobDetail }
  | { readonly _tag: "End" }

const readJob = Schema.decode(Schema.parseJson(JobDetail))
const readEvent = Schema.decode(Schema.parseJson(JobEvent))
const readProblem = Schema.decodeUnknown(ApiProblem.Document)

const update = (message: EventStream.Message): Effect.Effect<Update, ParseResult.ParseError> => {
  switch (message.event) {
    case "job":
      return Effect.map(readJob(message.data), (job) => ({ _tag: "Job", job }))
    case "end":
      return Effect.succeed({ _tag: "End" })
    default:
      return Effect.map(readEvent(message.data), (event) => ({ _tag: "Event", event }))
  }
}

/**
 * Follows a job until the server says that it has ended, or the connection breaks: then call again with the last `seq` as `after`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const follow = (
  options: Options,
  jobId: string,
  after = 0
): Stream.Stream<
  Update,
  ApiProblem.ApiProblem | HttpClientError.HttpClientError | ParseResult.ParseError,
  HttpClient.HttpClient
> =>
  HttpClient.HttpClient.pipe(
    Effect.map(withHeaders(options)),
    Effect.flatMap((client) =>
      client.execute(
        HttpClientRequest.get(`${options.baseUrl}/v1/jobs/${jobId}/events`).pipe(
          HttpClientRequest.setHeaders({ accept: EventStream.contentType, "last-event-id": String(after) })
        )
      )
    ),
    Effect.flatMap((response) =>
      response.status === 200
        ? Effect.succeed(response)
        : response.json.pipe(
            Effect.flatMap(readProblem),
            Effect.flatMap((document) => Effect.fail(new ApiProblem.ApiProblem({ document })))
          )
    ),
    HttpClientResponse.stream,
    Stream.decodeText(),
    EventStream.decode,
    Stream.mapEffect(update),
    Stream.takeUntil(({ _tag }) => _tag === "End")
  )

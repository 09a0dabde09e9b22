import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { OpenAiBatchError, type Operation, type Reason, TimedOut, UnexpectedReply } from "../OpenAiBatchError.js"
import { isRecord } from "./lenient.js"
import { reasonOfReply } from "./reasonOfReply.js"
import { reasonOfThrown } from "./reasonOfThrown.js"
import type { Settings } from "./settings.js"

/** What a call is about, for its errors. */
export interface Subject {
  readonly operation: Operation
  readonly target?: string | undefined
}

export const failure = (subject: Subject, reason: Reason, requestId?: string | undefined): OpenAiBatchError =>
  new OpenAiBatchError({
    operation: subject.operation,
    reason,
    ...(subject.target === undefined ? {} : { target: subject.target }),
    ...(requestId === undefined || requestId === "" ? {} : { requestId })
  })

/** The SDK's options for one attempt. Our own limit comes first; the SDK's is there for the day that it does not. */
export const attemptOptions = (timeout: Duration.Duration, signal: AbortSignal) => ({
  maxRetries: 0,
  timeout: Math.min(Duration.toMillis(timeout) + 5_000, 2 ** 31 - 1),
  signal
})

export type AttemptOptions = ReturnType<typeof attemptOptions>

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An error for whatever the SDK or `fetch` threw. */
export const thrownFailure =
  (settings: Settings, subject: Subject) =>
  (thrown: unknown): Effect.Effect<never, OpenAiBatchError> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const { reason, requestId } = reasonOfThrown(thrown, now, settings.scrub)
      return Effect.fail(failure(subject, reason, requestId))
    })

/** The headers of the reply that the SDK threw as an error. */
const headersOf = (thrown: unknown): Headers | undefined => {
  const headers: unknown = thrown instanceof Error ? Reflect.get(thrown, "headers") : undefined
  return headers instanceof Headers ? headers : undefined
}

const noteClock = (settings: Settings, headers: Headers | undefined, sentAt: number): Effect.Effect<void> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    if (headers !== undefined) settings.serverClock.observe(headers, sentAt, now)
  })

/**
 * One attempt at a call that answers with JSON, read here rather than by the SDK: an empty body, a web page and an `{"error":…}` under
 * status 200 have to be told apart from an answer.
 */
export const call = <A>(
  settings: Settings,
  subject: Subject,
  timeout: Duration.Duration,
  request: (options: AttemptOptions) => Promise<Response>,
  decode: (json: unknown, text: string) => Either.Either<A, string>
): Effect.Effect<A, OpenAiBatchError> =>
  Effect.gen(function* () {
    const sentAt = yield* Clock.currentTimeMillis
    const { response, text } = yield* Effect.tryPromise({
      try: async (signal) => {
        const response = await request(attemptOptions(timeout, signal))
        return { response, text: await response.text() }
      },
      catch: (thrown) => ({ thrown })
    }).pipe(
      Effect.tapBoth({
        onSuccess: ({ response }) => noteClock(settings, response.headers, sentAt),
        onFailure: ({ thrown }) => noteClock(settings, headersOf(thrown), sentAt)
      }),
      Effect.catchAll(({ thrown }) => thrownFailure(settings, subject)(thrown))
    )

    const requestId = response.headers.get("x-request-id") ?? undefined
    const json = parseJson(text)
    const decoded = decode(json, text)
    if (Either.isRight(decoded)) return decoded.right
    const { headers, status } = response
    if (isRecord(json) && isRecord(json["error"])) {
      const now = yield* Clock.currentTimeMillis
      const reply = { status, headers, error: json["error"], text: decoded.left }
      return yield* failure(subject, reasonOfReply(reply, now, settings.scrub), requestId)
    }
    const shown = text === "" ? "the reply is empty" : `${decoded.left}: ${settings.scrub(text.slice(0, 2_000))}`
    return yield* failure(subject, new UnexpectedReply({ status, detail: shown }), requestId)
  }).pipe(
    Effect.timeoutFail({
      duration: timeout,
      onTimeout: () =>
        failure(
          subject,
          new TimedOut({ after: Duration.toMillis(timeout), detail: `no reply within ${Duration.format(timeout)}` })
        )
    })
  )

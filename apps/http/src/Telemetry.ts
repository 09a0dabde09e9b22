/**
 * Spans of the server for an OpenTelemetry collector, over OTLP with JSON. Only what happened is told, when and to which job: no header, query
 * or text of a request. Source: the OpenTelemetry protocol, "OTLP/HTTP", JSON encoding.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The base address of the collector, as in `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string
  readonly serviceName: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** How often spans are sent; five seconds unless told. */
  readonly interval?: Duration.DurationInput | undefined
}

/** So many spans wait to be sent; more are dropped while the collector does not answer. */
const mostWaiting = 4_096

const kinds: Readonly<Record<Tracer.SpanKind, number>> = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 }

/** What may hold more than an operator of the collector should know. */
const isPrivate = (key: string): boolean =>
  /^(http\.(request|response)\.header\.|url\.(full|query)$|client\.address$|user_agent\.|code\.stacktrace$|db\.query\.text$)/.test(
    key
  )

const attributeOf = (key: string, value: unknown) => ({ key, value: { stringValue: String(value).slice(0, 200) } })

const spanOf = (span: Tracer.Span): object => {
  const { status } = span
  const end = status._tag === "Ended" ? status : { startTime: status.startTime, endTime: status.startTime, exit: Exit.void }
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...Option.match(span.parent, { onNone: () => ({}), onSome: ({ spanId }) => ({ parentSpanId: spanId }) }),
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: String(end.startTime),
    endTimeUnixNano: String(end.endTime),
    attributes: [...span.attributes].filter(([key]) => !isPrivate(key)).map(([key, value]) => attributeOf(key, value)),
    status: { code: Exit.isSuccess(end.exit) ? 1 : 2 }
  }
}

const bodyOf = (serviceName: string, spans: ReadonlyArray<object>): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [attributeOf("service.name", serviceName)] },
        scopeSpans: [{ scope: { name: "@batchlabel/http" }, spans }]
      }
    ]
  })

/**
 * Sends the spans of everything that runs within.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<never> =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const native = yield* Effect.tracer
      const waiting: Array<object> = []
      const url = `${options.endpoint.replace(/\/+$/, "")}/v1/traces`

      const send = Effect.suspend(() => {
        const spans = waiting.splice(0, 512)
        if (spans.length === 0) return Effect.void
        return Effect.tryPromise((signal) =>
          fetch(url, {
            method: "POST",
            body: bodyOf(options.serviceName, spans),
            headers: { ...options.headers, "content-type": "application/json" },
            signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)])
          })
        ).pipe(Effect.ignore)
      })

      const tracer = Tracer.make({
        context: (run, fiber) => native.context(run, fiber),
        span: (name, parent, context, links, startTime, kind, spanOptions) => {
          const span = native.span(name, parent, context, links, startTime, kind, spanOptions)
          const end = span.end.bind(span)
          span.end = (endTime, exit) => {
            end(endTime, exit)
            if (span.sampled && waiting.length < mostWaiting) waiting.push(spanOf(span))
          }
          return span
        }
      })

      // What is sent is not traced itself: it would never end.
      const quietly = Effect.withTracerEnabled(send, false)
      yield* Effect.forkScoped(Effect.forever(Effect.delay(quietly, options.interval ?? Duration.seconds(5))))
      yield* Effect.addFinalizer(() => quietly)
      return Layer.setTracer(tracer)
    })
  )

/**
 * What the server counts, in the text format of Prometheus.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import type * as MetricPair from "effect/MetricPair"
import * as MetricState from "effect/MetricState"
import * as Option from "effect/Option"

const prefix = "batchlabel_"

const seconds = MetricBoundaries.fromIterable([0.005, 0.02, 0.05, 0.1, 0.25, 1, 5, 30])

const requests = Metric.counter(`${prefix}http_requests_total`, {
  description: "Requests answered, by method, route and status.",
  incremental: true
})
const requestSeconds = Metric.histogram(`${prefix}http_request_seconds`, seconds, "How long requests took.")
const looks = Metric.counter(`${prefix}looks_total`, {
  description: "Looks at jobs: done, busy (another process was at it), failed.",
  incremental: true
})
const lookSeconds = Metric.histogram(`${prefix}look_seconds`, seconds, "How long looks at jobs took.")
const deliveries = Metric.counter(`${prefix}webhook_deliveries_total`, {
  description: "Tries to deliver a webhook: delivered, refused, failed.",
  incremental: true
})
const streams = Metric.gauge(`${prefix}event_streams`, { description: "Event streams that are open." })
const uploads = Metric.gauge(`${prefix}uploads`, { description: "Uploads under way." })
const openJobs = Metric.gauge(`${prefix}jobs_open`, { description: "Jobs that are preparing, open or being cancelled." })

/**
 * @since 0.1.0
 * @category counting
 */
export const answered = (method: string, route: string, status: number, took: Duration.Duration): Effect.Effect<void> =>
  Effect.zipRight(
    Metric.increment(requests).pipe(Effect.tagMetrics({ method, route, status: String(status) })),
    Metric.update(Metric.tagged(Metric.tagged(requestSeconds, "method", method), "route", route), Duration.toSeconds(took))
  )

/**
 * @since 0.1.0
 * @category counting
 */
export const looked = (result: "done" | "busy" | "failed"): Effect.Effect<void> =>
  Metric.increment(Metric.tagged(looks, "result", result))

/**
 * @since 0.1.0
 * @category counting
 */
export const timeLook = <A, E, R>(look: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Effect.timed(look), ([took, value]) => Effect.as(Metric.update(lookSeconds, Duration.toSeconds(took)), value))

/**
 * @since 0.1.0
 * @category counting
 */
export const delivered = (result: "delivered" | "refused" | "failed"): Effect.Effect<void> =>
  Metric.increment(Metric.tagged(deliveries, "result", result))

/**
 * @since 0.1.0
 * @category counting
 */
export const setStreams = (count: number): Effect.Effect<void> => Metric.set(streams, count)

/**
 * @since 0.1.0
 * @category counting
 */
export const setUploads = (count: number): Effect.Effect<void> => Metric.set(uploads, count)

const escaped = (text: string): string => text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")

const labelled = (name: string, labels: ReadonlyArray<readonly [string, string]>, value: number): string => {
  const list = labels.map(([key, text]) => `${key}="${escaped(text)}"`).join(",")
  return `${name}${list === "" ? "" : `{${list}}`} ${value}`
}

const samplesOf = ({ metricKey, metricState }: MetricPair.MetricPair.Untyped): ReadonlyArray<string> => {
  const { name } = metricKey
  const labels = metricKey.tags.map(({ key, value }) => [key, value] as const)
  if (MetricState.isHistogramState(metricState)) {
    const buckets = Chunk.toReadonlyArray(Chunk.fromIterable(metricState.buckets)).filter(([bound]) => Number.isFinite(bound))
    return [
      ...buckets.map(([bound, count]) => labelled(`${name}_bucket`, [...labels, ["le", String(bound)]], count)),
      labelled(`${name}_bucket`, [...labels, ["le", "+Inf"]], metricState.count),
      labelled(`${name}_sum`, labels, metricState.sum),
      labelled(`${name}_count`, labels, metricState.count)
    ]
  }
  if (MetricState.isCounterState(metricState)) return [labelled(name, labels, Number(metricState.count))]
  if (MetricState.isGaugeState(metricState)) return [labelled(name, labels, Number(metricState.value))]
  return []
}

const kindOf = (state: unknown): string =>
  MetricState.isHistogramState(state) ? "histogram" : MetricState.isCounterState(state) ? "counter" : "gauge"

const family = (name: string, kind: string, help: string, samples: ReadonlyArray<string>): string =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...samples].join("\n")

/**
 * Everything counted so far.
 *
 * @since 0.1.0
 * @category exporting
 */
export const render = (open: number): Effect.Effect<string> =>
  Effect.gen(function* () {
    yield* Metric.set(openJobs, open)
    const own = (yield* Metric.snapshot).filter(({ metricKey }) => metricKey.name.startsWith(prefix))
    const byName = Arr.groupBy(own, ({ metricKey }) => metricKey.name)
    const families = Object.entries(byName).map(([name, pairs]) =>
      family(
        name,
        kindOf(pairs[0].metricState),
        Option.getOrElse(pairs[0].metricKey.description, () => name),
        pairs.flatMap(samplesOf)
      )
    )
    const memory = process.memoryUsage()
    return `${[
      ...families,
      family("process_resident_memory_bytes", "gauge", "Resident memory.", [
        labelled("process_resident_memory_bytes", [], memory.rss)
      ]),
      family("process_uptime_seconds", "gauge", "Seconds since the process started.", [
        labelled("process_uptime_seconds", [], Math.round(process.uptime()))
      ])
    ].join("\n")}\n`
  })

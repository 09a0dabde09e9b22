/** The table that `run` and `watch` draw on a terminal: batches, their states and counts, and what the job as a whole does. */
import { type BatchView, isOver, type JobView } from "@batchlabel/labeling/JobView"
import * as Format from "./Format.js"
import { doneOf } from "./GuideOutput.js"
import type { Texts } from "./Texts.js"

/** How far the job was at a time. */
export interface Sample {
  readonly at: number
  readonly done: number
}

// Fast enough to show a change of pace, slow enough not to jump.
const window = 10 * 60_000
const mostBatches = 8

/** The newest samples, and the last one before them. */
export const keep = (samples: ReadonlyArray<Sample>, next: Sample): ReadonlyArray<Sample> => {
  const recent = samples.filter(({ at }) => next.at - at <= window)
  const before = samples.findLast(({ at }) => next.at - at > window)
  return [...(before === undefined ? [] : [before]), ...recent, next]
}

/** Requests a second over the samples; `undefined` while nothing has moved. */
export const rateOf = (samples: ReadonlyArray<Sample>): number | undefined => {
  const [first] = samples
  const last = samples.at(-1)
  if (first === undefined || last === undefined || last.done <= first.done) return undefined
  return (1000 * (last.done - first.done)) / Math.max(1, last.at - first.at)
}

const doneIn = ({ collected, counts, requests }: BatchView): number =>
  collected === undefined ? Math.min(requests, (counts?.completed ?? 0) + (counts?.failed ?? 0)) : requests

const barOf = (share: number): string => {
  const full = Math.round(12 * share)
  return "█".repeat(full) + "░".repeat(12 - full)
}

/** Those that run first, then those that ended last. */
const shown = (batches: ReadonlyArray<BatchView>): ReadonlyArray<BatchView> => {
  const running = batches.filter((batch) => !isOver(batch))
  const ended = batches.filter(isOver).toReversed()
  return [...running, ...ended].slice(0, mostBatches).toSorted((a, b) => a.shard - b.shard || a.attempt - b.attempt)
}

const batchLines = (view: JobView, texts: Texts): ReadonlyArray<string> => {
  const batches = shown(view.batches)
  if (batches.length === 0) return []
  const rows = batches.map((batch) => {
    const done = doneIn(batch)
    return [
      String(batch.shard),
      texts.status(batch.state),
      `${done}/${batch.requests}`,
      barOf(batch.requests === 0 ? 1 : done / batch.requests)
    ]
  })
  const hidden = view.batches.length - batches.length
  return [...Format.table([texts.live.header, ...rows], [0, 2]), ...(hidden === 0 ? [] : [texts.live.more(hidden)])]
}

const waitLines = (view: JobView, texts: Texts, now: number): ReadonlyArray<string> => {
  const [first] = view.waits
  if (first === undefined) return []
  const { reason, shard, since, until } = first
  const line = texts.job.waiting(
    String(shard),
    texts.wait(reason),
    Format.clock(since, now),
    until === undefined ? undefined : Format.clock(until, now)
  )
  return [line.trimStart(), ...(view.waits.length === 1 ? [] : [texts.job.moreWaits(view.waits.length - 1).trimStart()])]
}

/** The lines of the table, each cut to `columns`. */
export const lines = (
  view: JobView,
  samples: ReadonlyArray<Sample>,
  since: number,
  now: number,
  texts: Texts,
  columns: number
): ReadonlyArray<string> => {
  const { live } = texts
  const done = doneOf(view)
  const rate = rateOf(samples)
  const left = view.requests - done
  const facts = [
    live.total(done, view.requests, Format.percent(done, view.requests)),
    ...(view.failedTotal === 0 ? [] : [live.failed(view.failedTotal)]),
    ...(rate === undefined ? [] : [live.rate(Format.rate(rate))]),
    ...(rate === undefined || left <= 0 ? [] : [live.eta(Format.span((1000 * left) / rate, texts))])
  ]
  const means = [
    live.tokens(Format.grouped(view.tokensInFlight)),
    live.money(Format.money(view.spent)),
    live.elapsed(Format.span(now - since, texts))
  ]
  return [
    `${texts.status(view.status)} · ${view.job.id} · ${view.job.model}`,
    ...batchLines(view, texts),
    ...waitLines(view, texts, now),
    facts.join(" · "),
    means.join(" · ")
  ].map((line) => Format.cut(line, columns))
}

/** Bars on stderr, on a terminal only: for work that reads a file from end to end, and for batches that are sent or collected. */
import * as JobView from "@batchlabel/labeling/JobView"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Format from "./Format.js"
import { Screen, type Service } from "./Screen.js"

export type OnProgress = (bytesRead: number, size: number, rows: number) => void

const blocks = 24
const everyMs = 100

/** `label ████░░░░ 45%  12,345  50,000 rows/s`, cut to the terminal's width. */
export const line = (label: string, share: number, rows: number, perSecond: string, columns: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * blocks)
  const bar = "█".repeat(full) + "░".repeat(blocks - full)
  return Format.cut(`${label} ${bar} ${Math.floor(100 * share)}%  ${Format.grouped(rows)}  ${perSecond}`, columns)
}

const drawing = ({ streams, texts }: Service, label: string): { readonly draw: OnProgress; readonly clear: () => void } => {
  const began = Date.now()
  let drawnAt = 0
  let drawn = false
  return {
    draw: (bytesRead, size, rows) => {
      const now = Date.now()
      if (now - drawnAt < everyMs || now - began < 3 * everyMs) return
      drawnAt = now
      drawn = true
      const perSecond = texts.live.rowsPerSecond(Format.rate((1000 * rows) / (now - began)))
      streams.err(`\r${line(label, size === 0 ? 1 : bytesRead / size, rows, perSecond, streams.columns() - 1)}\u001b[K`)
    },
    clear: () => {
      if (drawn) streams.err("\r\u001b[K")
    }
  }
}

/** Gives `use` something to report to; the bar is gone when it ends. */
export const bar = <A, E, R>(label: string, use: (onProgress: OnProgress | undefined) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Screen, (screen) => {
    if (!screen.live) return use(undefined)
    const { clear, draw } = drawing(screen, label)
    return Effect.ensuring(use(draw), Effect.sync(clear))
  })

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
const tick = Duration.millis(120)

/** Which batches of a job count as done. */
const kinds = {
  sent: ({ batchId }: JobView.BatchView) => batchId !== undefined,
  collected: ({ collected }: JobView.BatchView) => collected !== undefined
}

/** How many requests of the batches seen so far are done, and of how many. */
export const measure = (
  { batches, requests }: JobView.JobView,
  kind: keyof typeof kinds
): readonly [done: number, of: number] => {
  // Of a shard that was tried several times, the last attempt counts.
  const last = new Map(batches.map((batch) => [batch.shard, batch]))
  const done = [...last.values()].filter(kinds[kind]).reduce((sum, batch) => sum + batch.requests, 0)
  return [Math.min(done, requests), requests]
}

/**
 * Shows on a terminal how far the batches of a job are being sent or collected, as the store tells it, while `use` is at work on them. The
 * first character turns, for a big file can take a while.
 */
export const ofJob = <A, E, R>(label: string, jobId: string, kind: keyof typeof kinds, use: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Screen, ({ live, streams, texts }) => {
    if (!live) return use
    const began = Date.now()
    const draw = Effect.map(Effect.option(JobView.load(jobId)), (view) => {
      const [done, of] = Option.match(view, { onNone: () => [0, 1] as const, onSome: (known) => measure(known, kind) })
      const passed = Date.now() - began
      const frame = frames[Math.floor(passed / Duration.toMillis(tick)) % frames.length] ?? ""
      const text = line(`${frame} ${label}`, of === 0 ? 0 : done / of, done, Format.span(passed, texts), streams.columns() - 1)
      streams.err(`\r${text}\u001b[K`)
    })
    const ticking = Effect.forever(Effect.andThen(Effect.sleep(tick), draw))
    return use.pipe(Effect.raceFirst(ticking), Effect.ensuring(Effect.sync(() => streams.err("\r\u001b[K"))))
  })

/** Keeps a job going until nothing moves by itself any more, and shows how it goes: a live table on a terminal, lines elsewhere. */
import type { JobView } from "@batchlabel/labeling/JobView"
import type * as Reconcile from "@batchlabel/labeling/Reconcile"
import * as Watch from "@batchlabel/labeling/Watch"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Detach from "./Detach.js"
import * as Format from "./Format.js"
import { doneOf } from "./GuideOutput.js"
import * as LiveTable from "./LiveTable.js"
import * as Pipeline from "./Pipeline.js"
import { Screen, type Service } from "./Screen.js"

interface Show {
  readonly report: (report: Reconcile.Report) => Effect.Effect<void, never, Screen>
  /** Draws again, if there is something to draw. */
  readonly tick: Effect.Effect<void>
}

/** Redraws in place: up over the lines drawn before, then down to the end. */
const liveTable = ({ streams, texts }: Service): Show => {
  const began = Date.now()
  let height = 0
  let view: JobView | undefined
  let samples: ReadonlyArray<LiveTable.Sample> = []
  const clear = (): string => (height === 0 ? "" : `\u001b[${height}A\u001b[J`)
  const draw = Effect.sync(() => {
    if (view === undefined) return
    const lines = LiveTable.lines(view, samples, began, Date.now(), texts, streams.columns() - 1)
    streams.err(`${clear()}${lines.join("\n")}\n`)
    height = lines.length
  })
  return {
    tick: draw,
    report: Effect.fnUntraced(function* (report) {
      view = report.view
      samples = LiveTable.keep(samples, { at: yield* Clock.currentTimeMillis, done: doneOf(report.view) })
      if (report.notices.length > 0 || report.busy) {
        // Notices go above the table, which is drawn anew below them.
        streams.err(clear())
        height = 0
        yield* Pipeline.tell(report)
      }
      yield* draw
    })
  }
}

/** A line whenever something has changed. */
const plainLines = ({ say, texts }: Service): Show => {
  let last = ""
  let told = ""
  return {
    tick: Effect.void,
    report: Effect.fnUntraced(function* (report) {
      const { view } = report
      const done = doneOf(view)
      const line = texts.live.line(view.status, done, view.requests, Format.percent(done, view.requests), view.failedTotal)
      if (line !== last) yield* say(line)
      last = line
      const notices = report.notices.map(({ code }) => code).join()
      if (notices !== told) yield* Pipeline.tell(report)
      told = notices
    })
  }
}

/** Interrupting it detaches and says how to go on. */
export const follow = Effect.fn("Follow.follow")(function* (jobId: string, home: string | undefined) {
  const screen = yield* Screen
  const show = screen.live ? liveTable(screen) : plainLines(screen)
  const ticking = screen.live ? Effect.forever(Effect.andThen(Effect.sleep("1 second"), show.tick)) : Effect.never
  const ticker = yield* Effect.fork(ticking)
  return yield* Watch.watch(jobId, show.report).pipe(Effect.ensuring(Fiber.interrupt(ticker)), Detach.withHint(jobId, home))
})

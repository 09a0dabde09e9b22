/** A bar on stderr, on a terminal only, for work that reads a file from end to end. */
import * as Effect from "effect/Effect"
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

/** Shows on a terminal that something is under way which has no measure, and for how long. */
export const spinner = <A, E, R>(label: string, use: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Screen, ({ live, streams, texts }) => {
    if (!live) return use
    const began = Date.now()
    const draw = Effect.sync(() => {
      const passed = Date.now() - began
      const frame = frames[Math.floor(passed / 120) % frames.length] ?? ""
      streams.err(`\r${Format.cut(`${frame} ${label} ${Format.span(passed, texts)}`, streams.columns() - 1)}\u001b[K`)
    })
    const ticking = Effect.forever(Effect.andThen(Effect.sleep("120 millis"), draw))
    return use.pipe(Effect.raceFirst(ticking), Effect.ensuring(Effect.sync(() => streams.err("\r\u001b[K"))))
  })

/** Following a job: the stream of its events, taken up again after every break where it was left. */
import { createParser, type EventSourceMessage } from "eventsource-parser"
import { eventsOf } from "./Api.js"
import { Failure, isAbort, unreachable } from "./Failure.js"
import { failureOf, headersFor } from "./Http.js"
import type { JobDetail, JobEvent } from "./Wire.js"

/** `live` the stream is open · `reconnecting` it broke and is opened again · `ended` nothing more will come. */
export type Connection = "connecting" | "live" | "reconnecting" | "ended"

export type Update =
  | { readonly kind: "job"; readonly job: JobDetail }
  | { readonly kind: "event"; readonly event: JobEvent }
  | { readonly kind: "connection"; readonly connection: Connection }
  | { readonly kind: "failure"; readonly failure: Failure }

/** The server sends something at least every 15 seconds; a line that is silent for longer is dead, though it may not have been cut. */
const silence = 40_000

/**
 * How long to wait before try number `tries` (from 1), in ms: doubling from half a second up to 15 s, spread so that pages do not all
 * come back at once.
 */
export const pause = (tries: number, random: number): number => {
  const longest = Math.min(15_000, 500 * 2 ** Math.min(tries - 1, 10))
  return Math.round(longest * (0.5 + random / 2))
}

const updateOf = ({ data, event }: EventSourceMessage): Update => {
  if (event === "job") return { kind: "job", job: JSON.parse(data) }
  if (event === "end") return { kind: "connection", connection: "ended" }
  return { kind: "event", event: JSON.parse(data) }
}

/** Waits, but no longer than until the browser is online again. */
const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      removeEventListener("online", done)
      signal.removeEventListener("abort", done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener("online", done)
    signal.addEventListener("abort", done)
  })

const isFinal = (failure: Failure): boolean => failure.status === 401 || failure.status === 403 || failure.status === 404

/** One connection. Resolves with the number of the last event when the stream is at its end or has broken. */
const once = async (
  id: string,
  after: number,
  signal: AbortSignal,
  tell: (update: Update) => void
): Promise<{ readonly after: number; readonly ended: boolean }> => {
  const stop = new AbortController()
  const leave = (): void => stop.abort()
  signal.addEventListener("abort", leave, { once: true })
  let watchdog = setTimeout(leave, silence)
  let last = after
  try {
    const path = eventsOf(id)
    const response = await fetch(path, {
      headers: { ...headersFor("GET"), accept: "text/event-stream", "last-event-id": String(after) },
      credentials: "same-origin",
      cache: "no-store",
      signal: stop.signal
    })
    if (!response.ok) throw failureOf(response.status, await response.text(), path)
    if (response.body === null) throw unreachable()
    tell({ kind: "connection", connection: "live" })
    // `EventSource` hears only the kinds it was told of and hides statuses, so the page reads the stream itself.
    const messages: Array<EventSourceMessage> = []
    const parser = createParser({ onEvent: (message) => messages.push(message) })
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await pieces.read()
      if (done) return { after: last, ended: false }
      clearTimeout(watchdog)
      watchdog = setTimeout(leave, silence)
      parser.feed(value)
      for (const message of messages.splice(0)) {
        if (message.id !== undefined) last = Number(message.id)
        const update = updateOf(message)
        tell(update)
        if (update.kind === "connection") return { after: last, ended: true }
      }
    }
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    if (isAbort(thrown) || thrown instanceof TypeError) return { after: last, ended: false }
    throw thrown
  } finally {
    clearTimeout(watchdog)
    signal.removeEventListener("abort", leave)
    stop.abort()
  }
}

/** Tells of everything that happens to a job after event number `after`, until it has ended or `signal` aborts. Never rejects. */
export const follow = async (id: string, after: number, signal: AbortSignal, tell: (update: Update) => void): Promise<void> => {
  let last = after
  let tries = 0
  const heard = (update: Update): void => {
    if (signal.aborted) return
    if (update.kind !== "connection") tries = 0
    tell(update)
  }
  while (!signal.aborted) {
    tell({ kind: "connection", connection: tries === 0 && last === after ? "connecting" : "reconnecting" })
    try {
      const { after: reached, ended } = await once(id, last, signal, heard)
      last = reached
      if (ended || signal.aborted) return
    } catch (thrown) {
      if (signal.aborted) return
      const failure = thrown instanceof Failure ? thrown : unreachable()
      if (isFinal(failure)) return tell({ kind: "failure", failure })
    }
    tries++
    tell({ kind: "connection", connection: "reconnecting" })
    await rest(pause(tries, Math.random()), signal)
  }
}

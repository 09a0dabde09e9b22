/**
 * Server-sent events: written by the server, read by clients. Source: the HTML standard, section 9.2.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/**
 * `id` is what a reader that reconnects sends as `Last-Event-ID`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Message {
  readonly event: string
  readonly data: string
  readonly id?: string | undefined
}

/**
 * The media type of a stream of events.
 *
 * @since 0.1.0
 * @category constants
 */
export const contentType = "text/event-stream"

/**
 * A line that readers ignore: it keeps connections open where nothing happens.
 *
 * @since 0.1.0
 * @category constants
 */
export const heartbeat = ":\n\n"

/**
 * The text of a message.
 *
 * @since 0.1.0
 * @category encoding
 */
export const encode = ({ data, event, id }: Message): string => {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`)
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\n${lines.join("")}\n`
}

interface Draft {
  event: string
  readonly data: Array<string>
  id: string | undefined
}

const draft = (): Draft => ({ event: "message", data: [], id: undefined })

const take = (message: Draft, line: string): void => {
  const colon = line.indexOf(":")
  const field = colon === -1 ? line : line.slice(0, colon)
  const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "")
  if (field === "data") message.data.push(value)
  else if (field === "event") message.event = value
  else if (field === "id" && !value.includes("\0")) message.id = value
}

/**
 * Reads messages out of the text of a stream, however it is cut into pieces. Comments are dropped.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = <E, R>(text: Stream.Stream<string, E, R>): Stream.Stream<Message, E, R> =>
  Stream.unwrap(
    Effect.sync(() => {
      let rest = ""
      let message = draft()
      const lineEnd = /\r\n|\n|\r(?!$)/
      return Stream.mapConcat(text, (piece) => {
        rest += piece
        const found: Array<Message> = []
        for (;;) {
          const match = lineEnd.exec(rest)
          if (match === null) return found
          const line = rest.slice(0, match.index)
          rest = rest.slice(match.index + match[0].length)
          if (line !== "") {
            if (!line.startsWith(":")) take(message, line)
            continue
          }
          if (message.data.length > 0) found.push({ event: message.event, data: message.data.join("\n"), id: message.id })
          message = draft()
        }
      })
    })
  )

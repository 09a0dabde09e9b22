/**
 * Server-sent events: written by the server, read by clients. Source: the HTML standard, section 9.2.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { createParser } from "eventsource-parser"

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

/**
 * Reads messages out of the text of a stream, however it is cut into pieces. Comments and unknown fields are dropped.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = <E, R>(text: Stream.Stream<string, E, R>): Stream.Stream<Message, E, R> =>
  Stream.unwrap(
    Effect.sync(() => {
      let found: Array<Message> = []
      const parser = createParser({
        onEvent: ({ data, event = "message", id }) => {
          found.push({ event, data, id })
        }
      })
      return Stream.mapConcat(text, (piece) => {
        parser.feed(piece)
        const complete = found
        found = []
        return complete
      })
    })
  )

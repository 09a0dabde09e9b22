/** Requests that no proper client would make, written byte by byte. */
import { connect } from "node:net"
import * as Effect from "effect/Effect"

export interface RawAnswer {
  readonly text: string
  readonly ms: number
}

/** Writes `first`, then `drip` every `every` ms for as long as the server listens; what it answered until it closed. */
export const speak = (
  url: string,
  first: string,
  more?: { readonly drip: string | Buffer; readonly every: number; readonly times?: number }
): Effect.Effect<RawAnswer & { readonly sent: number }> =>
  Effect.async((resume) => {
    const { hostname, port } = new URL(url)
    const began = Date.now()
    const socket = connect(Number(port), hostname)
    let text = ""
    let sent = 0
    let times = 0
    let timer: NodeJS.Timeout | undefined
    const finish = (): void => {
      clearInterval(timer)
      socket.destroy()
      resume(Effect.succeed({ text, ms: Date.now() - began, sent }))
    }
    const write = (): void => {
      if (more === undefined || socket.destroyed) return
      if (more.times !== undefined && times++ >= more.times) return
      sent += more.drip.length
      const ready = socket.write(more.drip)
      if (more.every === 0) {
        if (ready) setImmediate(write)
        else socket.once("drain", write)
      }
    }
    socket.on("connect", () => {
      socket.write(first)
      if (more === undefined) return
      if (more.every === 0) write()
      // biome-ignore lint/plugin: a client that is slow on purpose, nothing is waited for
      else timer = setInterval(write, more.every)
    })
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8")
    })
    socket.on("error", finish)
    socket.on("close", finish)
    socket.setTimeout(30_000, finish)
    return Effect.sync(finish)
  })

import { assert, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Stream from "effect/Stream"
import * as EventStream from "../src/EventStream.js"

const word = FastCheck.stringMatching(/^[a-z_]{1,12}$/)

const message = FastCheck.record({
  event: word,
  data: FastCheck.oneof(FastCheck.fullUnicodeString(), FastCheck.constantFrom("", "\n", "a\nb", " leading", ": colon", "끝\n")),
  id: FastCheck.option(FastCheck.nat().map(String), { nil: undefined })
})

/** Cuts a text at the given places, as a network does. */
const cut = (text: string, places: ReadonlyArray<number>): ReadonlyArray<string> => {
  const sorted = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
  return [0, ...sorted].map((start, index) => text.slice(start, sorted[index] ?? text.length))
}

it.effect.prop(
  "messages survive the wire, however it cuts them, with heartbeats in between",
  { messages: FastCheck.array(message, { maxLength: 5 }), places: FastCheck.array(FastCheck.nat(2_000), { maxLength: 10 }) },
  ({ messages, places }) =>
    Effect.gen(function* () {
      const text = messages.map((one) => EventStream.heartbeat + EventStream.encode(one)).join("")
      const read = yield* Stream.fromIterable(cut(text, places)).pipe(EventStream.decode, Stream.runCollect)
      // A stream has one kind of line end, so that those of the data come back as line feeds.
      const expected = messages.map((one) => ({ ...one, data: one.data.replace(/\r\n|\r/g, "\n") }))
      assert.deepStrictEqual(Chunk.toReadonlyArray(read), expected)
    })
)

it.effect("streams of other servers are read too: carriage returns, several data lines, no blank after the colon", () =>
  Effect.gen(function* () {
    const read = yield* Stream.make(
      "\r\nid:7\r\nevent:x\r\ndata:a\r",
      "\ndata: b\r\n\r\n: note\r\ndata\r\n\r\n",
      "data: unfinished"
    ).pipe(EventStream.decode, Stream.runCollect)
    assert.deepStrictEqual(Chunk.toReadonlyArray(read), [
      { event: "x", data: "a\nb", id: "7" },
      { event: "message", data: "", id: undefined }
    ])
  })
)

const read = (pieces: ReadonlyArray<string>) =>
  Effect.map(Stream.runCollect(EventStream.decode(Stream.fromIterable(pieces))), Chunk.toReadonlyArray)

it.effect("all three kinds of line ends are taken, one split between two pieces among them", () =>
  Effect.gen(function* () {
    const expected = [{ event: "a", data: "1\n2", id: "7" }]
    assert.deepStrictEqual(yield* read(["id: 7\nevent: a\ndata: 1\ndata: 2\n\n"]), expected)
    assert.deepStrictEqual(yield* read(["id: 7\r\nevent: a\r", "\ndata: 1\r\ndata: 2\r", "\n\r", "\n"]), expected)
    assert.deepStrictEqual(yield* read(["id: 7\revent: a\rdata: 1\rdata: 2\r\r", "\n"]), expected)
  })
)

it.effect("there is no message without data, none that is not complete, and no id of the message before", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* read(["event: a\n\n", ": comment\n\n", "data: 1\n"]), [])
    assert.deepStrictEqual(yield* read(["id: 1\ndata: a\n\ndata: b\n\n"]), [
      { event: "message", data: "a", id: "1" },
      { event: "message", data: "b", id: undefined }
    ])
  })
)

import { encode, heartbeat } from "@batchlabel/http-api/EventStream"
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { type Message, reader } from "../src/api/EventText.js"

const readAll = (pieces: ReadonlyArray<string>): ReadonlyArray<Message> => {
  const read = reader()
  return pieces.flatMap((piece) => read(piece))
}

describe("the stream of events", () => {
  it("is read as the server wrote it, however it was cut into pieces", () => {
    const message = FastCheck.record({
      event: FastCheck.constantFrom("job", "end", "batch_created", "message"),
      data: FastCheck.array(FastCheck.fullUnicodeString({ minLength: 1 })).map((lines) =>
        ["x", ...lines].join("\n").replaceAll("\r", "")
      ),
      id: FastCheck.option(FastCheck.nat().map(String), { nil: undefined })
    })
    FastCheck.assert(
      FastCheck.property(FastCheck.array(message), FastCheck.array(FastCheck.nat(50)), (messages, cuts) => {
        const text = messages.map((one) => encode(one) + heartbeat).join("")
        const pieces: Array<string> = []
        let rest = text
        for (const cut of cuts) {
          pieces.push(rest.slice(0, cut))
          rest = rest.slice(cut)
        }
        assert.deepStrictEqual(
          readAll([...pieces, rest]),
          messages.map(({ data, event, id }) => ({ data, event, id }))
        )
      })
    )
  })

  it("takes all three kinds of line ends, one split between two pieces among them", () => {
    const expected = [{ event: "a", data: "1\n2", id: "7" }]
    assert.deepStrictEqual(readAll(["id: 7\nevent: a\ndata: 1\ndata: 2\n\n"]), expected)
    assert.deepStrictEqual(readAll(["id: 7\r\nevent: a\r", "\ndata: 1\r\ndata: 2\r", "\n\r", "\n"]), expected)
    assert.deepStrictEqual(readAll(["id: 7\revent: a\rdata: 1\rdata: 2\r\r", "\n"]), expected)
  })

  it("gives no message without data, and none that is not complete", () => {
    assert.deepStrictEqual(readAll(["event: a\n\n", ": comment\n\n", "data: 1\n"]), [])
  })

  it("does not take an id over to the next message", () => {
    assert.deepStrictEqual(readAll(["id: 1\ndata: a\n\ndata: b\n\n"]), [
      { event: "message", data: "a", id: "1" },
      { event: "message", data: "b", id: undefined }
    ])
  })
})

import { assert, describe, it } from "@effect/vitest"
import { withSimulator } from "./plainClient.js"

const text = "0123456789"

describe("downloads in ranges", () => {
  it("a range gives its bytes and says so, a bad one is refused", () =>
    withSimulator({}, async (client) => {
      const { id } = (await client.upload(text)).json
      const get = (range: string, more: Record<string, string> = {}) =>
        client.call("GET", `/files/${id}/content`, undefined, { range, ...more })
      const cases = [
        ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
        ["bytes=4-", 206, "456789", "bytes 4-9/10"],
        ["bytes=-3", 206, "789", "bytes 7-9/10"],
        ["bytes=8-99", 206, "89", "bytes 8-9/10"],
        ["lines=0-3", 200, text, null],
        ["bytes=-", 200, text, null]
      ] as const
      for (const [range, status, body, contentRange] of cases) {
        const reply = await get(range)
        assert.deepStrictEqual(
          [reply.status, reply.text, reply.headers.get("content-range")],
          [status, body, contentRange],
          range
        )
        assert.strictEqual(reply.headers.get("accept-ranges"), "bytes")
        assert.strictEqual(reply.headers.get("content-length"), String(body.length))
      }
      const beyond = await get("bytes=10-")
      assert.deepStrictEqual([beyond.status, beyond.headers.get("content-range")], [416, "bytes */10"])
    }))

  it("a cut download is resumed where it ended, if the file is still the same", () =>
    withSimulator(
      { scenario: { faults: [{ on: "files.content", times: 1, do: { fault: "truncate", bytes: 4 } }] } },
      async (client) => {
        const { id } = (await client.upload(text)).json
        const path = `/files/${id}/content`
        const first = await fetch(`${client.simulator.url}${path}`, { headers: { authorization: "Bearer sk-test-0123456789" } })
        const etag = first.headers.get("etag") ?? ""
        assert.match(etag, /^"[^"]+"$/)
        await first.text().catch(() => "")
        const resumed = await client.call("GET", path, undefined, { range: "bytes=4-", "if-range": etag })
        assert.deepStrictEqual([resumed.status, resumed.text], [206, "456789"])
        const changed = await client.call("GET", path, undefined, { range: "bytes=4-", "if-range": '"other"' })
        assert.deepStrictEqual([changed.status, changed.text], [200, text])
      }
    ))
})

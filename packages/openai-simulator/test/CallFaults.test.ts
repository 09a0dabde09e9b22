import { assert, describe, it } from "@effect/vitest"
import type { BatchObject } from "../src/internal/batches.js"
import type { FileObject } from "../src/internal/files.js"
import type { ScenarioInput } from "../src/Scenario.js"
import { type Failure, outcomeOf, type PlainClient, requestLines, withSimulator } from "./plainClient.js"

const playing = (faults: ScenarioInput["faults"], test: (client: PlainClient) => Promise<void>) =>
  withSimulator({ scenario: { faults } }, test)

const upload = async (client: PlainClient, n = 3): Promise<string> =>
  (await client.upload(`${requestLines(n).join("\n")}\n`)).json.id

describe("faults of calls", () => {
  it("429 comes with and without Retry-After, in seconds or as a date", () =>
    playing(
      [
        { on: "batches.list", when: { nth: 1 }, do: { fault: "status", status: 429, retryAfter: 2 } },
        { on: "batches.list", when: { nth: 2 }, do: { fault: "status", status: 429, retryAfter: "date" } },
        { on: "batches.list", when: { nth: 3 }, do: { fault: "status", status: 429 } }
      ],
      async ({ call }) => {
        const first = await call<Failure>("GET", "/batches")
        assert.strictEqual(first.status, 429)
        assert.strictEqual(first.headers.get("retry-after"), "2")
        assert.strictEqual(first.json.error.code, "rate_limit_exceeded")
        const second = await call("GET", "/batches")
        assert.closeTo(Date.parse(second.headers.get("retry-after") ?? ""), Date.now(), 3_000)
        const third = await call("GET", "/batches")
        assert.strictEqual(third.status, 429)
        assert.isNull(third.headers.get("retry-after"))
        assert.strictEqual((await call("GET", "/batches")).status, 200)
      }
    ))

  it("500, 502 and 503 come in OpenAI's shape or as a proxy's page", () =>
    playing(
      [
        { on: "files.list", when: { nth: 1 }, do: { fault: "status", status: 500 } },
        { on: "files.list", when: { nth: 2 }, do: { fault: "status", status: 502, form: "html" } },
        { on: "files.list", when: { nth: 3 }, do: { fault: "status", status: 503 } }
      ],
      async ({ call }) => {
        const first = await call<Failure>("GET", "/files")
        assert.deepStrictEqual([first.status, first.json.error.type], [500, "server_error"])
        const second = await call("GET", "/files")
        assert.strictEqual(second.status, 502)
        assert.match(second.headers.get("content-type") ?? "", /text\/html/)
        assert.include(second.text, "<h1>502</h1>")
        assert.strictEqual((await call("GET", "/files")).status, 503)
      }
    ))

  it("a reset before the server acts leaves nothing behind", () =>
    playing([{ on: "batches.create", times: 1, do: { fault: "reset" } }], async (client) => {
      const file = await upload(client)
      assert.strictEqual(await outcomeOf(client.create(file)), "cut")
      assert.deepStrictEqual(await client.listed(), [])
      assert.strictEqual((await client.create(file)).status, 200)
    }))

  it("a reset after the server has acted loses the reply of a batch that was created", () =>
    playing([{ on: "batches.create", times: 1, do: { fault: "reset", phase: "after" } }], async (client) => {
      assert.strictEqual(await outcomeOf(client.create(await upload(client), { job: "j" })), "cut")
      const [id] = await client.listed()
      assert.deepStrictEqual((await client.batch(id ?? "")).metadata, { job: "j" })
    }))

  it("a 500 after the server has acted hides a batch that was created", () =>
    playing([{ on: "batches.create", times: 1, do: { fault: "status", status: 500, phase: "after" } }], async (client) => {
      assert.strictEqual((await client.create(await upload(client))).status, 500)
      assert.lengthOf(await client.listed(), 1)
    }))

  it("a garbled reply cannot be read, though the batch was created", () =>
    playing([{ on: "batches.create", times: 1, do: { fault: "garbled" } }], async (client) => {
      const reply = await client.create(await upload(client))
      assert.strictEqual(reply.status, 200)
      assert.throws(() => JSON.parse(reply.text))
      assert.lengthOf(await client.listed(), 1)
    }))

  it("an upload whose connection is cut before or after leaves no file or one", () =>
    playing(
      [
        { on: "files.upload", when: { nth: 1 }, do: { fault: "reset" } },
        { on: "files.upload", when: { nth: 2 }, do: { fault: "reset", phase: "after" } }
      ],
      async (client) => {
        const count = async () =>
          (await client.call<{ readonly data: ReadonlyArray<FileObject> }>("GET", "/files")).json.data.length
        assert.strictEqual(await outcomeOf(client.upload("x")), "cut")
        assert.strictEqual(await count(), 0)
        assert.strictEqual(await outcomeOf(client.upload("x")), "cut")
        assert.strictEqual(await count(), 1)
      }
    ))

  it("any call may have another reply: an empty one, a page, a body of one's own, before it has acted or after", () =>
    playing(
      [
        { on: "files.list", when: { nth: 1 }, do: { fault: "reply" } },
        { on: "files.list", when: { nth: 2 }, do: { fault: "reply", form: "html" } },
        { on: "files.list", when: { nth: 3 }, do: { fault: "reply", status: 410, body: "gone", contentType: "text/plain" } },
        { on: "batches.create", times: 1, do: { fault: "reply", body: '{"error":{"message":"no"}}', phase: "after" } }
      ],
      async (client) => {
        const empty = await client.call("GET", "/files")
        assert.deepStrictEqual([empty.status, empty.text], [200, ""])
        const page = await client.call("GET", "/files")
        assert.deepStrictEqual([page.status, page.headers.get("content-type")], [200, "text/html"])
        const gone = await client.call("GET", "/files")
        assert.deepStrictEqual([gone.status, gone.headers.get("content-type"), gone.text], [410, "text/plain", "gone"])
        const created = await client.create(await upload(client))
        assert.deepStrictEqual([created.status, created.text], [200, '{"error":{"message":"no"}}'])
        assert.lengthOf(await client.listed(), 1)
      }
    ))

  it("a download may be another file, or noise of the right length", () =>
    playing(
      [
        { on: "files.content", when: { nth: 1 }, do: { fault: "other" } },
        { on: "files.content", when: { nth: 2 }, do: { fault: "noise" } },
        { on: "files.retrieve", when: { nth: 1 }, do: { fault: "other" } }
      ],
      async (client) => {
        const first = (await client.upload("first")).json.id
        const second = (await client.upload("other")).json.id
        const content = async () => (await client.call("GET", `/files/${first}/content`)).text
        assert.deepStrictEqual([await content(), await content(), await content()], ["other", "~~~~~", "first"])
        const described = async () => (await client.call<FileObject>("GET", `/files/${first}`)).json.id
        assert.deepStrictEqual([await described(), await described()], [second, first])
      }
    ))

  it("a batch may claim an end that it has not come to, in any reply that shows it", () =>
    playing(
      [
        { on: "batches.retrieve", when: { nth: 1 }, do: { fault: "claim", status: "expired" } },
        { on: "batches.retrieve", when: { nth: 2 }, do: { fault: "other" } },
        { on: "batches.list", times: 1, do: { fault: "claim", status: "failed" } }
      ],
      async (client) => {
        const id = await client.submit(requestLines(2))
        const another = await client.submit(requestLines(2))
        const expired = await client.batch(id)
        assert.deepStrictEqual(
          [expired.status, expired.output_file_id, expired.request_counts],
          ["expired", null, { total: 2, completed: 0, failed: 0 }]
        )
        assert.strictEqual((await client.batch(id)).id, another)
        assert.strictEqual((await client.batch(id)).status, "completed")
        const listed = await client.call<{ readonly data: ReadonlyArray<BatchObject> }>("GET", "/batches")
        assert.deepStrictEqual([...new Set(listed.json.data.map(({ status }) => status))], ["failed"])
      }
    ))

  it("a slow call takes as long as the fault says", () =>
    playing([{ on: "batches.list", times: 1, do: { fault: "slow", ms: 120 } }], async ({ call }) => {
      const started = performance.now()
      assert.strictEqual((await call("GET", "/batches")).status, 200)
      assert.isAtLeast(performance.now() - started, 110)
    }))

  it("a slow call that is given up after acting has acted", () =>
    playing([{ on: "batches.create", times: 1, do: { fault: "slow", ms: 60_000, phase: "after" } }], async (client) => {
      const body = JSON.stringify({
        input_file_id: await upload(client),
        endpoint: "/v1/chat/completions",
        completion_window: "24h"
      })
      const headers = { authorization: "Bearer sk-test-0123456789", "content-type": "application/json" }
      const signal = AbortSignal.timeout(100)
      const given = await fetch(`${client.simulator.url}/batches`, { method: "POST", headers, body, signal }).catch(() => "up")
      assert.strictEqual(given, "up")
      assert.lengthOf(await client.listed(), 1)
    }))

  it("a new batch is left out of listings for as long as the lag lasts", () =>
    playing(
      [
        { on: "batches.create", when: { nth: 1 }, do: { fault: "list_lag", lists: 2 } },
        { on: "batches.create", when: { nth: 2 }, do: { fault: "list_lag", ms: 5_000 } }
      ],
      async (client) => {
        const first = await client.submit(requestLines(1))
        assert.deepStrictEqual(await client.listed(), [])
        assert.strictEqual((await client.batch(first)).id, first)
        assert.deepStrictEqual(await client.listed(), [])
        assert.deepStrictEqual(await client.listed(), [first])
        const second = await client.submit(requestLines(1))
        assert.deepStrictEqual(await client.listed(), [first])
        client.simulator.advance(5_000)
        assert.deepStrictEqual(await client.listed(), [second, first])
      }
    ))

  it("an uploaded file is not found by the batches that use it at first, which fail", () =>
    playing([{ on: "files.upload", times: 1, do: { fault: "file_not_found", uses: 2 } }], async (client) => {
      const file = await upload(client)
      for (let i = 0; i < 2; i++) {
        const batch = await client.batch((await client.create(file)).json.id)
        assert.strictEqual(batch.status, "failed")
        assert.strictEqual(batch.errors?.data[0]?.code, "invalid_request")
        assert.include(batch.errors?.data[0]?.message, `Cannot find file ${file}`)
      }
      assert.strictEqual((await client.batch((await client.create(file)).json.id)).status, "completed")
    }))

  it("an uploaded file is not found by anything for a time, and creating a batch of it is refused", () =>
    playing([{ on: "files.upload", do: { fault: "file_not_found", ms: 2_000, as: "create" } }], async (client) => {
      const file = await upload(client)
      assert.strictEqual((await client.call("GET", `/files/${file}`)).status, 404)
      const refused = await client.create<Failure>(file)
      assert.deepStrictEqual([refused.status, refused.json.error.param], [404, "input_file_id"])
      client.simulator.advance(2_000)
      assert.strictEqual((await client.call("GET", `/files/${file}`)).status, 200)
      assert.strictEqual((await client.create(file)).status, 200)
    }))

  it("an announced cut of a download breaks the transfer, a silent one shows in the bytes only", () =>
    playing(
      [
        { on: "files.content", when: { nth: 1 }, do: { fault: "truncate", bytes: 100 } },
        { on: "files.content", when: { nth: 2 }, do: { fault: "truncate", fraction: 0.25, announced: false } },
        { on: "files.content", when: { nth: 3 }, do: { fault: "truncate", bytes: 0 } }
      ],
      async (client) => {
        const { id, bytes } = (await client.upload("x".repeat(1_000))).json
        const url = `${client.simulator.url}/files/${id}/content`
        const headers = { authorization: "Bearer sk-test-0123456789" }
        const response = await fetch(url, { headers })
        assert.strictEqual(response.headers.get("content-length"), String(bytes))
        let read = 0
        let broken = false
        try {
          for await (const chunk of response.body ?? []) read += chunk.length
        } catch {
          broken = true
        }
        assert.deepStrictEqual([read, broken], [100, true])
        const silent = await fetch(url, { headers })
        assert.strictEqual((await silent.arrayBuffer()).byteLength, 250)
        const empty = await fetch(url, { headers })
        assert.strictEqual(
          await empty.arrayBuffer().then(
            () => "whole",
            () => "cut"
          ),
          "cut"
        )
        assert.strictEqual((await (await fetch(url, { headers })).arrayBuffer()).byteLength, 1_000)
      }
    ))

  it("the key is refused in the middle of a job, and good again", () =>
    playing([{ on: "*", when: { after: 3 }, times: 2, do: { fault: "status", status: 401 } }], async (client) => {
      const id = await client.submit(requestLines(1))
      assert.strictEqual((await client.batch(id)).status, "completed")
      const refused = await client.call<Failure>("GET", `/batches/${id}`)
      assert.deepStrictEqual([refused.status, refused.json.error.code], [401, "invalid_api_key"])
      assert.strictEqual((await client.call("GET", "/files")).status, 401)
      assert.strictEqual((await client.call("GET", "/files")).status, 200)
    }))

  it("the credit ends in the middle of a job, until the scenario tops it up", () =>
    playing(
      [
        { on: ["files.upload", "batches.create"], when: { after: 2 }, do: { fault: "no_credit" } },
        { on: "batch", when: { after: 1 }, do: { fault: "no_credit" } }
      ],
      async (client) => {
        await client.submit(requestLines(1))
        const refused = await client.upload<Failure>("x")
        assert.deepStrictEqual(
          [refused.status, refused.json.error.code, refused.json.error.type],
          [429, "insufficient_quota", "insufficient_quota"]
        )
        assert.strictEqual((await client.control("PUT", "/scenario", {})).status, 200)
        assert.strictEqual((await client.upload("x")).status, 200)
      }
    ))

  it("calls are counted for each rule on its own: nth, every, after, times and metadata", () =>
    playing(
      [
        { on: "batches.list", when: { every: 3 }, times: 2, do: { fault: "status", status: 503 } },
        { on: "batches.retrieve", when: { metadata: { shard: "2" }, nth: [1, 3] }, do: { fault: "status", status: 500 } }
      ],
      async (client) => {
        const statuses: Array<number> = []
        for (let i = 0; i < 9; i++) statuses.push((await client.call("GET", "/batches")).status)
        assert.deepStrictEqual(statuses, [200, 200, 503, 200, 200, 503, 200, 200, 200])
        const one = await client.submit(requestLines(1), { shard: "1" })
        const two = await client.submit(requestLines(1), { shard: "2" })
        const seen = async (id: string) => (await client.call<BatchObject>("GET", `/batches/${id}`)).status
        assert.deepStrictEqual(
          [await seen(one), await seen(two), await seen(one), await seen(two), await seen(two), await seen(two)],
          [200, 500, 200, 200, 500, 200]
        )
        const { counts } = (await client.control<{ counts: unknown }>("GET", "/scenario")).json
        assert.deepStrictEqual(counts, [
          { seen: 9, struck: 2 },
          { seen: 4, struck: 2 }
        ])
      }
    ))

  it("chance is seeded: the same scenario strikes the same calls", async () => {
    const run = async (seed: number) => {
      let statuses = ""
      await withSimulator(
        { scenario: { seed, faults: [{ on: "files.list", when: { probability: 0.4 }, do: { fault: "status", status: 500 } }] } },
        async ({ call }) => {
          for (let i = 0; i < 40; i++) statuses += (await call("GET", "/files")).status === 500 ? "x" : "."
        }
      )
      return statuses
    }
    const first = await run(1)
    assert.strictEqual(await run(1), first)
    assert.notStrictEqual(await run(2), first)
    assert.match(first, /x/)
    assert.match(first, /\./)
  })
})

import { encode, heartbeat } from "@batchlabel/http-api/EventStream"
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { follow, pause, type Update } from "../src/api/Follow.js"
import { at, job } from "./support/job.js"

interface Call {
  readonly path: string
  readonly after: string | null
}

type Answer = () => Response

/** Says this and then breaks off, or ends in order. */
const stream =
  (text: string, breaks = false): Answer =>
  () =>
    new Response(
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode(text))
          if (!breaks) controller.close()
        },
        // Asked for more once what it said has been read.
        pull: (controller) => {
          if (controller.desiredSize === 1) controller.error(new TypeError("network error"))
        }
      }),
      { headers: { "content-type": "text/event-stream" } }
    )

/** Says nothing, ever. */
const silent: Answer = () => new Response(new ReadableStream())

const refusal =
  (status: number): Answer =>
  () =>
    new Response(JSON.stringify({ status, code: "BL7001", texts: { ko: "가", en: "a" }, detail: "a", title: "", type: "" }), {
      status
    })

const event = (seq: number): string =>
  encode({ event: "batch_created", id: String(seq), data: JSON.stringify({ seq, at: at(0), kind: "batch_created", data: {} }) })

const state = (labeled: number): string => encode({ event: "job", data: JSON.stringify(job({ labeled })) })

const end = encode({ event: "end", data: "{}" })

describe("following a job", () => {
  let calls: Array<Call> = []
  let answers: Array<Answer> = []
  beforeEach(() => {
    calls = []
    vi.useFakeTimers()
    vi.stubGlobal("addEventListener", () => {})
    vi.stubGlobal("removeEventListener", () => {})
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      calls.push({ path, after: new Headers(init.headers).get("last-event-id") })
      const answer = answers.shift()
      if (answer === undefined) return Promise.reject(new TypeError("connection refused"))
      const response = answer()
      const { signal } = init
      if (answer === silent && signal) {
        // A real connection ends with its signal; this one has to be told.
        const body = new ReadableStream({
          start: (controller) =>
            signal.addEventListener("abort", () => controller.error(new DOMException("stopped", "AbortError")))
        })
        return Promise.resolve(new Response(body))
      }
      return Promise.resolve(response)
    })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  /** Follows until it ends by itself, or for so long. */
  const told = async (script: ReadonlyArray<Answer>, ms: number): Promise<ReadonlyArray<Update>> => {
    answers = [...script]
    const updates: Array<Update> = []
    const stop = new AbortController()
    const following = follow("job_1", 0, stop.signal, (update) => updates.push(update))
    await vi.advanceTimersByTimeAsync(ms)
    stop.abort()
    await following
    return updates
  }

  const kinds = (updates: ReadonlyArray<Update>): ReadonlyArray<string> =>
    updates.map((update) => (update.kind === "connection" ? update.connection : update.kind))

  it("tells of what happens until the end, and then asks no more", async () => {
    const updates = await told([stream(heartbeat + event(1) + state(3) + event(2) + end)], 60_000)
    assert.deepStrictEqual(kinds(updates), ["connecting", "live", "event", "job", "event", "ended"])
    assert.deepStrictEqual(calls, [{ path: "/v1/jobs/job_1/events", after: "0" }])
  })

  it("goes on after a break where it was, and says so meanwhile", async () => {
    const updates = await told([stream(event(1) + event(5), true), stream(event(6) + end)], 60_000)
    assert.deepStrictEqual(
      calls.map(({ after }) => after),
      ["0", "5"]
    )
    const words = kinds(updates)
    assert.deepStrictEqual(
      words.filter((one, index) => one !== words[index - 1]),
      ["connecting", "live", "event", "reconnecting", "live", "event", "ended"]
    )
  })

  it("tries again ever more slowly while nobody answers", async () => {
    await told([], 120_000)
    assert.isAtLeast(calls.length, 8)
    assert.isAtMost(calls.length, 25)
  })

  it("gives up a connection that has been silent for too long", async () => {
    const updates = await told([silent, stream(event(1) + end)], 50_000)
    assert.lengthOf(calls, 2)
    assert.strictEqual(kinds(updates).at(-1), "ended")
  })

  it("goes on trying where the server fails, and stops where it says no", async () => {
    const recovered = await told([refusal(503), refusal(500), stream(end)], 60_000)
    assert.lengthOf(calls, 3)
    assert.strictEqual(kinds(recovered).at(-1), "ended")
    for (const status of [401, 403, 404]) {
      calls = []
      const refused = await told([refusal(status)], 60_000)
      assert.lengthOf(calls, 1)
      assert.strictEqual(kinds(refused).at(-1), "failure")
    }
  })

  it("tells nothing more once it is no longer wanted", async () => {
    answers = [stream(event(1)), stream(event(2))]
    const updates: Array<Update> = []
    const stop = new AbortController()
    stop.abort()
    await follow("job_1", 0, stop.signal, (update) => updates.push(update))
    assert.deepStrictEqual(updates, [])
    assert.deepStrictEqual(calls, [])
  })
})

describe("the pause between tries", () => {
  it("doubles from half a second to 15 seconds, and is spread over its second half", () => {
    assert.deepStrictEqual(
      [1, 2, 3, 6, 50].map((tries) => pause(tries, 1)),
      [500, 1_000, 2_000, 15_000, 15_000]
    )
    assert.strictEqual(pause(2, 0), 500)
  })
})

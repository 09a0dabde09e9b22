/** The pipeline without Effect, as a program with promises sees it. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { check, download, type JobStatus, LabelingFailure, label, submit } from "../src/promise.js"
import { folder, writeTexts } from "./support/simulated.js"

const task = { name: "yes or no", labels: [0, 1], template: "{{ text }}", answer: "number" } as const

const inFolder = (use: (options: { input: string; output: string; apiKey: string; baseUrl: string }) => Promise<void>) =>
  Effect.gen(function* () {
    const home = yield* folder
    const { url } = yield* Simulator.scoped()
    const input = writeTexts(join(home, "input.csv"), ["가", "나", "다"])
    yield* Effect.promise(() => use({ input, output: join(home, "out.csv"), apiKey: "sk-any", baseUrl: url }))
  })

const rejected = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    return error
  }
  return assert.fail("it was not rejected")
}

describe("labeling with promises", () => {
  it.scopedLive("labels every row, and tells how far it is", () =>
    inFolder(async (options) => {
      const seen: Array<JobStatus> = []
      const report = await label({ ...options, task, pollInterval: 10, onProgress: (status) => seen.push(status) })
      assert.deepInclude(report, { rows: 3, labeled: 3, failed: 0, pending: 0, failedPath: undefined })
      assert.include(readFileSync(options.output, "utf8"), "label")
      assert.deepInclude(seen.at(-1), { status: "completed", finished: true, labeled: 3 })
    })
  )

  it.scopedLive("goes step by step: submit, check, download", () =>
    inFolder(async (options) => {
      const home = join(options.input, "../.batchlabel")
      const { id } = await submit({ ...options, task, home, pollInterval: 10 })
      while (!(await check(id, { ...options, home, pollInterval: 10 })).finished);
      assert.deepInclude(await download(id, { ...options, home }), { jobId: id, labeled: 3 })
    })
  )

  it.scopedLive("rejects with a plain error that has a code", () =>
    inFolder(async (options) => {
      const error = await rejected(label({ ...options, input: `${options.input}.gone`, task }))
      assert.instanceOf(error, LabelingFailure)
      assert.match(error instanceof LabelingFailure ? error.code : "", /^BL\d{4}$/)
      const unknown = await rejected(label({ ...options, task: "no such preset" }))
      assert.strictEqual(unknown instanceof LabelingFailure ? unknown.tag : "", "TaskError")
    })
  )

  it.scopedLive("tries the output before anything is sent", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const api = yield* Simulator.scoped()
      const input = writeTexts(join(home, "input.csv"), ["가"])
      const options = { input, output: join(home, "none/out.csv"), task, apiKey: "sk-any", baseUrl: api.url }
      const error = yield* Effect.promise(() => rejected(label(options)))
      assert.strictEqual(error instanceof LabelingFailure ? error.tag : error, "CsvError")
      assert.deepStrictEqual((yield* Effect.promise(() => api.ledger())).jobs, {})
    })
  )

  it.scopedLive("rejects with the signal's reason, and the same call goes on", () =>
    inFolder(async (options) => {
      const controller = new AbortController()
      const reason = new Error("enough")
      const aborted = label({
        ...options,
        task,
        pollInterval: 10,
        signal: controller.signal,
        onProgress: () => controller.abort(reason)
      })
      assert.strictEqual(await rejected(aborted), reason)
      assert.strictEqual(await rejected(label({ ...options, task, signal: controller.signal })), reason)
      assert.strictEqual((await label({ ...options, task, pollInterval: 10 })).labeled, 3)
    })
  )
})

/** Removing what finished jobs have left at the API. */
import { join } from "node:path"
import { JobStore } from "@batchlabel/job-store/JobStore"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as Cancel from "../src/Cancel.js"
import * as Clean from "../src/Clean.js"
import * as Download from "../src/Download.js"
import * as Prepare from "../src/Prepare.js"
import * as Reconcile from "../src/Reconcile.js"
import { folder, layers, passes, task, writeTexts } from "./support/simulated.js"

const remoteFiles = Effect.gen(function* () {
  const api = yield* OpenAiBatch
  return [...(yield* Stream.runCollect(api.files()))].map(({ id }) => id)
})

/** A job of two shards, one of whose rows fails, and where it is. */
const jobOf = Effect.fnUntraced(function* (name: string) {
  const home = yield* folder
  const inputPath = writeTexts(join(home, "input.csv"), [`하나 ${name}`, `깨진 ${name}`, `셋 ${name}`])
  const { job } = yield* Prepare.prepare({ inputPath, home, task: task(), shardRequests: 2 })
  return { id: job.id, home, inputPath }
})

const finished = Effect.fnUntraced(function* (name: string) {
  const job = yield* jobOf(name)
  yield* passes(job.id, () => Effect.void)
  return job
})

const on = <A, E, R>(use: Effect.Effect<A, E, R>, clock: Simulator.Options["clock"] = {}) =>
  Effect.flatMap(Simulator.scoped({ rules: { rules: [{ contains: "깨진", bad: "bad_request" }] }, clock }), (simulator) =>
    Effect.provide(use, layers(simulator))
  )

describe("the files to be removed", () => {
  it.scopedLive("are the input, output and error files of finished jobs, and looking at them deletes nothing", () =>
    on(
      Effect.gen(function* () {
        const { id } = yield* finished("글")
        const before = yield* remoteFiles
        const candidates = yield* Clean.candidates("all")
        assert.deepStrictEqual(
          candidates.map(({ jobId, kind }) => `${jobId === id} ${kind}`).toSorted(),
          ["true error", "true input", "true input", "true output", "true output"].toSorted()
        )
        assert.sameMembers(
          candidates.map(({ fileId }) => fileId),
          [...before]
        )
        assert.sameMembers([...(yield* remoteFiles)], [...before])
      })
    )
  )

  it.scopedLive("are none of an unfinished job, of a job that was not named, or of another tool", () =>
    on(
      Effect.gen(function* () {
        const done = yield* finished("끝난")
        const running = yield* jobOf("도는")
        yield* Reconcile.reconcile(running.id)
        const api = yield* OpenAiBatch
        const { id: foreign } = yield* api.upload({ path: done.inputPath, name: "someone-elses.jsonl" })
        const all = yield* Clean.candidates("all")
        assert.deepStrictEqual([...new Set(all.map(({ jobId }) => jobId))], [done.id])
        assert.notInclude(
          all.map(({ fileId }) => fileId),
          foreign
        )
        assert.deepStrictEqual(yield* Clean.candidates([running.id]), [])
        const other = yield* finished("또")
        assert.deepStrictEqual([...new Set((yield* Clean.candidates([other.id])).map(({ jobId }) => jobId))], [other.id])
      }),
      // The second job runs until somebody leaps over it.
      { phases: { finalizing: 60_000 } }
    )
  )

  it.scopedLive("are also those of a cancelled job, and uploads that a dead process has left unknown", () =>
    on(
      Effect.gen(function* () {
        const { id, inputPath } = yield* jobOf("글")
        const api = yield* OpenAiBatch
        // Uploaded, and the process died before it was noted.
        const orphan = yield* api.upload({ path: inputPath, name: `${id}-shard-00001.jsonl` })
        const unknown = yield* api.upload({ path: inputPath, name: "job_00000000000000000000000000-shard-00001.jsonl" })
        assert.deepStrictEqual(yield* Clean.candidates("all"), [])
        yield* Cancel.cancel(id)
        yield* passes(id, () => Effect.void)
        const candidates = yield* Clean.candidates("all")
        assert.deepStrictEqual(candidates, [{ fileId: orphan.id, jobId: id, kind: "orphan" }])
        assert.strictEqual(yield* Clean.remove(candidates), 1)
        assert.deepStrictEqual(yield* remoteFiles, [unknown.id])
      })
    )
  )
})

describe("removing them", () => {
  it.scopedLive("leaves none of them, and the labels are there all the same", () =>
    on(
      Effect.gen(function* () {
        const { home, id } = yield* finished("글")
        assert.strictEqual(yield* Clean.remove(yield* Clean.candidates("all")), 5)
        assert.deepStrictEqual(yield* remoteFiles, [])
        const { report } = yield* Download.download(id, { outputPath: join(home, "labeled.csv") })
        assert.deepInclude(report, { rows: 3, labeled: 2, failedRows: 1 })
        const store = yield* JobStore
        const events = yield* store.events(id, { after: 0, limit: 100 })
        assert.lengthOf(
          events.filter(({ kind }) => kind === "remote_file_deleted"),
          5
        )
      })
    )
  )

  it.scopedLive("a second time finds nothing to remove", () =>
    on(
      Effect.gen(function* () {
        yield* finished("글")
        yield* Clean.remove(yield* Clean.candidates("all"))
        assert.deepStrictEqual(yield* Clean.candidates("all"), [])
        assert.strictEqual(yield* Clean.remove([]), 0)
      })
    )
  )

  it.scopedLive("is no error where a file is gone already, and counts only what it has deleted itself", () =>
    on(
      Effect.gen(function* () {
        yield* finished("글")
        const candidates = yield* Clean.candidates("all")
        const api = yield* OpenAiBatch
        yield* api.deleteFile(candidates[0]?.fileId ?? "")
        assert.strictEqual(yield* Clean.remove(candidates), 4)
        assert.strictEqual(yield* Clean.remove(candidates), 0)
      })
    )
  )
})

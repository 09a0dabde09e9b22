import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Answer from "@batchlabel/core/Answer"
import * as CustomId from "@batchlabel/core/CustomId"
import * as RequestLine from "@batchlabel/openai-batch/RequestLine"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Collector from "../src/Collector.js"
import type { RowResult } from "../src/ResultReader.js"
import { answered, folder, prompt, task } from "./support/dataset.js"

const ids = Array.from({ length: 12 }, (_, row) => CustomId.make(row, prompt.render([`글 ${row}`, ""]).digest))
const id = (row: number): string => ids[row] ?? ""

const failedLine = (customId: string, response: unknown, error: unknown): string =>
  JSON.stringify({ id: "batch_req_2", custom_id: customId, response, error })

const collect = (output: string, error: string) =>
  Effect.gen(function* () {
    const directory = yield* folder
    const at = (name: string, text: string): string => {
      const path = join(directory, name)
      writeFileSync(path, text)
      return path
    }
    const shardPath = at(
      "shard.jsonl",
      ids
        .map(
          (customId, row) =>
            `${RequestLine.encode({ customId, url: task.endpoint, body: prompt.render([`글 ${row}`, ""]).body })}\n`
        )
        .join("")
    )
    const seen: Array<RowResult> = []
    const report = yield* Collector.collect({
      shardPath,
      resultPaths: [at("output.jsonl", output), at("error.jsonl", error)],
      readAnswer: Answer.reader(task),
      onResults: (results) => Effect.sync(() => seen.push(...results))
    })
    return { report, seen }
  }).pipe(Effect.provide(NodeContext.layer))

describe("the collector", () => {
  it.scoped("gives every failure shape of the API its reason, and every request exactly one state", () =>
    Effect.gen(function* () {
      const output = [
        answered(id(0), "0"),
        answered(id(1), " 1 "),
        answered(id(2), "0 또는 1"),
        "{ this is no json",
        answered(`r9zz-${"f".repeat(24)}`, "1"),
        answered("not-ours", "1"),
        JSON.stringify({ id: "x", response: null, error: null }),
        answered(id(0), "1"),
        "",
        answered(id(3), "1\u2028")
      ].join("\r\n")
      const error = [
        failedLine(
          id(4),
          { status_code: 400, request_id: "r", body: { error: { message: "too long", code: "context_length_exceeded" } } },
          null
        ),
        failedLine(id(5), { status_code: 429, request_id: "r", body: { error: { message: "slow down" } } }, null),
        failedLine(id(6), { status_code: 0, request_id: "", body: {} }, null),
        failedLine(id(7), null, { code: "batch_expired", message: "expired" }),
        failedLine(id(8), null, { code: "batch_cancelled", message: "cancelled" }),
        failedLine(id(9), { status_code: 500, request_id: "r", body: "<html>" }, null)
      ].join("\n")
      const { report, seen } = yield* collect(output, error)
      assert.strictEqual(report.expected, 12)
      assert.strictEqual(report.labeled, 3)
      assert.deepStrictEqual(report.failed, { invalid_answer: 1, api_error: 1 })
      assert.deepStrictEqual(report.retryable, { missing: 2, api_error: 2, infrastructure: 1, expired: 1, cancelled: 1 })
      assert.strictEqual(report.missing, 2)
      assert.deepInclude(report, { unknownIds: 1, duplicateIds: 1, malformedLines: 3 })
      const total =
        report.labeled + [...Object.values(report.failed), ...Object.values(report.retryable)].reduce((a, b) => a + b, 0)
      assert.strictEqual(total, report.expected)
      assert.deepStrictEqual(ids.map(report.mayRetry), [
        false,
        false,
        false,
        false,
        false,
        true,
        true,
        true,
        true,
        true,
        true,
        true
      ])
      const first = seen.find(({ customId }) => customId === id(0))
      assert.deepInclude(first?.outcome, { _tag: "Labeled", value: 0 })
    })
  )

  it.scoped("no result file at all leaves every request missing, to be asked again", () =>
    Effect.gen(function* () {
      const { report } = yield* collect("", "")
      assert.deepStrictEqual(report.retryable, { missing: 12 })
      assert.isTrue(ids.every(report.mayRetry))
    })
  )

  it.scoped("a label outweighs a failure of the same request, in whichever file it comes first", () =>
    Effect.gen(function* () {
      const lost = failedLine(id(0), { status_code: 0, request_id: "", body: {} }, null)
      const before = yield* collect([lost, answered(id(0), "1")].join("\n"), "")
      const after = yield* collect(answered(id(0), "1"), lost)
      assert.strictEqual(before.report.labeled, 1)
      assert.strictEqual(after.report.labeled, 1)
      assert.isFalse(before.report.mayRetry(id(0)))
    })
  )
})

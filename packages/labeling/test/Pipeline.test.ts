import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted } from "effect"
import * as Download from "../src/Download.js"
import * as LabelingConfig from "../src/LabelingConfig.js"
import * as Prepare from "../src/Prepare.js"
import * as Prices from "../src/Prices.js"
import * as Watch from "../src/Watch.js"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "batchlabel-pipeline-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const layers = (directory: string, options: Simulator.Options) =>
  Layer.unwrapScoped(
    Effect.map(Simulator.scoped({ clock: { phases: Simulator.instant }, ...options }), ({ url }) =>
      Layer.mergeAll(
        OpenAiBatch.layer({ apiKey: Redacted.make("sk-made-up"), baseUrl: url }),
        SqliteStore.layer(join(directory, "state.db")),
        Prices.layer(),
        LabelingConfig.layer({
          pollInterval: Duration.millis(20),
          pollCap: Duration.millis(50),
          backoff: Duration.millis(20),
          listLag: Duration.millis(50)
        })
      )
    )
  ).pipe(Layer.provideMerge(NodeContext.layer))

const task = Presets.get("news-stance-ko")

describe("the pipeline over real HTTP", () => {
  it.scopedLive("labels every row of a small file", () =>
    Effect.gen(function* () {
      if (task === undefined) return assert.fail("no preset")
      const directory = yield* folder
      const input = join(directory, "news.csv")
      writeFileSync(input, `text,title\n${Array.from({ length: 30 }, (_, i) => `"기사 ${i}, 본문",제목 ${i}\n`).join("")}`)
      yield* Effect.gen(function* () {
        const { job } = yield* Prepare.prepare({ inputPath: input, home: join(directory, "home"), task, shardRequests: 7 })
        const end = yield* Watch.watch(job.id, () => Effect.void)
        assert.strictEqual(end.view.status, "completed")
        const { report } = yield* Download.download(job.id, { outputPath: join(directory, "labeled.csv") })
        assert.deepInclude(report, { rows: 30, labeled: 30, pending: 0, failedRows: 0 })
      }).pipe(Effect.provide(layers(directory, {})))
      const lines = readFileSync(join(directory, "labeled.csv"), "utf8").trimEnd().split("\n")
      assert.strictEqual(lines.length, 31)
      assert.match(lines[1] ?? "", /^"기사 0, 본문",제목 0,1,중립 \(Neutral\),True,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    })
  )
})

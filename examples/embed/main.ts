import * as Presets from "@batchlabel/core/Presets"
import * as SqliteStore from "@batchlabel/job-store/SqliteStore"
import * as Download from "@batchlabel/labeling/Download"
import * as LabelingConfig from "@batchlabel/labeling/LabelingConfig"
import * as Prepare from "@batchlabel/labeling/Prepare"
import * as Prices from "@batchlabel/labeling/Prices"
import * as Watch from "@batchlabel/labeling/Watch"
import * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Duration, Effect, Layer, Redacted } from "effect"

const program = Effect.gen(function* () {
  const task = Presets.get(Presets.defaultName)
  if (task === undefined) return yield* Effect.dieMessage("the default preset is missing")
  const { job } = yield* Prepare.prepare({ inputPath: "news.csv", home: ".batchlabel", task })
  yield* Watch.watch(job.id, ({ view }) => Console.log(`${view.status}: ${view.labeled}/${view.requests}`))
  const { report } = yield* Download.download(job.id, { outputPath: "labeled.csv" })
  yield* Console.log(`${report.labeled} of ${report.rows} rows are labelled: labeled.csv`)
})

// Against OpenAI, leave the simulator out and use OpenAiBatch.layerConfig(): it reads OPENAI_API_KEY.
const api = Layer.unwrapScoped(
  Effect.map(Simulator.scoped(), ({ url }) => OpenAiBatch.layer({ apiKey: Redacted.make("sk-any-key"), baseUrl: url }))
)
const layers = Layer.mergeAll(
  api,
  SqliteStore.layer(".batchlabel/state.db"),
  Prices.layer(),
  LabelingConfig.layer({ pollInterval: Duration.millis(200) })
)

program.pipe(Effect.provide(Layer.provideMerge(layers, NodeContext.layer)), NodeRuntime.runMain)

/** Every body that a task can make, against a server that refuses what OpenAI refuses. */
import { join } from "node:path"
import * as Presets from "@batchlabel/core/Presets"
import * as Prompt from "@batchlabel/core/Prompt"
import * as RequestRules from "@batchlabel/core/RequestRules"
import * as Task from "@batchlabel/core/Task"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as EstimateInput from "../src/EstimateInput.js"
import * as Prepare from "../src/Prepare.js"
import { folder, layers, task, writeTexts } from "./support/simulated.js"

const presets = Presets.names.flatMap((name) => Presets.get(name) ?? [])

const models = [
  "gpt-4o-mini",
  "gpt-4o",
  "gpt-4.1-mini",
  "gpt-3.5-turbo",
  "gpt-4-turbo",
  "o3",
  "o4-mini",
  "gpt-5",
  "gpt-5-nano",
  "gpt-5-chat-latest",
  "gpt-5-pro",
  "gpt-5.1",
  "gpt-5.4-mini",
  "gpt-5.5-pro",
  "gpt-5.6-luna",
  "gpt-6-luna",
  "gpt-6.1-sol",
  "ft:gpt-4.1-mini-2025-04-14:org::id",
  "ft:gpt-5-mini:org::id",
  "a-model-of-somebody-else"
]

/** Good values and bad ones. */
const values: Readonly<Record<string, ReadonlyArray<unknown>>> = {
  temperature: [0, 1, 2],
  top_p: [0.5, 1],
  max_completion_tokens: [1, 5, 15, 16, 1000],
  max_output_tokens: [1, 16, 1000],
  max_tokens: [1, 5, 16],
  reasoning_effort: ["none", "minimal", "low", "medium", "high", "xhigh", "max", "utmost"],
  verbosity: ["low", "medium", "high", "loud"],
  seed: [0, -1, 7],
  n: [1, 3, 128, 0, 129, 1.5],
  stop: ["x", ["a", "b"], [], ["a", "b", "c", "d", "e"], 1],
  logprobs: [true, false, "yes"],
  top_logprobs: [0, 5, 21, null],
  frequency_penalty: [0, 1, 3],
  presence_penalty: [0, -2, -3],
  logit_bias: [{}, { "50256": -100 }, { a: "b" }],
  service_tier: ["auto", "flex", "ultrafast", "slow"],
  user: ["u", null],
  safety_identifier: ["s", "s".repeat(65)],
  prompt_cache_key: ["k", 1],
  prompt_cache_retention: ["24h", "1h"],
  metadata: [{ a: "b" }, { a: 1 }],
  truncation: ["auto", "other"],
  max_tool_calls: [1, "1"],
  parallel_tool_calls: [true, 1]
}

const pairs: ReadonlyArray<Readonly<Record<string, unknown>>> = [
  {},
  { logprobs: true, top_logprobs: 5 },
  { logprobs: false, top_logprobs: 5 },
  { max_tokens: 16, max_completion_tokens: 16 },
  { temperature: 0, max_completion_tokens: 16, seed: 7 },
  { temperature: 0, reasoning_effort: "none" },
  { temperature: 0, reasoning_effort: "low" },
  { temperature: 1, reasoning_effort: "low" },
  { logprobs: true, top_logprobs: 2, reasoning_effort: "none" },
  { stop: "x", reasoning_effort: "none" },
  { max_tokens: 16, reasoning_effort: "none" },
  { temperature: 0, reasoning: { effort: "none" } },
  { temperature: null, top_p: null, max_completion_tokens: null, reasoning_effort: null }
]

const parameterSets = [...pairs, ...Object.entries(values).flatMap(([name, all]) => all.map((value) => ({ [name]: value })))]

/** Every task that can be written with the presets, as data. */
const written = (endpoint: string, model: string): ReadonlyArray<unknown> =>
  presets.flatMap((preset) =>
    (["number", "text", "json_schema"] as const).flatMap((answer) => [
      { ...preset, endpoint, model, answer },
      // What shapes a body beyond its parameters is the preset's; one of them is enough for all the parameters.
      ...(preset.name === Presets.defaultName && answer !== "text"
        ? parameterSets.map((parameters) => ({ ...preset, endpoint, model, answer, parameters }))
        : [])
    ])
  )

const header = ["text", "title", "category"]
const cells = ["본문 text", "제목", "politics"]

interface Asked {
  readonly id: string
  readonly task: Task.Task
  readonly refused: string | undefined
  readonly line: string
}

const asked = (endpoint: string, model: string): ReadonlyArray<Asked> =>
  written(endpoint, model).flatMap((input, index) => {
    const task = Either.getOrUndefined(Task.decode(input, "task.yaml"))
    if (task === undefined) return []
    const checked = RequestRules.check(task)
    const prompt = Either.getOrThrow(Prompt.compile(task, header))
    const body: unknown = JSON.parse(prompt.render(cells).body)
    const id = `t${index}`
    return [
      {
        id,
        task,
        refused: Either.isLeft(checked) ? checked.left.message : undefined,
        line: JSON.stringify({ custom_id: id, method: "POST", url: endpoint, body })
      }
    ]
  })

interface Batch {
  readonly status: string
  readonly error_file_id: string | null
}

/** The lines of a batch that the API refuses, with its words. */
const refusals = async (
  { url }: Simulator.Simulator,
  endpoint: string,
  lines: ReadonlyArray<string>
): Promise<ReadonlyMap<string, string>> => {
  const headers = { authorization: "Bearer sk-made-up" }
  const form = new FormData()
  form.append("purpose", "batch")
  form.append("file", new File([lines.join("\n")], "in.jsonl"))
  const call = async <A>(path: string, init: RequestInit = {}): Promise<A> =>
    JSON.parse(await (await fetch(`${url}${path}`, { ...init, headers })).text())
  const uploaded = await call<{ readonly id: string }>("/files", { method: "POST", body: form })
  const wanted = JSON.stringify({ input_file_id: uploaded.id, endpoint, completion_window: "24h" })
  const created = await call<{ readonly id: string }>("/batches", { method: "POST", body: wanted })
  const batch = await call<Batch>(`/batches/${created.id}`)
  assert.strictEqual(batch.status, "completed")
  if (batch.error_file_id === null) return new Map()
  const text = await (await fetch(`${url}/files/${batch.error_file_id}/content`, { headers })).text()
  return new Map(
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
      .map((line) => [line.custom_id, `${line.response.status_code} ${line.response.body.error.message}`])
  )
}

describe("every body that presets, models, endpoints and parameters can make", () => {
  for (const endpoint of ["/v1/chat/completions", "/v1/responses"]) {
    it.scopedLive(
      `is taken by ${endpoint}, or its task is refused before it is sent; and no task is refused that would be taken`,
      () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator.scoped({ tokens: "bytes" })
          let sent = 0
          let kept = 0
          for (const model of models) {
            const all = asked(endpoint, model)
            const refused = yield* Effect.promise(() =>
              refusals(
                simulator,
                endpoint,
                all.map(({ line }) => line)
              )
            )
            for (const one of all) {
              const said = `${model} ${one.task.answer} ${JSON.stringify(one.task.parameters)}`
              if (one.refused === undefined) assert.isUndefined(refused.get(one.id), `${said}: ${refused.get(one.id)}`)
              else assert.match(refused.get(one.id) ?? "200", /^400 /, `${said}: ${one.refused}`)
            }
            kept += refused.size
            sent += all.length - refused.size
          }
          assert.isAbove(sent, 1000)
          assert.isAbove(kept, 500)
        }),
      180_000
    )
  }

  it.scopedLive("a refused task makes no job and uploads nothing, whether it is estimated or prepared", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.scoped({ tokens: "bytes" })
      const home = yield* folder
      const inputPath = writeTexts(join(home, "a.csv"), ["하나", "둘"])
      const refused: ReadonlyArray<readonly [Partial<Task.Task>, string]> = [
        [{ model: "gpt-6-luna", parameters: { temperature: 0 } }, "BL2080"],
        [{ endpoint: "/v1/responses", parameters: { max_completion_tokens: 5 } }, "BL2082"]
      ]
      yield* Effect.gen(function* () {
        for (const [parts, code] of refused) {
          const made = task(parts)
          const prepared = yield* Effect.flip(Prepare.prepare({ inputPath, home, task: made }))
          const estimated = yield* Effect.flip(EstimateInput.estimate({ inputPath, task: made }))
          assert.deepStrictEqual(
            [prepared, estimated].map(({ problem }): string => problem.code),
            [code, code]
          )
        }
        const store = yield* JobStore
        assert.deepStrictEqual(yield* store.jobs({ inputPath }), [])
      }).pipe(Effect.provide(layers(simulator)))
      const ledger = yield* Effect.promise(() => simulator.ledger())
      assert.deepStrictEqual([ledger.uploads, ledger.jobs], [0, {}])
    })
  )

  it("presets are taken by every model that they are moved to", () => {
    for (const model of models) {
      for (const preset of presets) {
        const moved = Task.withModel(preset, model)
        const checked = RequestRules.check(moved)
        assert.isTrue(
          Either.isRight(checked) || (moved.answer === "json_schema" && /^gpt-(3\.5|4-)/.test(model)),
          `${preset.name} on ${model}: ${String(checked)}`
        )
      }
    }
  })
})

/** A job in a folder of its own, with a simulator of its own. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ScenarioInput } from "@batchlabel/openai-simulator/Scenario"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import * as Child from "./Child.js"
import * as Faults from "./Faults.js"
import * as Input from "./Input.js"

export interface Options {
  readonly seed: number
  readonly input: Input.Input
  readonly shardRows: number
  readonly scenario?: ScenarioInput
  readonly phases?: Simulator.PhaseOptions
  /** Settings of the command beside those of all. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Job {
  readonly folder: string
  readonly key: string
  readonly simulator: Simulator.Simulator
  /** `batchlabel run` of the job. */
  readonly start: () => Child.Child
  /** Another command in the job's folder, with the same settings. */
  readonly command: (...args: ReadonlyArray<string>) => Child.Child
}

const key = "sk-made-up"

export const make = async (
  folder: string,
  { env = {}, input, phases = {}, scenario = {}, seed, shardRows }: Options
): Promise<Job> => {
  // The folders stand before anyone looks at what comes to be in them.
  mkdirSync(join(folder, "home", "jobs"), { recursive: true })
  writeFileSync(join(folder, "news.csv"), input.text)
  const simulator = await Simulator.start({ rules: Input.rules, scenario, seed, tokens: "bytes", clock: { phases } })
  const options: Child.Options = {
    cwd: folder,
    env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: simulator.url, BATCHLABEL_HOME: "home", ...Faults.waits, ...env }
  }
  const run = ["run", "--input", "news.csv", "--output", "labeled.csv", "--shard-rows", String(shardRows)]
  return {
    folder,
    key,
    simulator,
    start: () => Child.start(run, options),
    command: (...args) => Child.start(args, options)
  }
}

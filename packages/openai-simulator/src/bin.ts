#!/usr/bin/env node
/**
 * The command `batchlabel-openai-simulator`: prints the base URL on stdout once it listens, and runs until it is told to stop.
 */
import { parseArgs } from "node:util"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { Span, spanMs } from "./internal/span.js"
import type { Options, PhaseOptions } from "./Simulator.js"
import { start } from "./Simulator.js"

const usage = `batchlabel-openai-simulator: a server that behaves like OpenAI's Files, Batches, Chat Completions and Responses.
It is no model: it answers by the rules it is given.

  --port N             the port to listen on (default: any free one)
  --host HOST          default 127.0.0.1
  --dir FOLDER         keep files, batches and the ledger here (default: a temporary folder)
  --rules FILE         what to answer, YAML or JSON (default: 1 to everything)
  --scenario FILE      faults and limits, YAML or JSON (default: none)
  --api-key KEY        the only good key (default: any key, each a project of its own)
  --key KEY=PROJECT    a good key and its project; may be given more than once
  --filename NAME      what every upload is called instead of its own name, as servers do that drop it
  --model NAME         a model there is; may be given more than once (default: any name)
  --seed N             what every draw depends on (default 1)
  --speed N            times of a real batch, divided by N
  --validating SPAN    how long validation takes: 500ms, 90s, 2h (default 0, or a minute with --speed)
  --per-request SPAN   how long a request takes
  --finalizing SPAN    how long finalizing takes
  --window SPAN        the completion window (default 24h)
  --tokens exact|bytes count tokens truly, or a quarter of the bytes (for load tests)
  --webhook URL        POST batch.completed and the like here; --webhook-secret whsec_… signs them
  --help

The base URL is printed on stdout when the server listens. It stops on SIGINT or SIGTERM, or when its stdin closes with --watch-stdin.
`

const read = () =>
  parseArgs({
    allowPositionals: false,
    options: {
      port: { type: "string" },
      host: { type: "string" },
      dir: { type: "string" },
      rules: { type: "string" },
      scenario: { type: "string" },
      "api-key": { type: "string" },
      key: { type: "string", multiple: true },
      filename: { type: "string" },
      model: { type: "string", multiple: true },
      seed: { type: "string" },
      speed: { type: "string" },
      validating: { type: "string" },
      "per-request": { type: "string" },
      finalizing: { type: "string" },
      window: { type: "string" },
      tokens: { type: "string" },
      webhook: { type: "string" },
      "webhook-secret": { type: "string" },
      "watch-stdin": { type: "boolean" },
      help: { type: "boolean" }
    }
  }).values

type Values = ReturnType<typeof read>

const number = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new Error(`--${name}: ${text} is not a number`)
  return value
}

const span = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const decoded = Schema.decodeUnknownEither(Span)(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text)
  if (Either.isLeft(decoded)) throw new Error(`--${name}: ${text} is not a time like 500ms, 90s, 2h`)
  return spanMs(decoded.right)
}

const tokensOf = (text: string | undefined): Options["tokens"] => {
  if (text === undefined || text === "exact" || text === "bytes") return text
  throw new Error(`--tokens: ${text} is neither exact nor bytes`)
}

const keysOf = (pairs: ReadonlyArray<string> | undefined): Options["keys"] => {
  if (pairs === undefined) return undefined
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=")
      if (at < 1 || at === pair.length - 1) throw new Error(`--key: ${pair} is not KEY=PROJECT`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    })
  )
}

const phases = (values: Values): PhaseOptions => ({
  validating: span("validating", values.validating),
  perRequest: span("per-request", values["per-request"]),
  finalizing: span("finalizing", values.finalizing),
  window: span("window", values.window)
})

const optionsOf = (values: Values): Options => ({
  port: number("port", values.port),
  host: values.host,
  dir: values.dir,
  rules: values.rules,
  scenario: values.scenario,
  apiKey: values["api-key"],
  keys: keysOf(values.key),
  filename: values.filename,
  models: values.model,
  seed: number("seed", values.seed),
  clock: { speed: number("speed", values.speed), phases: phases(values) },
  tokens: tokensOf(values.tokens),
  webhook: values.webhook === undefined ? undefined : { url: values.webhook, secret: values["webhook-secret"] }
})

const main = async (): Promise<void> => {
  const values = read()
  if (values.help === true) {
    process.stdout.write(usage)
    return
  }
  const simulator = await start(optionsOf(values))
  const stop = () => {
    simulator.close().then(
      () => process.exit(0),
      () => process.exit(1)
    )
  }
  process.once("SIGINT", stop).once("SIGTERM", stop)
  // A parent that dies without a word takes the server with it.
  if (values["watch-stdin"] === true) process.stdin.on("end", stop).on("error", stop).resume()
  process.stdout.write(`${simulator.url}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`batchlabel-openai-simulator: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
})

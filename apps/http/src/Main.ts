/**
 * The server as a program of its own, for containers: flags and environment in, layers out. People start it as `batchlabel serve`.
 *
 * @since 0.1.0
 */
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import * as Lang from "@batchlabel/core/Lang"
import type { Problem } from "@batchlabel/core/Problem"
import { Scope } from "@batchlabel/http-api/Auth"
import * as LabelingConfig from "@batchlabel/labeling/LabelingConfig"
import * as Prices from "@batchlabel/labeling/Prices"
import * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { serve } from "./Server.js"
import * as ServerDatabase from "./ServerDatabase.js"
import * as ServerStore from "./ServerStore.js"
import * as Telemetry from "./Telemetry.js"
import * as Tokens from "./Tokens.js"

const flags = {
  home: { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  web: { type: "string" },
  "public-url": { type: "string" },
  "allow-private-webhooks": { type: "boolean" },
  "first-token": { type: "boolean" },
  name: { type: "string" },
  scope: { type: "string" },
  days: { type: "string" },
  help: { type: "boolean", short: "h" }
} as const

type Flags = ReturnType<typeof parseArgs<{ readonly options: typeof flags }>>["values"]

const help = `batchlabel-http [--home DIR] [--host HOST] [--port PORT] [--web DIR] [--public-url URL]
                [--allow-private-webhooks] [--first-token]
batchlabel-http token create --name NAME --scope read|write|admin [--days N]
batchlabel-http token list
batchlabel-http token revoke ID

Environment: OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_ORG_ID, OPENAI_PROJECT_ID, OPENAI_WEBHOOK_SECRET, DATABASE_URL, BATCHLABEL_HOME,
BATCHLABEL_POLL_INTERVAL and the other waits of batchlabel, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME.`

/** A setting that is absent or blank is not set. */
const secret = (name: string) =>
  Config.option(Config.redacted(name)).pipe(
    Config.map(Option.filter((value) => Redacted.value(value).trim() !== "")),
    Effect.map(Option.getOrUndefined),
    Effect.orDie
  )

const optionalText = (name: string) => Effect.map(Effect.orDie(Config.option(Config.nonEmptyString(name))), Option.getOrUndefined)

const waits = {
  pollInterval: "BATCHLABEL_POLL_INTERVAL",
  pollCap: "BATCHLABEL_POLL_CAP",
  backoff: "BATCHLABEL_BACKOFF",
  backoffCap: "BATCHLABEL_BACKOFF_CAP",
  listLag: "BATCHLABEL_LIST_LAG",
  outputLag: "BATCHLABEL_OUTPUT_LAG"
} as const

const spans: Readonly<Record<string, number>> = { ms: 1, "": 1_000, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `500ms`, `30s`, `5m`, `2h`, as the command line reads them; a bare number is seconds. */
const spanOf = (text: string): Duration.Duration | undefined => {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/i.exec(text.trim()) ?? []
  const span = spans[unit.toLowerCase()]
  return amount === undefined || span === undefined ? undefined : Duration.millis(Number(amount) * span)
}

const labelingSettings = Effect.gen(function* () {
  const settings: Record<string, Duration.Duration> = {}
  for (const [key, name] of Object.entries(waits)) {
    const text = yield* optionalText(name)
    const span = text === undefined ? undefined : spanOf(text)
    if (span !== undefined) settings[key] = span
  }
  return settings
})

const telemetry = Layer.unwrapEffect(
  Effect.gen(function* () {
    const endpoint = yield* optionalText("OTEL_EXPORTER_OTLP_ENDPOINT")
    const serviceName = (yield* optionalText("OTEL_SERVICE_NAME")) ?? "batchlabel-http"
    return endpoint === undefined ? Layer.empty : Telemetry.layer({ endpoint, serviceName })
  })
)

const homeOf = (values: Flags) =>
  Effect.map(optionalText("BATCHLABEL_HOME"), (home) => resolve(values.home ?? home ?? ".batchlabel"))

const storeOf = (values: Flags) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      return ServerStore.layer({ home: yield* homeOf(values), databaseUrl: yield* secret("DATABASE_URL") })
    })
  )

const run = (values: Flags) =>
  Effect.gen(function* () {
    const settings = yield* labelingSettings
    const layers = Layer.mergeAll(
      storeOf(values),
      OpenAiBatch.layerConfig(),
      LabelingConfig.layer(settings),
      Prices.layer(),
      NodeContext.layer
    )
    return yield* serve({
      host: values.host,
      port: values.port === undefined ? undefined : Number(values.port),
      firstToken: values["first-token"],
      settings: {
        home: yield* homeOf(values),
        webRoot: values.web,
        publicUrl: values["public-url"],
        allowPrivateWebhooks: values["allow-private-webhooks"] === true,
        openAiWebhookSecret: yield* secret("OPENAI_WEBHOOK_SECRET")
      },
      onListening: ({ token, url }) =>
        Effect.zipRight(
          Console.log(url),
          // Shown once, to whoever has started the server.
          token === undefined ? Effect.void : Console.log(Redacted.value(token))
        )
    }).pipe(Effect.provide(layers), Effect.provide(telemetry))
  })

const isScope = Schema.is(Scope)

const line = ({ expiresAt, id, name, revokedAt, scope }: Tokens.TokenRecord): string =>
  [id, scope, revokedAt !== undefined ? "revoked" : expiresAt === undefined ? "-" : new Date(expiresAt).toISOString(), name].join(
    "\t"
  )

const tokens = (values: Flags, [verb, id]: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    if (verb === "create" && values.name !== undefined && isScope(values.scope)) {
      const days = values.days === undefined ? undefined : Duration.toMillis(Duration.days(Number(values.days)))
      const created = yield* Tokens.create({
        name: values.name,
        scope: values.scope,
        expiresAt: days === undefined ? undefined : Date.now() + days
      })
      return yield* Console.log(Redacted.value(created.secret))
    }
    if (verb === "list") return yield* Effect.forEach(yield* Tokens.list, (one) => Console.log(line(one)), { discard: true })
    if (verb === "revoke" && id !== undefined) return yield* Tokens.revoke(id)
    return yield* usage
  }).pipe(Effect.provide(Layer.provideMerge(ServerDatabase.layer, storeOf(values))))

const usage = Effect.zipRight(
  Console.error(help),
  Effect.sync(() => {
    process.exitCode = 2
  })
)

/** Every error of the packages carries its text in both languages. */
const explain = (error: { readonly problem: Problem }) =>
  Effect.suspend(() => {
    process.exitCode = 1
    return Console.error(`[${error.problem.code}] ${error.problem.text(Lang.fromLocale(process.env))}`)
  })

const parsed = (args: ReadonlyArray<string>) => {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true })
  } catch {
    return undefined
  }
}

/**
 * The program, for the arguments after its name.
 *
 * @since 0.1.0
 * @category running
 */
export const main = (args: ReadonlyArray<string>): Effect.Effect<void> => {
  const given = parsed(args)
  if (given === undefined) return usage
  const [noun, ...rest] = given.positionals
  if (given.values.help === true) return Console.log(help)
  const program = noun === undefined ? run(given.values) : noun === "token" ? tokens(given.values, rest) : usage
  return Effect.catchAll(program, explain)
}

/** `serve`: the page and the API, and the jobs kept going, until it is stopped. */
import { fileURLToPath } from "node:url"
import * as Prices from "@batchlabel/labeling/Prices"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as App from "../App.js"
import * as Command from "../Command.js"
import { shownPath } from "../DownloadReport.js"
import { ExitCode } from "../ExitCode.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import { Screen } from "../Screen.js"
import { tierOf } from "../Submission.js"

// The bundle lies in dist/chunks, the page and the script of the work threads beside it.
const page = fileURLToPath(new URL("../web", import.meta.url))
const threadEntry = new URL("../serverThread.js", import.meta.url)

/** A stop may take ten seconds: what is still under way then is stored, and safe to be left. */
const giveUpAfter = 9_800

const stopInTime = Effect.acquireRelease(
  Effect.sync(() => {
    const giveUp = (): void => void setTimeout(() => process.exit(ExitCode.done), giveUpAfter).unref()
    process.once("SIGINT", giveUp).once("SIGTERM", giveUp)
    return giveUp
  }),
  (giveUp) => Effect.sync(() => process.off("SIGINT", giveUp).off("SIGTERM", giveUp))
)

const webhookSecret = Config.option(Config.redacted("OPENAI_WEBHOOK_SECRET")).pipe(
  Effect.map(Option.filter((secret) => Redacted.value(secret).trim() !== "")),
  Effect.map(Option.getOrUndefined),
  // A redacted text is always there or absent.
  Effect.orElseSucceed(() => undefined)
)

export const command = Command.make({
  name: "serve",
  spends: true,
  flags: {
    ...Flags.server,
    home: Flags.home,
    tier: Flags.shards.tier,
    enqueuedLimit: Flags.shards.enqueuedLimit,
    prices: Flags.prices.prices,
    ...Flags.waits
  },
  stopped: ExitCode.done,
  run: Effect.fnUntraced(function* (values) {
    const { result, say, texts } = yield* Screen
    const { serve } = yield* Effect.promise(() => import("@batchlabel/http/Server"))
    const Serving = yield* Effect.promise(() => import("../Serving.js"))
    const home = Serving.homeOf(values.home)
    const book = yield* App.priceBook({ prices: values.prices, priceIn: undefined, priceOut: undefined }, undefined)
    const tier = tierOf(values.tier)
    const layers = Layer.mergeAll(Serving.store(home), App.api, App.settings(values), Prices.layer(book))
    const createToken = `batchlabel token create --home ${shownPath(home)} --name NAME --scope write`
    yield* stopInTime
    return yield* serve({
      host: values.host,
      port: values.port,
      firstToken: values.firstToken,
      settings: {
        home,
        threadEntry,
        webRoot: values.web ?? page,
        publicUrl: values.publicUrl,
        allowPrivateWebhooks: values.allowPrivateWebhooks,
        shareAnswers: values.shareAnswers,
        monthlyCap: values.monthlyCap,
        ownerCap: values.ownerCap,
        openAiWebhookSecret: yield* webhookSecret,
        enqueuedTokenLimit: values.enqueuedLimit,
        ...(tier === undefined ? {} : { tier })
      },
      onListening: ({ host, limits, port, token, url }) => {
        const amount = (limit: bigint | undefined): string => (limit === undefined ? texts.owner.noLimit : Format.money(limit))
        const secret = token === undefined ? undefined : Redacted.value(token)
        return Effect.zipRight(
          say(
            texts.serve.running(url),
            texts.serve.docs(url),
            secret === undefined ? texts.serve.makeToken(createToken) : texts.serve.token(secret),
            texts.serve.limits(amount(limits.server), amount(limits.eachOwner)),
            texts.serve.stop
          ),
          result({ url, host, port, ...(secret === undefined ? {} : { token: secret }) })
        )
      }
    }).pipe(Effect.provide(layers), Effect.provide(Serving.telemetry))
  }, Effect.scoped)
})

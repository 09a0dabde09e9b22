/** `simulate`: a server that behaves like OpenAI's, until it is stopped. */
import * as Message from "@batchlabel/messages/Message"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Command from "../Command.js"
import { ExitCode } from "../ExitCode.js"
import type * as Flag from "../Flag.js"
import * as Flags from "../Flags.js"
import { Screen } from "../Screen.js"

const millis = (span: Duration.Duration | undefined): number | undefined =>
  span === undefined ? undefined : Duration.toMillis(span)

const optionsOf = (values: Flag.ValuesOf<typeof Flags.simulator>): Simulator.Options => ({
  port: values.port,
  host: values.host,
  dir: values.dir,
  rules: values.rules,
  scenario: values.scenario,
  apiKey: values.apiKey,
  seed: values.seed,
  clock: {
    speed: values.speed,
    phases: {
      validating: millis(values.validating),
      perRequest: millis(values.perRequest),
      finalizing: millis(values.finalizing)
    }
  }
})

export const command = Command.make({
  name: "simulate",
  flags: Flags.simulator,
  run: Effect.fnUntraced(function* (values) {
    const { result, say, texts } = yield* Screen
    const { controlUrl, port, url } = yield* Simulator.scoped(optionsOf(values)).pipe(
      Effect.mapError((error) => ({ problem: Message.make("BL6026", { detail: error.message }) }))
    )
    yield* say(
      texts.simulate.running(url),
      texts.simulate.noModel,
      texts.simulate.use,
      `   export OPENAI_BASE_URL=${url} OPENAI_API_KEY=${values.apiKey ?? "sk-simulated"}`
    )
    yield* result({ url, controlUrl, port })
    yield* Effect.never
    return ExitCode.done
  }, Effect.scoped)
})

/**
 * The settings of the service. Nothing here reads the environment: `config` describes what to read, the app says where.
 *
 * @since 0.1.0
 */
import type { Problem } from "@batchlabel/core/Problem"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { Operation } from "./OpenAiBatchError.js"
import { InvalidKey, InvalidSetting, MissingKey, OpenAiConfigError } from "./OpenAiConfigError.js"

/**
 * How calls that are safe to repeat are repeated: `times` more often, first after about `base`, then after twice as long, never longer
 * than `cap`. A wait that the server asks for is kept as it is; one longer than `maxRetryAfter` is left to the caller.
 *
 * @since 0.1.0
 * @category models
 */
export interface RetrySettings {
  readonly base: Duration.Duration
  readonly cap: Duration.Duration
  readonly times: number
  readonly maxRetryAfter: Duration.Duration
}

/**
 * How long one attempt may take: `request` for a short call, `create` for creating a batch, `upload` for the largest file (a smaller one
 * gets its share of it, and a minute). `idle` is the longest pause between two pieces of a download, and within five of them 64 KiB have
 * to come.
 *
 * What takes longer is tried three times at most, for a server that hangs once more will hang again.
 *
 * @since 0.1.0
 * @category models
 */
export interface Timeouts {
  readonly request: Duration.Duration
  readonly create: Duration.Duration
  readonly upload: Duration.Duration
  readonly idle: Duration.Duration
}

/**
 * A call that the server has not answered yet: what it is about, the address it went to, since when (unix ms) and for how long (ms) it is
 * waited for, how often it was tried, and how the last try that ended had failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Wait {
  readonly operation: Operation
  readonly target: string | undefined
  readonly address: string
  readonly since: number
  readonly waited: number
  readonly attempts: number
  readonly failed: Problem | undefined
}

/**
 * How the API is reached. The key is `Redacted` from reading to use.
 *
 * @since 0.1.0
 * @category models
 */
export interface OpenAiBatchConfig {
  readonly apiKey: Redacted.Redacted
  /** `https://api.openai.com/v1` unless told. */
  readonly baseUrl?: string | undefined
  readonly organization?: string | undefined
  readonly project?: string | undefined
  readonly retry?: Partial<RetrySettings> | undefined
  readonly timeouts?: Partial<Timeouts> | undefined
  /** Told of calls that are waited for longer than `noticeAfter` (5 s unless told), again and again. */
  readonly onWait?: ((wait: Wait) => Effect.Effect<void>) | undefined
  readonly noticeAfter?: Duration.Duration | undefined
}

/**
 * OpenAI's own address.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultBaseUrl = "https://api.openai.com/v1"

/**
 * The retries of calls that are safe to repeat.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultRetry: RetrySettings = {
  base: Duration.millis(500),
  cap: Duration.seconds(30),
  times: 5,
  maxRetryAfter: Duration.minutes(2)
}

/**
 * How long each kind of call is waited for.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultTimeouts: Timeouts = {
  request: Duration.seconds(30),
  create: Duration.seconds(60),
  upload: Duration.minutes(30),
  idle: Duration.seconds(60)
}

/**
 * After how long `onWait` hears of a call that has not been answered.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultNoticeAfter: Duration.Duration = Duration.seconds(5)

const optionalText = (name: string) =>
  Config.string(name).pipe(
    Config.map((text) => text.trim()),
    Config.withDefault("")
  )

/**
 * Reads `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_ORG_ID` and `OPENAI_PROJECT_ID`, by the names the SDK gives them. Blank is absent.
 * Use `load` for errors that speak to the user.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<OpenAiBatchConfig> = Config.all({
  apiKey: Config.redacted("OPENAI_API_KEY"),
  baseUrl: optionalText("OPENAI_BASE_URL"),
  organization: optionalText("OPENAI_ORG_ID"),
  project: optionalText("OPENAI_PROJECT_ID")
}).pipe(
  Config.map(({ apiKey, baseUrl, organization, project }) => ({
    apiKey: Redacted.make(Redacted.value(apiKey).trim()),
    ...(baseUrl === "" ? {} : { baseUrl }),
    ...(organization === "" ? {} : { organization }),
    ...(project === "" ? {} : { project })
  }))
)

/** What a header may carry; a key with a line break, a quote or a full-width character was copied badly. */
const keyPattern = /^[\x21\x23-\x26\x28-\x7e]+$/

const checkBaseUrl = (text: string): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:"))
    return "not a URL that begins with https:// or http://"
  return url.username === "" && url.password === "" ? undefined : "a URL must not hold a user name or password"
}

/**
 * Checks settings: a key there is, and one that can be sent; a base URL that is one. Gives them back with the base URL in the form the
 * service wants.
 *
 * @since 0.1.0
 * @category validation
 */
export const validate = (settings: OpenAiBatchConfig): Either.Either<OpenAiBatchConfig, OpenAiConfigError> => {
  const key = Redacted.value(settings.apiKey).trim()
  if (key === "") return Either.left(new OpenAiConfigError({ reason: new MissingKey() }))
  if (!keyPattern.test(key)) return Either.left(new OpenAiConfigError({ reason: new InvalidKey() }))
  const fault = settings.baseUrl === undefined ? undefined : checkBaseUrl(settings.baseUrl)
  if (fault !== undefined) {
    return Either.left(new OpenAiConfigError({ reason: new InvalidSetting({ name: "OPENAI_BASE_URL", detail: fault }) }))
  }
  return Either.right({
    ...settings,
    apiKey: Redacted.make(key),
    ...(settings.baseUrl === undefined ? {} : { baseUrl: settings.baseUrl.replace(/\/+$/, "") })
  })
}

/** The first setting an error of `Config` is about. */
const pathOf = (error: ConfigError.ConfigError): string => {
  switch (error._op) {
    case "And":
    case "Or":
      return pathOf(error.left)
    default:
      return error.path.join("_")
  }
}

const fromConfigError = (error: ConfigError.ConfigError): OpenAiConfigError => {
  const name = pathOf(error)
  return new OpenAiConfigError({
    // The text of the error may quote the value.
    reason: name.endsWith("OPENAI_API_KEY") ? new MissingKey() : new InvalidSetting({ name, detail: "cannot be read" })
  })
}

/**
 * Settings out of the current `ConfigProvider`, checked.
 *
 * @since 0.1.0
 * @category config
 */
export const load = (source: Config.Config<OpenAiBatchConfig> = config): Effect.Effect<OpenAiBatchConfig, OpenAiConfigError> =>
  Effect.flatMap(Effect.mapError(source, fromConfigError), validate)

import * as Redacted from "effect/Redacted"
import { defaultRetry, defaultTimeouts, type OpenAiBatchConfig, type RetrySettings, type Timeouts } from "../OpenAiBatchConfig.js"
import { type Scrub, scrubber } from "./scrub.js"

/** Settings with every default filled in. */
export interface Settings {
  readonly retry: RetrySettings
  readonly timeouts: Timeouts
  readonly scrub: Scrub
}

export const settingsOf = (config: Partial<OpenAiBatchConfig>): Settings => ({
  retry: { ...defaultRetry, ...config.retry },
  timeouts: { ...defaultTimeouts, ...config.timeouts },
  scrub: scrubber(config.apiKey === undefined ? [] : [Redacted.value(config.apiKey)])
})

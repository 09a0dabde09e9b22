import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import {
  defaultBaseUrl,
  defaultNoticeAfter,
  defaultRetry,
  defaultTimeouts,
  type OpenAiBatchConfig,
  type RetrySettings,
  type Timeouts,
  type Wait
} from "../OpenAiBatchConfig.js"
import { type Scrub, scrubber } from "./scrub.js"
import * as ServerClock from "./serverClock.js"

/** Settings with every default filled in. */
export interface Settings {
  readonly retry: RetrySettings
  readonly timeouts: Timeouts
  readonly scrub: Scrub
  /** Where the calls go, for texts. */
  readonly address: string
  readonly noticeAfter: Duration.Duration
  readonly onWait: (wait: Wait) => Effect.Effect<void>
  /** Whether somebody listens to waits. */
  readonly isHeard: boolean
  readonly serverClock: ServerClock.ServerClock
}

export const settingsOf = (config: Partial<OpenAiBatchConfig>): Settings => ({
  retry: { ...defaultRetry, ...config.retry },
  timeouts: { ...defaultTimeouts, ...config.timeouts },
  scrub: scrubber(config.apiKey === undefined ? [] : [Redacted.value(config.apiKey)]),
  address: config.baseUrl ?? defaultBaseUrl,
  noticeAfter: config.noticeAfter ?? defaultNoticeAfter,
  onWait: config.onWait ?? (() => Effect.void),
  isHeard: config.onWait !== undefined,
  serverClock: ServerClock.make()
})

/** Says what is waited for while the server is silent. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { OpenAiBatchError } from "../OpenAiBatchError.js"
import type { Subject } from "./call.js"
import type { Settings } from "./settings.js"

/** How a call stands: attempts so far, how the last one ended, and how much has come. */
export interface Standing {
  attempts: number
  failed: OpenAiBatchError | undefined
  received: number
}

const longestPause = Duration.toMillis("1 minute")

/** Tells `onWait` after `noticeAfter`, then after twice as long each time; as long as something comes there is nothing to tell. */
const telling = (settings: Settings, subject: Subject, standing: Standing): Effect.Effect<never> =>
  Effect.gen(function* () {
    const since = yield* Clock.currentTimeMillis
    let pause = Duration.toMillis(settings.noticeAfter)
    let received = -1
    for (;;) {
      received = standing.received
      yield* Effect.sleep(pause)
      pause = Math.min(pause * 2, longestPause)
      if (standing.received !== received) continue
      yield* settings.onWait({
        operation: subject.operation,
        target: subject.target,
        address: settings.address,
        since,
        waited: (yield* Clock.currentTimeMillis) - since,
        attempts: standing.attempts,
        failed: standing.failed?.problem
      })
    }
  })

export const announced = <A>(
  settings: Settings,
  subject: Subject,
  standing: Standing,
  call: Effect.Effect<A, OpenAiBatchError>
): Effect.Effect<A, OpenAiBatchError> =>
  settings.isHeard
    ? Effect.acquireUseRelease(
        Effect.forkDaemon(Effect.interruptible(telling(settings, subject, standing))),
        () => call,
        Fiber.interruptFork
      )
    : call

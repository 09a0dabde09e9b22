/**
 * Names of jobs: `job_` and 26 characters of Crockford's base 32, the first ten of which are the time in milliseconds. So ids sort by the
 * time of their creation and can be read out on the telephone (no I, L, O, U).
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
const timeLength = 10
const randomLength = 16
const shape = /^job_[0-7][0-9A-HJKMNP-TV-Z]{25}$/

const timeDigits = (ms: number): string => {
  let rest = ms
  let digits = ""
  for (let i = 0; i < timeLength; i++) {
    digits = alphabet.charAt(rest % 32) + digits
    rest = Math.floor(rest / 32)
  }
  return digits
}

/**
 * A new id, from the time of the `Clock` and 80 bits of `Random`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<string> = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  let random = ""
  for (let i = 0; i < randomLength; i++) random += alphabet.charAt(yield* Random.nextIntBetween(0, 32))
  return `job_${timeDigits(now)}${random}`
})

/**
 * Whether a text has the shape of a job's id (it need not exist).
 *
 * @since 0.1.0
 * @category guards
 */
export const is = (text: string): boolean => shape.test(text)

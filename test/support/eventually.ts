/** How tests wait for what happens in real time: for an event, patiently, never for a span. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/** Below the runner's limit, so that a test that waits in vain says for what. */
const defaultPatience = 90_000
const pause = 10

/** The clock of the machine, whatever clock the test moves. */
const nextLook = (): Promise<void> =>
  new Promise((resolve) => {
    // biome-ignore lint/plugin: the one pause between two looks that tests have
    setTimeout(resolve, pause)
  })

const shown = (value: unknown): string =>
  value instanceof Error
    ? String(value)
    : (JSON.stringify(value, (_, found) => (typeof found === "bigint" ? String(found) : found)) ?? String(value))

export interface Waiting<A> {
  /** Whether what was seen is what is waited for; by default, whether it is truthy. */
  readonly until?: (value: A) => boolean
  /** Real ms. A machine whose cores are all busy takes its time. */
  readonly patience?: number
}

/**
 * Looks until it sees what is waited for, and returns that. A look that fails is no end; what the last one saw is told when patience ends:
 *
 *     yield* eventually("the job to be done", client.jobs.get({ path: { id } }), { until: ({ state }) => state === "done" })
 */
export const eventually = <A, E, R>(
  what: string,
  look: Effect.Effect<A, E, R>,
  { patience = defaultPatience, until = Boolean }: Waiting<A> = {}
): Effect.Effect<A, never, R> =>
  Effect.gen(function* () {
    const end = Date.now() + patience
    for (;;) {
      const exit = yield* Effect.exit(look)
      if (Exit.isSuccess(exit) && until(exit.value)) return exit.value
      if (Date.now() > end) {
        const last = Exit.isSuccess(exit) ? `saw ${shown(exit.value)}` : `failed: ${exit.cause}`
        return yield* Effect.dieMessage(`waited ${patience} ms for ${what}; the last look ${last}`)
      }
      yield* Effect.promise(nextLook)
    }
  })

/** The same outside of Effect. */
export const eventuallyAsync = <A>(what: string, look: () => A | Promise<A>, waiting?: Waiting<A>): Promise<A> =>
  Effect.runPromise(
    eventually(
      what,
      Effect.tryPromise(async () => look()),
      waiting
    )
  )

/** The test's clock stands still or the machine's goes on: a turn of the event loop lets all that is ready run. */
export const turns = (count: number): Effect.Effect<void> =>
  Effect.promise(async () => {
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
  })

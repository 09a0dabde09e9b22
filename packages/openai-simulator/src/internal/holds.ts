/**
 * Holds: a test names an operation, a phase and which call it means; that call then waits until it is released or dropped. Kill tests
 * hold a step, kill the client, and let the server go on.
 */
import type { Operation, Phase } from "../Scenario.js"

export type Release = "go_on" | "drop"

export interface Held {
  readonly id: string
  readonly operation: Operation
  readonly phase: Phase
  readonly requestId: string
}

interface Hold {
  readonly id: string
  readonly operation: Operation | "*"
  readonly phase: Phase
  /** Matching calls that pass before it holds one. */
  left: number
}

export interface Holds {
  readonly add: (hold: { readonly operation: Operation | "*"; readonly phase: Phase; readonly nth: number }) => string
  /** Resolves at once unless a hold means this call. */
  readonly pass: (call: Omit<Held, "id">) => Promise<Release> | undefined
  /** What is held, waiting up to `ms` for something to be. */
  readonly held: (ms: number) => Promise<ReadonlyArray<Held>>
  /** Releases one held call, or all; gives how many. */
  readonly release: (id: string | undefined, release: Release) => number
  /** Forgets the holds that hold nothing yet; gives how many. */
  readonly clear: () => number
  readonly close: () => void
}

export const makeHolds = (): Holds => {
  let made = 0
  let waiting: Array<Hold> = []
  const held = new Map<string, { readonly what: Held; readonly release: (release: Release) => void }>()
  const watchers = new Set<() => void>()
  const release = (id: string | undefined, how: Release): number => {
    const chosen = [...held.values()].filter(({ what }) => id === undefined || what.id === id)
    for (const one of chosen) {
      held.delete(one.what.id)
      one.release(how)
    }
    return chosen.length
  }
  return {
    add: ({ nth, operation, phase }) => {
      const id = `hold_${++made}`
      waiting.push({ id, operation, phase, left: nth - 1 })
      return id
    },
    pass: (call) => {
      const matching = waiting.filter(
        (hold) => hold.phase === call.phase && (hold.operation === "*" || hold.operation === call.operation)
      )
      const due = matching.find((hold) => hold.left === 0)
      for (const hold of matching) if (hold !== due && hold.left > 0) hold.left--
      if (due === undefined) return undefined
      waiting = waiting.filter((hold) => hold !== due)
      const what = { id: due.id, ...call }
      return new Promise((resolve) => {
        held.set(due.id, { what, release: resolve })
        for (const watcher of watchers) watcher()
      })
    },
    held: (ms) => {
      const list = () => [...held.values()].map(({ what }) => what)
      if (held.size > 0 || ms === 0) return Promise.resolve(list())
      return new Promise((resolve) => {
        const answer = () => {
          clearTimeout(timer)
          watchers.delete(answer)
          resolve(list())
        }
        const timer = setTimeout(answer, ms)
        watchers.add(answer)
      })
    },
    release,
    clear: () => {
      const count = waiting.length
      waiting = []
      return count
    },
    close: () => {
      waiting = []
      release(undefined, "drop")
      for (const watcher of watchers) watcher()
    }
  }
}

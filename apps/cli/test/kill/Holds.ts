/** The simulator's holds, by the endpoints that any test of another program would use. */
import type { Operation, Phase } from "@batchlabel/openai-simulator/Scenario"
import type { Simulator } from "@batchlabel/openai-simulator/Simulator"
import { eventuallyAsync } from "../../../../test/support/eventually.js"

export interface Hold {
  /** Resolves when a call is held by it; never, if none comes. */
  readonly held: Promise<void>
  readonly release: (drop?: boolean) => Promise<void>
}

export interface Holds {
  /** The `nth` call of the operation from now on waits, before or after it acts. */
  readonly add: (operation: Operation, phase: Phase, nth?: number) => Promise<Hold>
  /** Forgets what holds nothing yet. */
  readonly forget: () => Promise<void>
  /** The same, and lets go what is held. */
  readonly clear: () => Promise<void>
}

export const of = ({ controlUrl }: Pick<Simulator, "controlUrl">): Holds => {
  const call = async (method: string, path: string, body?: object): Promise<object> => {
    const response = await fetch(`${controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const reply: unknown = await response.json()
    if (!response.ok || typeof reply !== "object" || reply === null)
      throw new Error(`${method} ${path}: ${JSON.stringify(reply)}`)
    return reply
  }
  /** Those who wait for a hold, by its id. */
  const waiting = new Map<string, () => void>()
  let looking = false
  const look = async (): Promise<void> => {
    if (looking) return
    looking = true
    let failure: unknown
    const once = async (): Promise<boolean> => {
      try {
        const reply = await call("GET", "/held?timeout=100")
        const held: ReadonlyArray<{ readonly id: unknown }> = "held" in reply && Array.isArray(reply.held) ? reply.held : []
        for (const { id } of held) {
          waiting.get(String(id))?.()
          waiting.delete(String(id))
        }
      } catch (error) {
        failure = error
      }
      looking = failure === undefined && waiting.size > 0
      return !looking
    }
    // The long poll answers at once while anything is held. How long a call may take to come is its test's affair.
    await eventuallyAsync("calls that are held", once, { patience: Number.POSITIVE_INFINITY })
    if (failure !== undefined) throw failure
  }
  const forget = async () => {
    waiting.clear()
    await call("DELETE", "/hold")
  }
  return {
    forget,
    add: async (operation, phase, nth = 1) => {
      const reply = await call("POST", "/hold", { operation, phase, nth })
      const id = "id" in reply ? String(reply.id) : ""
      const held = new Promise<void>((resolve) => waiting.set(id, resolve))
      void look()
      return { held, release: async (drop = false) => void (await call("POST", "/release", { id, drop })) }
    },
    clear: async () => {
      await forget()
      await call("POST", "/release")
    }
  }
}

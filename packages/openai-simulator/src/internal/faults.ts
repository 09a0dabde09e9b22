/**
 * Plays a scenario: counts the calls and batches that each rule means and says which faults strike. The counts are kept with the state,
 * so that a fault with `times: 1` does not strike again after a restart.
 */
import type { BatchFault, CallFault, Operation, Scenario, When } from "../Scenario.js"
import { befall, type Fate } from "./fate.js"
import { unit } from "./random.js"
import type { Store } from "./store.js"

/** What a rule's `metadata` and `filename` are held against. */
export interface Facts {
  readonly metadata?: Readonly<Record<string, string>> | null | undefined
  readonly filename?: string | undefined
}

export interface Faults {
  readonly scenario: () => Scenario
  /** Another scenario takes over; its counts begin at 0. */
  readonly play: (scenario: Scenario) => void
  readonly ofCall: (operation: Operation, facts: Facts) => ReadonlyArray<CallFault>
  readonly ofBatch: (facts: Facts) => Fate
  /** For each rule: calls counted, and how many of them it struck. */
  readonly counts: () => ReadonlyArray<{ readonly seen: number; readonly struck: number }>
}

interface Counter {
  seen: number
  struck: number
}

export const makeFaults = (initial: Scenario, seed: number, store: Store): Faults => {
  let scenario = initial
  let counters = restore(store.read("faults"), JSON.stringify(initial)) ?? initial.faults.map(() => ({ seen: 0, struck: 0 }))
  let counted = false
  const keep = () => {
    store.write("faults", { scenario: JSON.stringify(scenario), counters })
    counted = false
  }

  /** Counts a call for a rule and says whether the rule strikes it. */
  const strikes = (index: number, when: When, times: number | undefined, facts: Facts): boolean => {
    const counter = counters[index]
    if (counter === undefined || !speaksOf(when, facts)) return false
    counter.seen++
    counted = true
    const hit =
      counter.struck < (times ?? Number.POSITIVE_INFINITY) &&
      falls(when, counter.seen, () => unit(scenario.seed ?? seed, "fault", index, counter.seen))
    if (hit) counter.struck++
    return hit
  }
  return {
    scenario: () => scenario,
    play: (next) => {
      scenario = next
      counters = next.faults.map(() => ({ seen: 0, struck: 0 }))
      keep()
    },
    ofCall: (operation, facts) => {
      const struck: Array<CallFault> = []
      scenario.faults.forEach((rule, index) => {
        if (rule.on === "batch") return
        const means = rule.on === "*" || (typeof rule.on === "string" ? rule.on === operation : rule.on.includes(operation))
        if (means && strikes(index, rule.when, rule.times, facts)) struck.push(rule.do)
      })
      if (counted) keep()
      return struck
    },
    ofBatch: (facts) => {
      const struck: Array<BatchFault> = []
      scenario.faults.forEach((rule, index) => {
        if (rule.on === "batch" && strikes(index, rule.when, rule.times, facts)) struck.push(rule.do)
      })
      if (counted) keep()
      return struck.reduce<Fate>(befall, { seed: scenario.seed ?? seed })
    },
    counts: () => counters.map((counter) => ({ ...counter }))
  }
}

const speaksOf = (when: When, facts: Facts): boolean =>
  Object.entries(when.metadata ?? {}).every(([key, value]) => facts.metadata?.[key] === value) &&
  (when.filename === undefined || (facts.filename?.includes(when.filename) ?? false))

const falls = (when: When, seen: number, draw: () => number): boolean =>
  (when.nth === undefined || (typeof when.nth === "number" ? when.nth === seen : when.nth.includes(seen))) &&
  (when.every === undefined || seen % when.every === 0) &&
  (when.after === undefined || seen > when.after) &&
  (when.probability === undefined || draw() < when.probability)

const restore = (kept: unknown, scenario: string): Array<Counter> | undefined => {
  if (typeof kept !== "object" || kept === null || !("scenario" in kept) || !("counters" in kept)) return undefined
  if (kept.scenario !== scenario || !Array.isArray(kept.counters)) return undefined
  return kept.counters.map((counter: unknown) => {
    const { seen, struck } = Object(counter)
    return { seen: Number(seen), struck: Number(struck) }
  })
}

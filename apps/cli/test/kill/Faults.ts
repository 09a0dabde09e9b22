/**
 * A seeded scenario. Every fault of it passes: what a row becomes does not depend on which calls and batches are struck, so that a run that
 * was killed must end as one that was not. That is why lines get lost in the first round only and lags are shorter than the waits for them.
 */

import type { ScenarioInput } from "@batchlabel/openai-simulator/Scenario"
import type { PhaseOptions } from "@batchlabel/openai-simulator/Simulator"
import type { Random } from "./Random.js"

type Rule = NonNullable<ScenarioInput["faults"]>[number]

/** The waits that the command is run with. Lags below must stay under them. */
export const waits = {
  BATCHLABEL_POLL_INTERVAL: "40ms",
  BATCHLABEL_POLL_CAP: "150ms",
  BATCHLABEL_BACKOFF: "60ms",
  BATCHLABEL_BACKOFF_CAP: "200ms",
  BATCHLABEL_LIST_LAG: "400ms",
  BATCHLABEL_OUTPUT_LAG: "600ms",
  // No machine is so busy that a create is left before the test lets it go.
  BATCHLABEL_CREATE_PATIENCE: "10m"
}

/** Lines that were answered but cannot be had: they are asked again, and those of the first three kinds were paid. */
const lossy = ["missing", "malformed", "no_custom_id", "status_zero", "rate_limited", "server_error"] as const
const harmless = ["duplicate", "unknown"] as const

const firstRound = { metadata: { round: "1" } } as const

const callFaults = (random: Random): ReadonlyArray<Rule> => {
  const nth = () => random.between(1, 4)
  const looks = ["batches.retrieve", "files.content", "files.retrieve", "batches.list"] as const
  const faults: ReadonlyArray<readonly [probability: number, rule: () => Rule]> = [
    [
      0.3,
      () => ({
        on: [...looks],
        times: random.between(1, 2),
        when: { every: random.between(3, 7) },
        do: { fault: "status", status: 429, retryAfter: random.pick([0, 1]) }
      })
    ],
    [
      0.4,
      () => ({
        on: "*",
        times: random.between(1, 4),
        when: { probability: 0.06 },
        do: { fault: "status", status: random.pick([500, 502, 503]), form: random.pick(["json", "html"]) }
      })
    ],
    [
      0.3,
      () => ({
        on: "files.upload",
        times: 1,
        when: { nth: nth() },
        do: { fault: "reset", phase: random.pick(["before", "after"]) }
      })
    ],
    [
      0.3,
      () => ({ on: [...looks], times: 1, when: { nth: nth() }, do: { fault: "reset", phase: random.pick(["before", "after"]) } })
    ],
    [
      0.4,
      () => ({
        on: "batches.create",
        times: random.between(1, 2),
        when: { every: random.between(1, 3) },
        do: { fault: "reset", phase: "after" }
      })
    ],
    [0.2, () => ({ on: "batches.create", times: 1, when: { nth: nth() }, do: { fault: "reset", phase: "before" } })],
    [0.2, () => ({ on: "batches.create", times: 1, when: { nth: nth() }, do: { fault: "garbled" } })],
    [0.2, () => ({ on: "batches.create", times: 1, when: { nth: nth() }, do: { fault: "status", status: 500, phase: "after" } })],
    [0.2, () => ({ on: "batches.create", times: 1, when: { nth: nth() }, do: { fault: "status", status: 429, retryAfter: 0 } })],
    [0.5, () => ({ on: "batches.create", do: { fault: "list_lag", ms: random.between(50, 250) } })],
    [
      0.4,
      () => ({
        on: "*",
        times: 8,
        when: { probability: 0.15 },
        do: { fault: "slow", ms: random.between(20, 200), phase: random.pick(["before", "after"]) }
      })
    ],
    [
      0.4,
      () => ({
        on: "files.content",
        times: random.between(1, 2),
        when: { every: random.between(1, 3) },
        do: { fault: "truncate", fraction: random.next(), announced: random.chance(0.5) }
      })
    ],
    [
      0.2,
      () => ({
        on: "files.upload",
        times: 1,
        when: { nth: nth() },
        do: { fault: "file_not_found", uses: 1, as: random.pick(["batch", "create"]) }
      })
    ]
  ]
  return faults.flatMap(([probability, rule]) => (random.chance(probability) ? [rule()] : []))
}

/** Replies that are not true, though they could be: each of them, believed, would pay for work again. */
const lies = (random: Random): ReadonlyArray<Rule> => {
  const nth = () => random.between(1, 4)
  const form = () => random.pick(["json", "html"])
  const faults: ReadonlyArray<readonly [probability: number, rule: () => Rule]> = [
    [
      0.3,
      () => ({
        on: "files.content",
        times: random.between(1, 2),
        when: { nth: nth() },
        do: { fault: "status", status: random.pick([401, 403, 404, 410]), form: form() }
      })
    ],
    [
      0.3,
      () => ({
        on: "files.content",
        times: 1,
        when: { nth: nth() },
        do: random.pick([
          { fault: "reply" },
          { fault: "reply", form: "html" },
          { fault: "reply", body: '{"error":{"message":"no such file"}}' },
          { fault: "other" },
          { fault: "noise" }
        ])
      })
    ],
    [0.2, () => ({ on: "files.retrieve", do: { fault: "status", status: 404, form: form() } })],
    [0.1, () => ({ on: "files.retrieve", times: 1, when: { nth: nth() }, do: { fault: "other" } })],
    [
      0.2,
      () => ({
        on: "batches.create",
        times: 1,
        when: { nth: nth() },
        do: { fault: "status", status: random.pick([404, 429]), form: form(), phase: "after" }
      })
    ],
    [
      0.3,
      () => ({
        on: "batches.retrieve",
        times: 1,
        when: { nth: nth() },
        do: random.pick([
          { fault: "claim", status: random.pick(["completed", "failed", "expired", "cancelled"]) },
          { fault: "other" },
          { fault: "reply", form: "html" },
          { fault: "status", status: 404 }
        ])
      })
    ],
    [
      0.2,
      () => ({
        on: "batches.list",
        times: 1,
        when: { nth: nth() },
        do: { fault: "reply", body: '{"object":"list","data":[],"has_more":false}' }
      })
    ]
  ]
  return faults.flatMap(([probability, rule]) => (random.chance(probability) ? [rule()] : []))
}

const batchFaults = (random: Random): ReadonlyArray<Rule> => {
  const nth = () => random.between(1, 3)
  const unfinished = random.pick(["listed", "absent"])
  const faults: ReadonlyArray<readonly [probability: number, rule: () => Rule]> = [
    [0.2, () => ({ on: "batch", times: 1, when: { nth: nth() }, do: { fault: "token_limit_exceeded" } })],
    [
      0.3,
      () => ({
        on: "batch",
        times: 1,
        when: { ...firstRound, nth: nth() },
        do: { fault: "expire", done: random.between(0, 20), unfinished }
      })
    ],
    [
      0.2,
      () => ({
        on: "batch",
        times: 1,
        when: { ...firstRound, nth: nth() },
        do: { fault: "cancel", unasked: true, done: random.between(0, 20), unfinished }
      })
    ],
    [
      0.3,
      () => ({ on: "batch", when: { every: random.between(1, 2) }, do: { fault: "late_output", ms: random.between(50, 250) } })
    ],
    [0.2, () => ({ on: "batch", do: { fault: "blank_ids" } })],
    [0.2, () => ({ on: "batch", do: { fault: "empty_error_file" } })],
    [0.2, () => ({ on: "batch", do: { fault: "counts", counts: random.pick(["zero", "null", "all_completed"]) } })],
    [
      0.5,
      () => ({ on: "batch", when: firstRound, do: { fault: "lines", kind: random.pick(lossy), count: random.between(1, 3) } })
    ],
    [0.3, () => ({ on: "batch", when: firstRound, do: { fault: "lines", kind: random.pick(lossy), share: 0.1 } })],
    [0.3, () => ({ on: "batch", do: { fault: "lines", kind: random.pick(harmless), count: 1 } })]
  ]
  return faults.flatMap(([probability, rule]) => (random.chance(probability) ? [rule()] : []))
}

/** Faults of the account: the job stops and says why, and goes on when it is run again. */
const stopping = (random: Random): ReadonlyArray<Rule> =>
  random.chance(0.85)
    ? []
    : [
        random.chance(0.5)
          ? { on: "batches.create", times: 1, when: { nth: random.between(1, 4) }, do: { fault: "no_credit" } }
          : { on: "batches.retrieve", times: 1, when: { nth: random.between(1, 8) }, do: { fault: "status", status: 401 } }
      ]

export interface Weather {
  readonly scenario: ScenarioInput
  readonly phases: PhaseOptions
  /** Whether a run may end because of the account. */
  readonly stops: boolean
}

export const make = (random: Random, seed: number): Weather => {
  const stops = stopping(random)
  const slow = random.chance(0.5)
  return {
    scenario: { seed, faults: [...callFaults(random), ...batchFaults(random), ...stops, ...lies(random)] },
    phases: slow
      ? { validating: random.between(0, 120), perRequest: random.between(0, 3), finalizing: random.between(0, 80) }
      : {},
    stops: stops.length > 0
  }
}

import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { sized } from "../../../test/support/sized.js"
import { run } from "./support/schedule.js"

// BATCHLABEL_SCHEDULES says how many, BATCHLABEL_SEED where to begin: a failing seed is replayed by BATCHLABEL_SEED=<seed> BATCHLABEL_SCHEDULES=1.
const schedules = Number(process.env["BATCHLABEL_SCHEDULES"] ?? sized(15, 60))
const firstSeed = Number(process.env["BATCHLABEL_SEED"] ?? 1)
const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

describe("the reconcile loop under seeded faults and deaths", () => {
  it.scoped(
    `keeps every promise in ${schedules} schedules from seed ${firstSeed}`,
    () =>
      Effect.gen(function* () {
        const folder = mkdtempSync(join(memory, "batchlabel-schedules-"))
        yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
        const total = { deaths: 0, passes: 0, batches: 0, labeled: 0, failed: 0 }
        for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
          const ran = yield* run(seed, join(folder, String(seed)))
          total.deaths += ran.deaths
          total.passes += ran.passes
          total.batches += ran.batches
          total.labeled += ran.labeled
          total.failed += ran.failed
        }
        console.log(
          `${schedules} schedules: ${total.passes} passes, ${total.deaths} deaths, ${total.batches} batches, ${total.labeled} rows labelled, ${total.failed} failed`
        )
        if (schedules >= 50) assert.isAbove(total.deaths, schedules / 2)
      }).pipe(Effect.provide(NodeContext.layer)),
    3_600_000
  )
})

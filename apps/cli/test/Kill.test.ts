/** The built command as whole processes: killed at every step, told to stop, and several at work on one job. */
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Operation } from "@batchlabel/openai-simulator/Scenario"
import { describe, it } from "@effect/vitest"
import { afterEach } from "vitest"
import type * as Child from "./kill/Child.js"
import * as Fleet from "./kill/Fleet.js"
import * as Holds from "./kill/Holds.js"
import * as Input from "./kill/Input.js"
import * as Job from "./kill/Job.js"
import * as Random from "./kill/Random.js"
import * as Verdict from "./kill/Verdict.js"

const patience = 900_000

// A share of the trial; `npm run trial:kills -- 4`, which must meet every class of steps, is a step of CI.
const share = [2, 3]

describe("a run that is killed", () => {
  it(
    "ends as one that was not, with nothing paid twice, wherever it died",
    async () => {
      const outcome = await Fleet.run(share)
      if (outcome.failures.length > 0) throw new AggregateError(outcome.failures, "jobs that broke a promise")
      console.log(Fleet.table(outcome))
      assert.deepEqual(Fleet.unmet(outcome), [])
    },
    patience
  )

  it("is no trial if it died too seldom, or never at one class of steps", () => {
    const report = { number: 1, rows: 1, shards: 1, starts: 1, batches: 1, paid: 1, paidAgain: 0, lost: 0, labeled: 1, failed: 0 }
    const every = ["shard written", "files.upload, just after the reply", "batches.create, held before acting", "result fetched"]
    const more = ["batches.list, held after acting", "output written"]
    const fleet = (deaths: ReadonlyArray<string>) => ({
      reports: [{ ...report, deaths }, ...Array.from({ length: Fleet.whole - 1 }, () => ({ ...report, deaths: [] }))],
      failures: [],
      seconds: 1
    })
    const enough = Array.from({ length: 50 }, () => "at a random time")
    assert.deepEqual(Fleet.unmet(fleet([...every, ...more, ...enough])), [])
    assert.deepEqual(Fleet.unmet(fleet([...every, ...more])), ["only 6 kills, at least 50 of 4 jobs"])
    assert.deepEqual(Fleet.unmet(fleet([...every, ...more.slice(1), ...enough])), ["no process died at a look at batches"])
    // An upload is no fetch.
    assert.deepEqual(Fleet.unmet(fleet([...every.slice(0, 3), ...more, ...enough])), [
      "no process died at a result being fetched"
    ])
  })
})

const open: Array<{ readonly folder: string; readonly job: Job.Job }> = []

afterEach(async () => {
  for (const { folder, job } of open.splice(0)) {
    await job.simulator.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

const input = Input.make(Random.random(7), 40)

const jobOf = async (options: Partial<Job.Options> = {}): Promise<Job.Job> => {
  const folder = mkdtempSync(join(tmpdir(), "batchlabel-processes-"))
  const job = await Job.make(join(folder, "job"), { seed: 7, input, shardRows: 8, ...options })
  open.push({ folder, job })
  return job
}

const endsWell = async (child: Child.Child): Promise<void> => {
  const { code } = await child.ended
  assert.equal(code, 0, child.output())
}

/** How often the API was called so. */
const calls = ({ simulator }: Job.Job, operation: Operation): number => simulator.stats()[operation]?.calls ?? 0

const keepsEveryPromise = async (job: Job.Job): Promise<void> => {
  const { paidAgain } = await Verdict.paidOnce(job)
  assert.equal(paidAgain, 0)
  await Verdict.everyRowHasItsOutcome(input, job.folder)
  Verdict.noLeftovers(job)
  await Verdict.soundStore(job)
}

describe("several processes at work on one job", () => {
  it(
    "make one set of batches: two runs, a check and a partial download, while the first is in the middle of a create",
    async () => {
      const job = await jobOf()
      const holds = Holds.of(job.simulator)
      const create = await holds.add("batches.create", "before", 2)
      const first = job.start()
      await create.held
      const second = job.start()
      const check = job.command("check", "--input", "news.csv")
      const download = job.command("download", "--input", "news.csv", "--output", "labeled.csv", "--partial")
      await endsWell(check)
      await endsWell(download)
      assert.ok(!first.isOver() && !second.isOver())
      await create.release()
      await endsWell(first)
      await endsWell(second)
      await keepsEveryPromise(job)
    },
    patience
  )

  it(
    "make one job of two runs that begin in the same moment, while a check and a partial download come and go",
    async () => {
      const job = await jobOf({ phases: { validating: 100, perRequest: 10, finalizing: 100 } })
      const runs = [job.start(), job.start()]
      let passes = 0
      while (!runs.every((run) => run.isOver())) {
        const download = ["download", "--input", "news.csv", "--output", "labeled.csv", "--partial"]
        const other = passes++ % 2 === 0 ? job.command("check", "--input", "news.csv") : job.command(...download)
        const { code } = await other.ended
        // 3: no job is there yet; 75: it is still being prepared.
        assert.ok(code === 0 || code === 3 || code === 75, other.output())
      }
      for (const run of runs) await endsWell(run)
      await keepsEveryPromise(job)
    },
    patience
  )
})

/** A run whose create has acted, and whose reply is held. */
const inCreate = async (createPatience: string) => {
  const job = await jobOf({ env: { BATCHLABEL_CREATE_PATIENCE: createPatience } })
  const holds = Holds.of(job.simulator)
  const create = await holds.add("batches.create", "after")
  const child = job.start()
  await create.held
  return { job, holds, create, child }
}

describe.each([
  ["SIGINT", 130],
  ["SIGTERM", 143]
] as const)("%s", (signal, exitCode) => {
  it(
    `detaches with exit code ${exitCode}: the batches run on, and the next run goes on with them`,
    async () => {
      const job = await jobOf()
      const holds = Holds.of(job.simulator)
      const look = await holds.add("batches.retrieve", "before")
      const child = job.start()
      assert.ok(await child.printed(/Status: validating/), child.output())
      await look.held
      child.signal(signal)
      assert.equal((await child.ended).code, exitCode, child.output())
      assert.match(child.output(), /batchlabel watch job_/)
      await holds.clear()
      await endsWell(job.start())
      await keepsEveryPromise(job)
    },
    patience
  )

  it(
    "in the middle of a create waits for its reply, stores the batch, and nobody has to look it up",
    async () => {
      const { child, create, job } = await inCreate("10m")
      child.signal(signal)
      // Another command from its start to its end: time for the signal to be heard.
      await job.command("list").ended
      assert.ok(!child.isOver())
      await create.release()
      assert.equal((await child.ended).code, exitCode, child.output())
      await endsWell(job.start())
      assert.equal(calls(job, "batches.list"), 0)
      await keepsEveryPromise(job)
    },
    patience
  )

  it(
    "in the middle of a create that is not answered in time ends all the same; the list is asked before anything is created again",
    async () => {
      const { child, holds, job } = await inCreate("100ms")
      child.signal(signal)
      // The reply is held until the command has ended.
      assert.equal((await child.ended).code, exitCode, child.output())
      const created = calls(job, "batches.create")
      const look = await holds.add("batches.list", "before")
      const next = job.start()
      await look.held
      assert.equal(calls(job, "batches.create"), created)
      await holds.clear()
      await endsWell(next)
      await keepsEveryPromise(job)
    },
    patience
  )

  it(
    "twice in the middle of a create ends it at once, and nothing is paid again",
    async () => {
      const { child, holds, job } = await inCreate("10m")
      child.signal(signal)
      // Two signals at the same moment are one.
      await job.command("list").ended
      child.signal(signal)
      assert.equal((await child.ended).code, exitCode, child.output())
      await holds.clear()
      await endsWell(job.start())
      await keepsEveryPromise(job)
    },
    patience
  )
})

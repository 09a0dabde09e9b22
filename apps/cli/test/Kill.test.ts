/** The built command as whole processes: killed at every step, told to stop, and several at work on one job. */
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
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
const jobs = 4

describe("a run that is killed", () => {
  it(
    "ends as one that was not, with nothing paid twice, wherever it died",
    async () => {
      const outcome = await Fleet.run(Array.from({ length: jobs }, (_, index) => index + 1))
      if (outcome.failures.length > 0) throw new AggregateError(outcome.failures, "jobs that broke a promise")
      console.log(Fleet.table(outcome))
      const deaths = outcome.reports.flatMap((report) => report.deaths)
      assert.ok(deaths.length >= 50, `only ${deaths.length} kills`)
      for (const step of ["files.upload", "batches.create", "batches.list", "batches.retrieve", "files.", "shard", "output"]) {
        assert.ok(
          deaths.some((death) => death.startsWith(step)),
          `no run died at ${step}`
        )
      }
    },
    patience
  )
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
    "in the middle of a create does not cut it off at once, and nothing is paid again",
    async () => {
      const job = await jobOf()
      const holds = Holds.of(job.simulator)
      const create = await holds.add("batches.create", "after")
      const child = job.start()
      await create.held
      child.signal(signal)
      // Another command from its start to its end: time for the signal to be heard.
      await job.command("list").ended
      assert.ok(!child.isOver())
      await create.release()
      assert.equal((await child.ended).code, exitCode, child.output())
      await endsWell(job.start())
      await keepsEveryPromise(job)
    },
    patience
  )
})

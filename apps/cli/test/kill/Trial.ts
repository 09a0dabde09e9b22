/** One trial: a seeded job that is killed again and again, beside the same job left in peace. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type * as Child from "./Child.js"
import * as Faults from "./Faults.js"
import * as Holds from "./Holds.js"
import * as Input from "./Input.js"
import * as Job from "./Job.js"
import * as Random from "./Random.js"
import * as Step from "./Step.js"
import { strike } from "./Strike.js"
import * as Verdict from "./Verdict.js"

export interface Report extends Verdict.Verdict {
  readonly number: number
  readonly rows: number
  readonly shards: number
  /** The steps at which the process died, in their order. */
  readonly deaths: ReadonlyArray<string>
  readonly starts: number
}

/** The exit codes of a job that the account has stopped: configuration, API. */
const stopped: ReadonlyArray<number | null> = [4, 5]
const mostStarts = 60
/** Stops that wait for the user's word, as the weather can bring them to any job: the next start is that word. */
const asksForAWord = /\[BL50(?:55|56|58|60|61)\]/

/** Whether the run came to its end; a code that nothing explains fails the trial. */
const isDone = (child: Child.Child, ended: Child.Ended, weather: Faults.Weather): boolean => {
  if (ended.code === 0) return true
  if (stopped.includes(ended.code) && (weather.stops || asksForAWord.test(child.output()))) return false
  throw new Error(`the run ended with ${ended.code ?? ended.signal}:\n${child.output()}`)
}

/** Runs the job until it is done; gives how many starts that took. */
const finish = async (job: Job.Job, weather: Faults.Weather): Promise<number> => {
  for (let starts = 1; starts <= mostStarts; starts++) {
    const child = job.start()
    if (isDone(child, await child.ended, weather)) return starts
  }
  throw new Error(`not done after ${mostStarts} starts`)
}

const killed = async (job: Job.Job, plan: Step.Plan, weather: Faults.Weather) => {
  const holds = Holds.of(job.simulator)
  const deaths: Array<string> = []
  let starts = 0
  const die = async (start: Step.Start): Promise<Step.Step | undefined> => {
    starts++
    const { child, died } = await strike(job, holds, start)
    if (died === undefined) isDone(child, await child.ended, weather)
    else deaths.push(Step.nameOf(died))
    return died
  }
  for (const start of plan.working) {
    const died = await die(start)
    // Everything is collected: what is left is to write it.
    if (died !== undefined && died !== start.step && Step.nameOf(died) === "output being written") break
  }
  for (const start of plan.writing) await die(start)
  starts += await finish(job, weather)
  return { deaths, starts }
}

/** The trial of a number, which is its seed. */
export const run = async (number: number): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), "batchlabel-kill-"))
  const random = Random.random(number)
  const input = Input.make(random, random.between(10, random.chance(0.2) ? 400 : 120))
  const weather = Faults.make(random, number)
  const shardRows = Math.ceil(input.requests / random.between(6, 12))
  const options: Job.Options = { seed: number, input, shardRows, scenario: weather.scenario, phases: weather.phases }
  const jobs: Array<Job.Job> = []
  const make = async (name: string): Promise<Job.Job> => {
    const job = await Job.make(join(folder, name), options)
    jobs.push(job)
    return job
  }
  try {
    const peaceful = await make("peaceful")
    await finish(peaceful, weather)
    const job = await make("killed")
    const { deaths, starts } = await killed(job, Step.plan(random, number), weather)
    const verdict = await Verdict.judge(input, job, peaceful)
    rmSync(folder, { recursive: true, force: true })
    return { number, rows: input.rows.length, shards: Math.ceil(input.requests / shardRows), deaths, starts, ...verdict }
  } catch (error) {
    throw new Error(`job ${number} (what is left of it: ${folder})`, { cause: error })
  } finally {
    for (const { simulator } of jobs) await simulator.close()
  }
}

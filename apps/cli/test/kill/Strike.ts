/** Starts a job and kills it at a step. */
import { eventuallyAsync } from "../../../../test/support/eventually.js"
import type * as Child from "./Child.js"
import * as Files from "./Files.js"
import type * as Holds from "./Holds.js"
import type * as Job from "./Job.js"
import * as Step from "./Step.js"

/** The first of these to come; `undefined` if the process ends before any of them. */
const firstOf = async <A>(child: Child.Child, moments: ReadonlyArray<Promise<A>>): Promise<A | undefined> => {
  const first = await Promise.race([child.ended.then(() => undefined), ...moments])
  return child.isOver() ? undefined : first
}

/** The moment of a kill is drawn at random: nothing is taken to have happened by then. */
const after = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    // biome-ignore lint/plugin: see above
    setTimeout(resolve, ms)
  })

/** A step that is waited for. */
interface Trap {
  readonly step: Step.Step
  /** Resolves when its moment has come; called at the start of the process. */
  readonly spring: () => Promise<void>
  /** What the server does once the process is dead. */
  readonly afterwards: () => Promise<void>
  readonly close: () => void
}

const nothing = () => {}
const nothingMore = () => Promise.resolve()

const trapOf = async (job: Job.Job, holds: Holds.Holds, step: Step.Step): Promise<Trap> => {
  switch (step.kind) {
    case "time":
      return { step, spring: () => after(step.ms), afterwards: nothingMore, close: nothing }
    case "file": {
      let left = step.nth
      let tell: () => void = nothing
      const come = new Promise<void>((resolve) => {
        tell = resolve
      })
      const close = Files.onCreated(job.folder, (path) => {
        if (Step.matches(step.what, path) && --left === 0) tell()
      })
      return { step, spring: () => come, afterwards: nothingMore, close }
    }
    case "replied": {
      const hold = await holds.add(step.operation, "after", step.nth)
      const spring = async () => {
        await hold.held
        await hold.release()
        await after(step.ms)
      }
      return { step, spring, afterwards: nothingMore, close: nothing }
    }
    case "held": {
      const hold = await holds.add(step.operation, step.phase, step.nth)
      const afterwards = () => (step.request === "late" ? actLate(job, holds, hold) : hold.release(step.request === "lost"))
      return { step, spring: () => hold.held, afterwards, close: nothing }
    }
  }
}

/** `died` is the step at which the process was killed; `undefined`: it ended by itself. */
export interface Struck {
  readonly child: Child.Child
  readonly died: Step.Step | undefined
}

/** Starts the job and kills it at the step, or at the latest where it must not go on. */
export const strike = async (job: Job.Job, holds: Holds.Holds, { latest, step }: Step.Start): Promise<Struck> => {
  const traps: Array<Trap> = []
  try {
    for (const one of [step, ...latest]) traps.push(await trapOf(job, holds, one))
    const child = job.start()
    const sprung = await firstOf(
      child,
      traps.map(async (trap) => {
        await trap.spring()
        return trap
      })
    )
    if (sprung === undefined || (await child.kill()).signal === null) return { child, died: undefined }
    await sprung.afterwards()
    return { child, died: sprung.step }
  } finally {
    for (const { close } of traps) close()
    await holds.clear()
  }
}

const createsEnded = ({ simulator }: Job.Job): number =>
  Object.values(simulator.stats()["batches.create"]?.ends ?? {}).reduce((all, ends) => all + ends, 0)

/**
 * The next process reads the list of batches, and only then the request of the dead one acts. That look was too early: it must not be the
 * last before another batch is created.
 */
const actLate = async (job: Job.Job, holds: Holds.Holds, create: Holds.Hold): Promise<void> => {
  await holds.forget()
  const list = await holds.add("batches.list", "after")
  const child = job.start()
  const looked = await firstOf(
    child,
    [list.held].map((held) => held.then(() => true))
  )
  if (looked === true) {
    const before = createsEnded(job)
    await create.release()
    // Whether it acts or a fault strikes it: then it has ended.
    await eventuallyAsync("the create to end", () => createsEnded(job) > before)
    const again = await trapOf(job, holds, { kind: "held", operation: "batches.list", phase: "after", nth: 1, request: "acts" })
    const writing = await trapOf(job, holds, { kind: "file", what: "output being written", nth: 1 })
    await list.release()
    await firstOf(child, [again.spring(), writing.spring()])
    writing.close()
  }
  await child.kill()
}

/** Many trials, two at a time, and the table of what came of them. */
import * as Trial from "./Trial.js"

export interface Outcome {
  readonly reports: ReadonlyArray<Trial.Report>
  readonly failures: ReadonlyArray<unknown>
  readonly seconds: number
}

const atOnce = 2

/** Runs the jobs of these numbers. */
export const run = async (
  numbers: ReadonlyArray<number>,
  onEnd: (number: number, outcome: Trial.Report | unknown) => void = () => {}
): Promise<Outcome> => {
  const began = performance.now()
  const reports: Array<Trial.Report> = []
  const failures: Array<unknown> = []
  const left = [...numbers]
  const work = async (): Promise<void> => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) {
      try {
        const report = await Trial.run(number)
        reports.push(report)
        onEnd(number, report)
      } catch (error) {
        failures.push(error)
        onEnd(number, error)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { reports, failures, seconds: (performance.now() - began) / 1000 }
}

/** How often the process died at each step. */
export const deathsByStep = ({ reports }: Outcome): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const step of reports.flatMap(({ deaths }) => deaths)) counts.set(step, (counts.get(step) ?? 0) + 1)
  return counts
}

/** A job is planned to die some twenty times; what it finishes before its trap springs leaves fewer. */
const leastKillsOfJob = 12.5

/** The classes of steps at each of which a process has to die somewhere in a fleet. */
const classes: Readonly<Record<string, RegExp>> = {
  "the store or a shard being written": /^(store|shard)/,
  "an upload": /^files\.upload/,
  "a create": /^batches\.create/,
  "a look at batches": /^batches\.(list|retrieve)/,
  "a result being fetched": /^(files\.(retrieve|content)|result)/,
  "the output being written": /^(output|failures)/
}

/** So many jobs in a row take their steps in turns and meet every class of them, however busy the machine is. */
export const whole = 4

/**
 * What a fleet that was to show something has not met: too few kills, or, of a whole fleet, none at a class of steps. A trap that never
 * springs is silent else.
 */
export const unmet = (outcome: Outcome): ReadonlyArray<string> => {
  const deaths = outcome.reports.flatMap((report) => report.deaths)
  const least = Math.ceil(outcome.reports.length * leastKillsOfJob)
  return [
    ...(deaths.length < least ? [`only ${deaths.length} kills, at least ${least} of ${outcome.reports.length} jobs`] : []),
    ...Object.entries(classes).flatMap(([name, step]) =>
      outcome.reports.length < whole || deaths.some((death) => step.test(death)) ? [] : [`no process died at ${name}`]
    )
  ]
}

const sum = (reports: ReadonlyArray<Trial.Report>, of: (report: Trial.Report) => number): string =>
  reports.reduce((all, report) => all + of(report), 0).toLocaleString("en-US")

/** One table, as Markdown. */
export const table = (outcome: Outcome): string => {
  const { failures, reports, seconds } = outcome
  const byStep = [...deathsByStep(outcome)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const rows: ReadonlyArray<readonly [string, string | number]> = [
    ...byStep.map(([step, kills]) => [`killed: ${step}`, kills] as const),
    ["**kills**", `**${sum(reports, ({ deaths }) => deaths.length)}**`],
    ["jobs", reports.length + failures.length],
    ["**jobs that broke a promise**", `**${failures.length}**`],
    ["starts of the command", sum(reports, ({ starts }) => starts)],
    ["input rows", sum(reports, ({ rows }) => rows)],
    ["rows labelled", sum(reports, ({ labeled }) => labeled)],
    ["rows failed, as their text asks for", sum(reports, ({ failed }) => failed)],
    ["batches created", sum(reports, ({ batches }) => batches)],
    ["request lines paid", sum(reports, ({ paid }) => paid)],
    ["of these again, by the ledger", sum(reports, ({ paidAgain }) => paidAgain)],
    ["paid answers that the scenario lost", sum(reports, ({ lost }) => lost)],
    ["seconds", Math.round(seconds)]
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const line = (name: string, value: string | number) => `| ${name.padEnd(width)} | ${String(value).padStart(9)} |`
  return [line("", ""), `| ${"-".repeat(width)} | ${"-".repeat(8)}: |`, ...rows.map(([name, value]) => line(name, value))].join(
    "\n"
  )
}

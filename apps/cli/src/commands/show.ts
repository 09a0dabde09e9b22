/** `show`: everything the store knows of a job. Asks nobody else. */
import type { Event } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as JobView from "@batchlabel/labeling/JobView"
import * as Spending from "@batchlabel/labeling/Spending"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as App from "../App.js"
import * as Command from "../Command.js"
import * as CostLines from "../CostLines.js"
import { shownPath } from "../DownloadReport.js"
import { ExitCode } from "../ExitCode.js"
import * as Expiring from "../Expiring.js"
import * as Flags from "../Flags.js"
import * as Format from "../Format.js"
import * as GuideOutput from "../GuideOutput.js"
import * as JobJson from "../JobJson.js"
import * as JobLocator from "../JobLocator.js"
import { Screen, type Service } from "../Screen.js"

const page = 1_000

/** All events of a job, page by page. */
const allEvents = Effect.fnUntraced(function* (jobId: string) {
  const store = yield* JobStore
  const events: Array<Event> = []
  for (;;) {
    const next = yield* store.events(jobId, { after: events.at(-1)?.seq ?? 0, limit: page })
    events.push(...next)
    if (next.length < page) return events
  }
})

const facts = (view: JobView.JobView, { texts }: Service): ReadonlyArray<string> => {
  const { job } = view
  const { show } = texts
  const { split } = job
  const rows = [
    [show.job, job.id],
    [show.created, Format.time(job.createdAt)],
    [show.status, `${view.status} (${texts.status(view.status)})`],
    [show.input, shownPath(job.input.path)],
    ...(job.outputPath === undefined ? [] : [[show.output, shownPath(job.outputPath)]]),
    [show.task, `${job.taskName} (${job.taskFingerprint})`],
    [show.model, `${job.model} · ${job.endpoint}`],
    [show.folder, shownPath(job.directory)],
    ...(split === undefined
      ? []
      : [
          [
            show.rows,
            `${split.rows} (${show.rowsDetail({
              requests: split.requests,
              duplicates: split.duplicates,
              known: split.known,
              empty: split.emptyText,
              bad: split.badRecords,
              large: split.tooLarge,
              unsampled: split.unsampled
            })})`
          ]
        ]),
    [show.result, show.resultDetail(view.labeled, view.failedTotal, view.open)],
    [
      show.cost,
      show.costDetail(
        Format.money(view.spent),
        Format.money(view.reserved),
        job.maxCost === undefined ? undefined : Format.money(job.maxCost)
      )
    ],
    [
      show.tokens,
      show.tokensDetail(Format.grouped(view.usage.input), Format.grouped(view.usage.output), Format.grouped(view.tokensInFlight))
    ]
  ]
  return Format.table(rows)
}

const batches = (view: JobView.JobView, { texts }: Service): ReadonlyArray<string> => {
  if (view.batches.length === 0) return []
  const rows = view.batches.map(({ attempt, batchId, collected, cost, counts, requests, shard, state }) => [
    ` ${shard}.${attempt}`,
    batchId ?? "-",
    texts.status(state),
    `${collected === undefined ? (counts?.completed ?? 0) + (counts?.failed ?? 0) : requests}/${requests}`,
    cost === undefined ? "" : Format.money(cost)
  ])
  return ["", `${texts.show.batches}:`, ...Format.table(rows, [3, 4])]
}

export const command = Command.make({
  name: "show",
  positionals: { name: "job", least: 0, most: 1 },
  flags: { input: Flags.input, home: Flags.home, events: Flags.events },
  run: Effect.fnUntraced(function* (values, [id]) {
    const screen = yield* Screen
    const { result, say, texts } = screen
    const { home, job } = yield* JobLocator.locate({ id, home: values.home, input: values.input })
    const { events, spending, view } = yield* Effect.all({
      view: JobView.load(job.id),
      spending: Spending.ofJob(job.id),
      events: values.events ? allEvents(job.id) : Effect.succeed([])
    }).pipe(Effect.provide(App.store(home)))
    const now = yield* Clock.currentTimeMillis
    yield* say(
      ...facts(view, screen),
      ...CostLines.comparison(spending, screen),
      ...GuideOutput.trouble(view, screen, now),
      ...batches(view, screen),
      ...(values.events
        ? [
            "",
            `${texts.show.events}:`,
            ...events.map((event) => `  ${new Date(event.at).toISOString()}  ${event.kind}  ${JSON.stringify(event.data)}`)
          ]
        : [])
    )
    yield* Expiring.warn(view, now)
    yield* result({
      ...JobJson.detail(view),
      spending: CostLines.json(spending),
      ...(values.events ? { events: events.map((event) => ({ ...event, at: new Date(event.at).toISOString() })) } : {})
    })
    return ExitCode.done
  })
})

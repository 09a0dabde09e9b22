/** From flags to a job whose input is split and whose cost the user has agreed to. Nothing is sent here. */
import { basename, dirname, extname, join } from "node:path"
import type { Task } from "@batchlabel/core/Task"
import type * as PriceBook from "@batchlabel/cost/PriceBook"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as Merger from "@batchlabel/dataset/Merger"
import type { Job, SplitSummary } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import { toFailedPath } from "@batchlabel/labeling/Download"
import * as Forget from "@batchlabel/labeling/Forget"
import type { JobRequest } from "@batchlabel/labeling/JobRequest"
import * as JobView from "@batchlabel/labeling/JobView"
import { LabelingError } from "@batchlabel/labeling/LabelingError"
import * as Places from "@batchlabel/labeling/Places"
import * as Prepare from "@batchlabel/labeling/Prepare"
import * as SpendPlan from "@batchlabel/labeling/SpendPlan"
import * as Message from "@batchlabel/messages/Message"
import * as Effect from "effect/Effect"
import * as App from "./App.js"
import { shownPath } from "./DownloadReport.js"
import type * as Flag from "./Flag.js"
import * as Flags from "./Flags.js"
import * as Format from "./Format.js"
import * as GuideFiles from "./GuideFiles.js"
import * as GuideOutput from "./GuideOutput.js"
import * as Progress from "./Progress.js"
import { Screen } from "./Screen.js"
import * as Spend from "./Spend.js"
import type { Texts } from "./Texts.js"
import type * as Values from "./Values.js"

/** The flags of `submit`; `run` has more. */
export const flags = {
  input: Flags.input,
  output: Flags.output,
  ...Flags.reading,
  ...Flags.task,
  ...Flags.shards,
  ...Flags.spending,
  ...Flags.prices,
  ...Flags.identity,
  home: Flags.home,
  guideFiles: Flags.guideFiles,
  ...Flags.waits
}

type Submitted = Omit<Flag.ValuesOf<typeof flags>, "input"> & { readonly input: string }

/** `data/news.csv` → `data/news_labeled.csv`: where the result goes if nothing is said. */
export const defaultOutput = (input: string, suffix = "_labeled"): string => {
  const extension = extname(input)
  return join(dirname(input), `${basename(input, extension)}${suffix}${extension === "" ? ".csv" : extension}`)
}

/** Where `run` writes: what the user said, or beside the input; the result of a sample goes apart from that of the whole. */
export const outputOf = (values: {
  readonly input: string
  readonly output: string | undefined
  readonly sample: Values.Sample | undefined
}): string => {
  const whole = values.output ?? defaultOutput(values.input)
  return values.sample === undefined ? whole : defaultOutput(whole, "_sample")
}

/** What the flags say of reading. */
export const readOptionsOf = (values: Flag.ValuesOf<typeof Flags.reading>): CsvReader.ReadOptions => ({
  encoding: values.encoding,
  delimiter: values.delimiter,
  onBadRow: values.onBadRow
})

/** The tier that a flag names. */
export const tierOf = (tier: Submitted["tier"]): JobRequest["tier"] => {
  switch (tier) {
    case undefined:
      return undefined
    case "1":
      return 1
    case "2":
      return 2
    case "3":
      return 3
    case "4":
      return 4
    case "5":
      return 5
  }
}

/** What a command will read and write. */
export interface PlacesOf {
  readonly input?: string | undefined
  readonly reading?: CsvReader.ReadOptions | undefined
  readonly output?: string | undefined
  readonly task?: string | undefined
  readonly prices?: string | undefined
  readonly guideFiles: string | undefined
}

/** What of a job request the flags of pacing and money say. */
export const pacing = (values: Flag.ValuesOf<typeof Flags.shards> & Pick<Submitted, "maxCost" | "noCache">) => ({
  attempts: values.attempts,
  shardRequests: values.shardRows,
  shardBytes: values.shardBytes,
  shardTokens: values.shardTokens,
  enqueuedTokenLimit: values.enqueuedLimit,
  tier: tierOf(values.tier),
  useCache: !values.noCache,
  maxCost: values.maxCost
})

/** A job, and how it stood when the command found or made it. */
export interface Started {
  readonly job: Job
  readonly before: JobView.JobView
}

/** The flags, with what they were read as. */
export interface SubmitRequest {
  readonly values: Submitted
  readonly task: Task
  readonly book: PriceBook.PriceBook
  /** The folder of jobs. */
  readonly home: string
  readonly guideFiles: GuideFiles.GuideFiles | undefined
  readonly sample?: { readonly rows: number; readonly seed: number } | undefined
  /** The sample job that this one goes on from, and its cap, which holds for both together. */
  readonly continueOf?: string | undefined
  readonly maxCost?: bigint | undefined
}

const requestOf = ({ continueOf, home, maxCost, sample, task, values }: SubmitRequest): JobRequest => ({
  inputPath: Places.realPath(values.input),
  outputPath: values.output,
  home,
  task,
  textColumn: values.textColumn,
  ...readOptionsOf(values),
  ...pacing(values),
  maxCost: values.maxCost ?? maxCost,
  separate: values.new,
  sample,
  continueOf
})

/** With `--match-rows` a job that was started from something else is gone on with, for the sake of its unchanged rows. */
const prepare = Effect.fn("Submission.prepare")(function* (request: SubmitRequest, unconfirmed: boolean) {
  const store = yield* JobStore
  const { note, texts } = yield* Screen
  const onBusy = note(texts.job.busyElsewhere)
  return yield* Progress.bar(texts.live.reading, (onProgress) =>
    Prepare.prepare({ ...requestOf(request), unconfirmed, onProgress, onBusy }).pipe(
      Effect.catchIf(
        (error): error is LabelingError =>
          error instanceof LabelingError && error.reason._tag === "JobChanged" && request.values.matchRows,
        (error) => Effect.map(store.job("job" in error.reason ? error.reason.job : ""), (job) => ({ job, reused: true }))
      )
    )
  )
})

/**
 * Tries every place that will be written, and that nothing that is read would be replaced, before there is a job; gives the place of the
 * guide's files.
 */
export const checkPlaces = Effect.fn("Submission.checkPlaces")(function* (home: string, values: PlacesOf) {
  const reads = [values.input, values.task, values.prices].flatMap((path) => path ?? [])
  if (values.input !== undefined) yield* CsvReader.open(values.input, { ...values.reading })
  yield* Places.checkHome(home)
  if (values.output !== undefined) yield* Places.checkOutput(values.output, [...reads, App.storeFile(home)])
  const results = values.output === undefined ? [] : [values.output, toFailedPath(values.output)]
  return yield* GuideFiles.choose(values.guideFiles, [...reads, ...results])
})

/** Says, before anything is sent, which columns of the input will have another name in the output. */
export const tellRenamed = Effect.fn("Submission.tellRenamed")(function* (
  task: Task,
  values: { readonly input: string; readonly provenance?: boolean } & Flag.ValuesOf<typeof Flags.reading>
) {
  const { warn } = yield* Screen
  const { header } = yield* CsvReader.open(values.input, readOptionsOf(values))
  for (const renamed of Merger.renamedColumns(task, header, values.provenance)) yield* warn(Message.make("BL5075", renamed))
})

/** The folder in which the requests of a job are, for want of the guide's file. */
const requestsFolder = (view: JobView.JobView): string => shownPath(join(view.job.directory, "shards"))

/** What re-used answers would have cost, by what the asked ones are expected to. */
const savedText = (split: SplitSummary, expected: bigint | undefined, { job }: Texts): ReadonlyArray<string> => {
  const { known, requests } = split
  if (known === 0) return []
  if (expected === undefined || requests === 0) return [job.known(known)]
  return [job.knownSaved(known, Format.roundMoney((expected * BigInt(known)) / BigInt(requests)))]
}

/**
 * Prepares the job of a request and tells what is in it, what it will cost and under which cap; `undefined` if the user declined. `permit` may
 * object before anything is agreed on; a job that was made for nothing is removed.
 */
export const start = Effect.fn("Submission.start")(function* <E, R>(
  request: SubmitRequest,
  command: string,
  permit: (job: Job) => Effect.Effect<void, E, R>
) {
  const screen = yield* Screen
  const { say, style, texts } = screen
  const { job, reused } = yield* prepare(request, yield* Spend.waitsForWord(request.values))
  yield* permit(job).pipe(Effect.tapError(() => (reused ? Effect.void : Effect.ignore(Forget.discard(job.id)))))
  const view = yield* JobView.load(job.id)
  const { split } = view.job
  const isNews = !reused && split !== undefined
  yield* isNews
    ? say(...GuideOutput.prepared(view, request.guideFiles?.requests ?? requestsFolder(view), screen))
    : say(texts.job.reused(job.id))
  if (isNews && style === "full") yield* say(texts.job.made(job.id))
  const found = yield* SpendPlan.waiting(job.id)
  if (style === "full") {
    yield* say(...(isNews ? savedText(split, found.expected?.mid, texts) : []), ...(yield* Spend.lines(found, job.model)))
  }
  // What was agreed to before is not asked again.
  if (reused && job.settings.unconfirmed !== true) return { job, before: view }
  return (yield* Spend.agree(job.id, found, request.values, `${command} --input ${request.values.input}`))
    ? { job, before: view }
    : undefined
})

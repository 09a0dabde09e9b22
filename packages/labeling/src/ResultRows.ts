/**
 * The result of a job, row by row: pages by outcome, label, reason and text, with what the model and people said, counts, and files to
 * download. The result files and an index of their rows are written together, by one merge, when somebody asks for them; they are kept until
 * an outcome changes. A page is read through the index: what it costs does not grow with the result.
 *
 * @since 0.1.0
 */
import { FailureReason, type LabelValue } from "@batchlabel/core/Outcome"
import * as Task from "@batchlabel/core/Task"
import type { TaskError } from "@batchlabel/core/TaskError"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import type { Job } from "@batchlabel/job-store/Job"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { keyedLock } from "./internal/keyedLock.js"
import * as LabeledCsv from "./internal/labeledCsv.js"
import * as ResultIndex from "./internal/resultIndex.js"
import * as RowIndex from "./internal/rowIndex.js"
import * as RowQueries from "./internal/rowQuery.js"
import { savedTask } from "./internal/savedTask.js"
import * as Turns from "./internal/turns.js"
import { JobBusy, type LabelingError, labelingError, NotFinished } from "./LabelingError.js"

/**
 * What a person says is right for a row (counted from 1). `at` is in unix ms.
 *
 * @since 0.1.0
 * @category models
 */
export interface PersonLabel {
  readonly row: number
  readonly value: LabelValue
  readonly by: string
  readonly at: number
}

/**
 * Where people's labels are kept: by the first job of those that ask one another's failures again, see {@link rootOf}.
 *
 * @since 0.1.0
 * @category models
 */
export interface PersonLabels {
  readonly all: (jobId: string) => Effect.Effect<ReadonlyMap<number, PersonLabel>, JobStoreError>
  readonly ofRows: (jobId: string, rows: ReadonlyArray<number>) => Effect.Effect<ReadonlyMap<number, PersonLabel>, JobStoreError>
}

/**
 * A label with its name in the task, and who gave it: a person, or a model and in which batch. `at` is in unix ms.
 *
 * @since 0.1.0
 * @category models
 */
export interface GivenLabel {
  readonly value: LabelValue
  readonly name: string
  readonly by: string
  readonly at: number | undefined
  readonly batchId?: string | undefined
}

/**
 * A data row of the input, counted from 1. `text` is cut after 500 characters. `outcome`, `reason`, `detail` and `raw` are the model's;
 * `label` is the model's and `person` what a person says, which comes before it. `pending`: it has no final outcome yet.
 *
 * @since 0.1.0
 * @category models
 */
export interface Row {
  readonly row: number
  readonly text: string
  readonly outcome: "labeled" | "failed" | "pending"
  readonly label?: GivenLabel
  readonly person?: GivenLabel
  readonly reason?: FailureReason
  readonly detail?: string
  readonly raw?: string
}

/**
 * Which rows; each part narrows the choice. `label` is the one that holds: a person's, else the model's. `by`: who gave it. `text`: what the
 * first 500 characters of the text contain, in small or capital letters.
 *
 * @since 0.1.0
 * @category models
 */
export interface RowFilter {
  readonly outcome?: Row["outcome"] | undefined
  readonly label?: LabelValue | undefined
  readonly by?: "person" | "model" | undefined
  readonly reason?: FailureReason | undefined
  readonly text?: string | undefined
}

/**
 * `cursor` is the `next` of the page before.
 *
 * @since 0.1.0
 * @category models
 */
export interface RowQuery extends RowFilter {
  readonly cursor?: string | undefined
  readonly limit: number
}

/**
 * A page, in the input's order. `next` is absent on the last one; with `text` a page may hold fewer rows than were asked for and still have a
 * next. `total` counts the rows of all pages; with `text` it is not known.
 *
 * @since 0.1.0
 * @category models
 */
export interface RowPage {
  readonly items: ReadonlyArray<Row>
  readonly next: string | undefined
  readonly total: number | undefined
}

/**
 * `rows` = `labeled` + `failed` + `pending`, by the model's outcomes. Of each label: how often the model and people gave it, and how many rows
 * it holds for, a person's coming before the model's. That is how many rows a page with this `label` counts in all.
 *
 * @since 0.1.0
 * @category models
 */
export interface Counts {
  readonly rows: number
  readonly labeled: number
  readonly failed: number
  readonly pending: number
  readonly failures: Readonly<Record<string, number>>
  readonly labels: ReadonlyArray<{
    readonly value: LabelValue
    readonly name: string
    readonly model: number
    readonly person: number
    readonly holds: number
  }>
  /** Nothing of it is going to change by itself. */
  readonly final: boolean
}

/**
 * The result of a job as its files have it. `final`: nothing of it is going to change by itself. `failedPath` is absent when no row failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Result {
  readonly job: Job
  readonly task: Task.Task
  readonly rows: number
  readonly final: boolean
  readonly labeledPath: string
  readonly failedPath: string | undefined
  readonly report: Report
}

/**
 * What a merge left behind, as a writer returns it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report extends ResultIndex.Report {}

/**
 * How a result file is written. `people`: their labels in columns of their own (as soon as there is one), in place of the model's, or not at
 * all (the default).
 *
 * @since 0.1.0
 * @category models
 */
export interface CsvForm {
  readonly bom?: boolean | undefined
  readonly safeCells?: boolean | undefined
  readonly provenance?: boolean | undefined
  readonly people?: "columns" | "apply" | "none" | undefined
}

/**
 * A result file: as it lies on the disk, or as text that is made on its way.
 *
 * @since 0.1.0
 * @category models
 */
export type CsvDownload =
  | { readonly _tag: "File"; readonly path: string }
  | { readonly _tag: "Text"; readonly text: Stream.Stream<string, CsvError> }

/**
 * What opening a result can fail with: the job is not split yet, another process writes its files, or a file cannot be read or written.
 *
 * @since 0.1.0
 * @category models
 */
export type ResultError = LabelingError | JobStoreError | DatasetError | CsvError | TaskError

/**
 * The read model of results. `E` is what a writer of one's own fails with.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service<E = never> {
  /** The result of a job as it is now or, while it is under way, as it was a moment ago. Fails with `NotFinished` before its input is split. */
  readonly open: (job: Job) => Effect.Effect<Result, ResultError | E>
  readonly page: (result: Result, query: RowQuery) => Effect.Effect<RowPage, DatasetError | JobStoreError>
  /** A row by its number, from 1; `undefined` where there is none. */
  readonly row: (result: Result, number: number) => Effect.Effect<Row | undefined, DatasetError | JobStoreError>
  readonly counts: (result: Result) => Effect.Effect<Counts, DatasetError | JobStoreError>
  readonly labeledCsv: (result: Result, form: CsvForm) => Effect.Effect<CsvDownload, ResultError | E>
  /** The rows that failed; `undefined` when none did. */
  readonly failedCsv: (result: Result, form: CsvForm) => Effect.Effect<CsvDownload | undefined, ResultError | E>
}

/**
 * Where people's labels are, and how files are written.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<E> {
  readonly labels: PersonLabels
  /** Files of an unfinished job are written anew at most so often. Default: 15 seconds. */
  readonly freshFor?: Duration.DurationInput | undefined
  /** Has the files written elsewhere, for example by {@link write} in a thread. By default they are written here. */
  readonly writer?: Writer<E> | undefined
}

/**
 * Writes the result files of a job. `version` names what they are made of; `before` is the version that others may still be reading.
 *
 * @since 0.1.0
 * @category models
 */
export interface Writer<E> {
  readonly write: (job: Job, version: string, before: string | undefined) => Effect.Effect<Report, E, Requirements>
  readonly writeProvenance: (job: Job, version: string) => Effect.Effect<Variant, E, Requirements>
}

/**
 * The result files with the columns that say where an answer comes from.
 *
 * @since 0.1.0
 * @category models
 */
export interface Variant extends ResultIndex.Variant {}

type Requirements = JobStore | FileSystem.FileSystem

/**
 * Writes the result files of a job and the index of their rows.
 *
 * @since 0.1.0
 * @category combinators
 */
export const write: Writer<ResultError>["write"] = ResultIndex.write

/**
 * Writes the result files once more, with provenance.
 *
 * @since 0.1.0
 * @category combinators
 */
export const writeProvenance: Writer<ResultError>["writeProvenance"] = ResultIndex.writeProvenance

/**
 * The first job of those that ask one another's failures again: what people say about its rows holds for all of them.
 *
 * @since 0.1.0
 * @category getters
 */
export const rootOf = (job: Job): Effect.Effect<Job, JobStoreError, JobStore> =>
  Effect.gen(function* () {
    const store = yield* JobStore
    let root = job
    while (root.settings.retryOf !== undefined) root = yield* store.job(root.settings.retryOf)
    return root
  })

/** So many indexes are kept in memory, in bytes. */
const mostCodes = 64 * 1024 * 1024

/** Of texts so many bytes are searched for a page; then it is what was found. */
const mostSearched = 32 * 1024 * 1024
const searchedAtOnce = 1_000

/** How often, and for how long in all, another process is waited for that writes the files. */
const waitPause = "500 millis"
const mostWaits = 60

const isReason = Schema.is(FailureReason)

/**
 * Makes a read model over the jobs of a store. It keeps the codes of the results that were read last in memory, 64 MB at most.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <E = ResultError>(options: Options<E>): Effect.Effect<Service<E>, never, JobStore | FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { freshFor = "15 seconds", labels } = options
    const writer: Writer<E | ResultError> = options.writer ?? { write, writeProvenance }
    const store = yield* JobStore
    const context = yield* Effect.context<Requirements>()
    const locked = keyedLock()
    const reports = new Map<string, Report>()
    const codes = new Map<string, Uint16Array>()

    const remember = (jobId: string, report: Report): void => {
      reports.delete(jobId)
      reports.set(jobId, report)
      const oldest = reports.keys().next().value
      if (reports.size > 200 && oldest !== undefined) reports.delete(oldest)
    }

    // A job that is over is never shown as it was a moment before: what is fetched then is the result.
    const isFresh = (job: Job, report: Report, version: string, now: number): boolean =>
      report.version === version ||
      (!report.final && job.state !== "done" && job.state !== "cancelled" && now - report.writtenAt < Duration.toMillis(freshFor))

    /** The newest report there is, and whether it will do. */
    const current = Effect.fnUntraced(function* (job: Job) {
      const now = yield* Clock.currentTimeMillis
      const version = yield* ResultIndex.versionOf(job)
      const found = yield* ResultIndex.stored(job)
      return { version, found, isFresh: found !== undefined && isFresh(job, found, version, now) }
    })

    type Looked<A> = { readonly found: A } | { readonly write: Effect.Effect<A, E | ResultError, Requirements> }

    /** One at a time writes, here and among the processes of the store. */
    const foundOrWritten = <A>(job: Job, look: Effect.Effect<Looked<A>, E | ResultError, Requirements>) =>
      Effect.gen(function* () {
        for (let waits = 0; ; waits++) {
          const looked = yield* look
          if ("found" in looked) return looked.found
          const done = yield* store.withLease(`output:${job.id}`, looked.write)
          if (done !== undefined) return done.value
          if (waits >= mostWaits) return yield* labelingError(new JobBusy({ job: job.id }))
          yield* Effect.sleep(waitPause)
        }
      }).pipe(locked(job.id), Effect.provide(context))

    const resultOf = Effect.fnUntraced(function* (job: Job, report: Report) {
      const result: Result = {
        job,
        task: yield* savedTask(job),
        rows: report.rows,
        final: report.final,
        report,
        ...ResultIndex.filesOf(job, report)
      }
      return result
    })

    const open = Effect.fn("ResultRows.open")(function* (job: Job) {
      if (job.split === undefined) return yield* labelingError(new NotFinished({ job: job.id, status: job.state }))
      const known = reports.get(job.id)
      const isCurrent = known !== undefined && known.version === (yield* ResultIndex.versionOf(job))
      if (isCurrent && (yield* ResultIndex.isThere(job, known))) return yield* resultOf(job, known)
      const look = Effect.map(current(job), ({ found, isFresh: willDo, version }): Looked<Report> => {
        return found !== undefined && willDo ? { found } : { write: writer.write(job, version, found?.version) }
      })
      const report = yield* foundOrWritten(job, look)
      remember(job.id, report)
      return yield* resultOf(job, report)
    }, Effect.provide(context))

    const withProvenance = (result: Result) => {
      const { job, report } = result
      const look = Effect.map(ResultIndex.storedProvenance(job, report.version), (found): Looked<Variant> => {
        return found === undefined ? { write: writer.writeProvenance(job, report.version) } : { found }
      })
      return foundOrWritten(job, look)
    }

    const pathsOf = ({ job, report }: Result): RowIndex.Paths => ResultIndex.indexOf(job, report.version)

    /** What became of each row. Kept for the results that were used last. */
    const codesOf = Effect.fnUntraced(function* (result: Result) {
      const key = pathsOf(result).codes
      const found = codes.get(key) ?? (yield* RowIndex.readCodes(pathsOf(result)))
      codes.delete(key)
      codes.set(key, found)
      let bytes = [...codes.values()].reduce((sum, { byteLength }) => sum + byteLength, 0)
      for (const [oldest, { byteLength }] of codes) {
        if (bytes <= mostCodes || oldest === key) break
        codes.delete(oldest)
        bytes -= byteLength
      }
      return found
    })

    const rowOf = ({ report, task }: Result, index: number, code: number, line: string, person: PersonLabel | undefined): Row => {
      const [text, sourceAt, detail, raw] = Option.getOrElse(RowIndex.readLine(line), () => ["", null] as const)
      const kind = RowIndex.decode(code)
      const base = {
        row: index + 1,
        text,
        outcome: kind.outcome,
        ...(person === undefined ? {} : { person: named(task, person) })
      }
      switch (kind.outcome) {
        case "pending":
          return base
        case "labeled": {
          const label = report.labels[kind.label]
          const source = report.sources[sourceAt ?? -1]
          if (label === undefined) return base
          const { name, value } = label
          return { ...base, label: { value, name, by: source?.model ?? "", at: source?.at, batchId: source?.batchId } }
        }
        case "failed":
          return {
            ...base,
            ...(isReason(kind.reason) ? { reason: kind.reason } : {}),
            detail: detail ?? "",
            ...(raw === undefined || raw === "" ? {} : { raw })
          }
      }
    }

    const named = (task: Task.Task, { at, by, value }: PersonLabel): GivenLabel => ({
      value,
      name: Task.labelName(task, value),
      by,
      at
    })

    /** Rows by their 0-based numbers, in order. */
    const rowsOf = Effect.fnUntraced(function* (result: Result, known: Uint16Array, indexes: ReadonlyArray<number>) {
      const root = yield* rootOf(result.job)
      const people = yield* labels.ofRows(
        root.id,
        indexes.map((index) => index + 1)
      )
      const lines = yield* RowIndex.readLines(pathsOf(result), indexes)
      return yield* Turns.slice(() =>
        indexes.map((index, at) => rowOf(result, index, known[index] ?? 0, lines[at] ?? "", people.get(index + 1)))
      )
    })

    const none: ReadonlyMap<number, PersonLabel> = new Map()

    /** Reads rows that match and keeps those with the text, until there are enough. */
    const search = Effect.fnUntraced(function* (
      result: Result,
      known: Uint16Array,
      matches: RowQueries.Matches,
      query: RowQuery,
      text: string
    ) {
      const needle = RowQueries.folded(text)
      const found: Array<number> = []
      let at = RowQueries.startOf(query.cursor)
      for (let searched = 0; at < result.rows && searched < mostSearched; ) {
        const candidates = RowQueries.collect(matches, at, result.rows, searchedAtOnce)
        const lines = yield* RowIndex.readLines(pathsOf(result), candidates.indexes)
        const hits = yield* Turns.slice(() =>
          candidates.indexes.filter((_, index) => {
            const line = lines[index] ?? ""
            searched += line.length
            return Option.exists(RowIndex.readLine(line), ([shown]) => RowQueries.folded(shown).includes(needle))
          })
        )
        const wanted = hits.slice(0, query.limit - found.length)
        found.push(...wanted)
        at = hits.length > wanted.length ? (wanted.at(-1) ?? at) + 1 : candidates.at
        if (found.length >= query.limit) break
      }
      const items = yield* rowsOf(result, known, found)
      const page: RowPage = {
        items,
        next: RowQueries.hasMore(matches, at, result.rows) ? String(at) : undefined,
        total: undefined
      }
      return page
    })

    const page = Effect.fn("ResultRows.page")(function* (result: Result, query: RowQuery) {
      const known = yield* codesOf(result)
      const asksPeople = query.label !== undefined || query.by !== undefined
      const people = asksPeople ? yield* labels.all((yield* rootOf(result.job)).id) : none
      const matches = RowQueries.matcher(result, query, known, people)
      if (query.text !== undefined && query.text !== "") return yield* search(result, known, matches, query, query.text)
      const { at, indexes } = RowQueries.collect(matches, RowQueries.startOf(query.cursor), result.rows, query.limit)
      const found: RowPage = {
        items: yield* rowsOf(result, known, indexes),
        next: RowQueries.hasMore(matches, at, result.rows) ? String(at) : undefined,
        total: RowQueries.totalOf(result, query, matches)
      }
      return found
    }, Effect.provide(context))

    const row = Effect.fn("ResultRows.row")(function* (result: Result, number: number) {
      if (number < 1 || number > result.rows) return undefined
      const [found] = yield* rowsOf(result, yield* codesOf(result), [number - 1])
      return found
    }, Effect.provide(context))

    const counts = Effect.fn("ResultRows.counts")(function* (result: Result) {
      const { failed, failures, final, labeled, labels: given, pending, rows } = result.report
      const people = yield* labels.all((yield* rootOf(result.job)).id)
      const known = people.size === 0 ? undefined : yield* codesOf(result)
      const counted = new Map(
        given.map(({ count, name, value }) => [value, { value, name, model: count, person: 0, holds: count }])
      )
      for (const { row: number, value } of people.values()) {
        const said = counted.get(value) ?? { value, name: Task.labelName(result.task, value), model: 0, person: 0, holds: 0 }
        counted.set(value, said)
        said.person++
        said.holds++
        const kind = RowIndex.decode(known?.[number - 1] ?? 0)
        const before = kind.outcome === "labeled" ? counted.get(given[kind.label]?.value ?? "") : undefined
        if (before !== undefined) before.holds--
      }
      const found: Counts = { rows, labeled, failed, pending, failures, labels: [...counted.values()], final }
      return found
    }, Effect.provide(context))

    const csv = Effect.fnUntraced(function* (result: Result, path: string, form: CsvForm, people: CsvForm["people"]) {
      const { bom = false, safeCells = false } = form
      const said = people === undefined || people === "none" ? none : yield* labels.all((yield* rootOf(result.job)).id)
      const manual = people === undefined || said.size === 0 ? "none" : people
      if (!bom && !safeCells && manual === "none") {
        const file: CsvDownload = { _tag: "File", path }
        return file
      }
      const { delimiter } = result.job.settings
      const text = LabeledCsv.stream({ path, delimiter, task: result.task, labels: said, manual, bom, safeCells })
      const made: CsvDownload = { _tag: "Text", text: LabeledCsv.provide(text, context) }
      return made
    })

    const variantOf = (result: Result, { provenance = false }: CsvForm): Effect.Effect<Variant, E | ResultError> =>
      provenance ? withProvenance(result) : Effect.succeed(result)

    const labeledCsv = Effect.fn("ResultRows.labeledCsv")(function* (result: Result, form: CsvForm) {
      const { labeledPath } = yield* variantOf(result, form)
      return yield* csv(result, labeledPath, form, form.people)
    }, Effect.provide(context))

    const failedCsv = Effect.fn("ResultRows.failedCsv")(function* (result: Result, form: CsvForm) {
      const { failedPath } = yield* variantOf(result, form)
      return failedPath === undefined ? undefined : yield* csv(result, failedPath, form, undefined)
    }, Effect.provide(context))

    const service: Service<E> = { open, page, row, counts, labeledCsv, failedCsv }
    return service
  })

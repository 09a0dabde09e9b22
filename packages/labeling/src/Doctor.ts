/**
 * Is everything in place? One finding a question, each with what was seen.
 *
 * @since 0.1.0
 */
import { stat, statfs } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import type * as Problem from "@batchlabel/core/Problem"
import * as Prompt from "@batchlabel/core/Prompt"
import * as RequestRules from "@batchlabel/core/RequestRules"
import type { Task } from "@batchlabel/core/Task"
import * as Durations from "@batchlabel/cost/Duration"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import * as OpenAiProblem from "@batchlabel/openai-batch/OpenAiProblem"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import { ColumnIsText, labelingError } from "./LabelingError.js"
import * as Places from "./Places.js"

/**
 * - `api` the key is accepted and the API answers · `clock` this machine's time against the API's
 * - `input` the file can be read; encoding and delimiter · `column` the text column is there and the task fits the header
 * - `disk` there is room for what will be written · `limit` how many prompt tokens the queue of the model holds
 * - `home` the folder of jobs can be made or written to · `output` the labelled file and its failures can be written
 *
 * @since 0.1.0
 * @category models
 */
export interface Finding {
  readonly check: "api" | "clock" | "input" | "column" | "disk" | "limit" | "home" | "output"
  readonly state: "good" | "doubtful" | "bad"
  /** What was seen, as values. */
  readonly seen: Readonly<Record<string, string | number>>
  /** Present where something is wrong that has a text of its own. */
  readonly problem?: Problem.Problem
}

/**
 * @since 0.1.0
 * @category models
 */
export interface DoctorOptions {
  readonly task: Task
  readonly inputPath?: string | undefined
  readonly textColumn?: string | undefined
  readonly read?: CsvReader.ReadOptions | undefined
  readonly home: string
  /** Where the labelled file would go. */
  readonly outputPath?: string | undefined
  /** The folder of the guide's two files, if they are written. */
  readonly guideFolder?: string | undefined
  /** Other files that are read, such as that of the task: no output may replace them. */
  readonly reads?: ReadonlyArray<string> | undefined
  readonly tier: Durations.UsageTier
  readonly enqueuedTokenLimit?: number | undefined
  /** The API's time in unix ms (its `Date` header), or `undefined` where it cannot be had. */
  readonly serverTime: Effect.Effect<number | undefined>
}

// Recovery looks an hour back; ten minutes are worth a word long before that matters.
const tolerableSkew = 10 * 60_000

// Who asks whether all is in place does not wait for minutes to hear that it is not.
const patience = Duration.seconds(20)

const silent = OpenAiProblem.make("BL4009", {
  operation: "list",
  target: undefined,
  requestId: undefined,
  created: undefined,
  status: undefined,
  detail: "",
  seconds: Duration.toSeconds(patience)
})

const api: Effect.Effect<Finding, never, OpenAiBatch> = Effect.gen(function* () {
  const service = yield* OpenAiBatch
  const listed = yield* service.list({ pageSize: 1 }).pipe(
    Stream.take(1),
    Stream.runCollect,
    Effect.mapError(({ problem }) => problem),
    Effect.timeoutFail({ duration: patience, onTimeout: () => silent }),
    Effect.either
  )
  if (Either.isRight(listed)) return { check: "api", state: "good", seen: {} } as const
  return { check: "api", state: "bad", seen: {}, problem: listed.left } as const
})

const clock = Effect.fnUntraced(function* (serverTime: Effect.Effect<number | undefined>) {
  const theirs = yield* serverTime
  if (theirs === undefined) return []
  const seconds = Math.round(((yield* Clock.currentTimeMillis) - theirs) / 1000)
  const finding: Finding = {
    check: "clock",
    state: Math.abs(seconds) * 1000 > tolerableSkew ? "doubtful" : "good",
    seen: { seconds }
  }
  return [finding]
})

/**
 * Of the disk that the path is on. The folder may not exist yet; what will hold it does. What has no blocks at all, such as /proc, is no
 * disk: that nothing can be written there is found by trying.
 */
const fileSystemOf = (path: string): Effect.Effect<{ readonly device: number; readonly free: number } | undefined> =>
  Effect.tryPromise(() => Promise.all([stat(path), statfs(path)])).pipe(
    Effect.map(([{ dev }, { bavail, blocks, bsize }]) => (blocks === 0 ? undefined : { device: dev, free: bavail * bsize })),
    Effect.catchAll(() => (dirname(path) === path ? Effect.succeed(undefined) : fileSystemOf(dirname(path))))
  )

/**
 * Bytes for each row: a line of OpenAI's results, which vary with the model; what the store keeps, its journal included; the cells that are
 * added; what a line of a batch has around the body. Real runs of 1 to 3,000 rows took 0.8 kB of results and less than 0.2 kB of store; the
 * test holds the sum against one.
 */
const bytesOf = { result: 1_200, stored: 300, addedCells: 100, envelope: 120 } as const

/** The store and its journal before the first row; 0.65 MB in a run of one row. */
const fixedBytes = 2 ** 20

const margin = 1.25

/** Bytes that a job writes at most, by where. */
interface Space {
  /** Requests, results, the store and its journal. */
  readonly home: number
  /** The labelled file and its failures, each once more while it replaces an older one. */
  readonly output: number
  /** The requests, as the guide leaves them, and their copy in the making. */
  readonly guide: number
}

/** So many rows at the beginning of the input stand for all. */
const sampledRows = 200

/** The average request and row of these rows, in bytes. */
const averages = (rows: CsvReader.RowBatch["rows"], rowBytes: number, prompt: Prompt.Prompt) => {
  const sample = rows.slice(0, sampledRows)
  const total = sample.reduce((sum, cells) => sum + Buffer.byteLength(prompt.render(cells).body), 0)
  return { row: Math.max(1, rowBytes), request: bytesOf.envelope + (sample.length === 0 ? 0 : total / sample.length) }
}

const spaceNeeded = (size: number, average: { readonly row: number; readonly request: number }): Space => {
  const rows = Math.ceil(size / average.row)
  const requests = rows * average.request
  const labeled = size + rows * bytesOf.addedCells
  const grown = (bytes: number): number => Math.ceil(bytes * margin)
  return {
    home: grown(requests + rows * (bytesOf.result + bytesOf.stored)) + fixedBytes,
    output: grown(2 * labeled),
    guide: grown(2 * requests)
  }
}

/** What each file system has to hold; places on one are counted together. */
const disk = Effect.fnUntraced(function* (places: ReadonlyArray<{ readonly path: string; readonly needed: number }>) {
  const byDevice = new Map<number, { free: number; needed: number }>()
  for (const { needed, path } of places) {
    const system = yield* fileSystemOf(resolve(path))
    if (system === undefined) continue
    const known = byDevice.get(system.device)
    byDevice.set(system.device, { free: system.free, needed: needed + (known?.needed ?? 0) })
  }
  return [...byDevice.values()].map(
    ({ free, needed }): Finding => ({ check: "disk", state: free < needed ? "bad" : "good", seen: { free, needed } })
  )
})

const input = Effect.fnUntraced(function* (path: string, options: DoctorOptions) {
  const opened = yield* Effect.either(CsvReader.open(path, options.read))
  if (Either.isLeft(opened)) {
    const finding: Finding = { check: "input", state: "bad", seen: { path }, problem: opened.left.problem }
    return [finding]
  }
  const source = opened.right
  const { delimiter, encoding, header, size } = source
  const findings: Array<Finding> = [
    { check: "input", state: "good", seen: { path, encoding, delimiter: delimiter === "\t" ? "tab" : delimiter, bytes: size } }
  ]
  const column = options.textColumn ?? "text"
  const fits = CsvReader.columnIndex(source, column).pipe(
    Either.flatMap(() => RequestRules.check(options.task)),
    Either.flatMap((task) => Prompt.compile(task, header, column))
  )
  if (Either.isLeft(fits)) {
    findings.push({ check: "column", state: "bad", seen: { column }, problem: fits.left.problem })
    return findings
  }
  const taken = Object.entries(options.task.columns).find(([, name]) => name === column)
  const clash = taken === undefined ? undefined : labelingError(new ColumnIsText({ column, key: taken[0] })).problem
  findings.push(
    clash === undefined
      ? { check: "column", state: "good", seen: { column } }
      : { check: "column", state: "bad", seen: { column }, problem: clash }
  )
  const head = yield* Effect.either(source.batches.pipe(Stream.take(1), Stream.runCollect))
  if (Either.isLeft(head)) {
    findings.push({ check: "input", state: "bad", seen: { path }, problem: head.left.problem })
    return findings
  }
  const [first] = head.right
  const rowBytes = first === undefined || first.rows.length === 0 ? size : first.bytesRead / first.rows.length
  const space = spaceNeeded(size, averages(first?.rows ?? [], rowBytes, fits.right))
  findings.push(
    ...(yield* disk([
      { path: options.home, needed: space.home },
      { path: dirname(options.outputPath ?? path), needed: space.output },
      ...(options.guideFolder === undefined ? [] : [{ path: options.guideFolder, needed: space.guide }])
    ]))
  )
  return findings
})

/** Whether the places that a job would write to take what it writes. Nothing is made. */
const places = Effect.fnUntraced(function* ({ home, inputPath, outputPath, reads = [] }: DoctorOptions) {
  const homePath = resolve(home)
  const homeTried = yield* Effect.either(Places.checkHome(home))
  const homeFinding: Finding = Either.isRight(homeTried)
    ? { check: "home", state: "good", seen: { path: homePath } }
    : { check: "home", state: "bad", seen: { path: homePath }, problem: homeTried.left.problem }
  if (outputPath === undefined) return [homeFinding]
  const path = resolve(outputPath)
  const tried = yield* Effect.either(Places.checkOutput(path, [...(inputPath === undefined ? [] : [inputPath]), ...reads]))
  const output: Finding = Either.isRight(tried)
    ? { check: "output", state: "good", seen: { path } }
    : { check: "output", state: "bad", seen: { path }, problem: tried.left.problem }
  return [homeFinding, output]
})

/**
 * What `examineLocal` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type ExamineLocalRequirements = FileSystem.FileSystem

/**
 * The questions that need no API: the input, the disk, the places that are written, the limit.
 *
 * @since 0.1.0
 * @category constructors
 */
export const examineLocal = Effect.fn("Doctor.examineLocal")(function* (
  options: DoctorOptions
): Effect.fn.Return<ReadonlyArray<Finding>, never, ExamineLocalRequirements> {
  const limit = options.enqueuedTokenLimit ?? Durations.enqueuedTokenLimit(options.task.model, options.tier)
  const queue: Finding =
    limit === undefined
      ? { check: "limit", state: "doubtful", seen: { model: options.task.model } }
      : { check: "limit", state: "good", seen: { model: options.task.model, tokens: limit } }
  const read = options.inputPath === undefined ? [] : yield* input(resolve(options.inputPath), options)
  return [...read, ...(yield* places(options)), queue]
})

/**
 * What `examine` needs.
 *
 * @since 0.1.0
 * @category services
 */
export type ExamineRequirements = OpenAiBatch | FileSystem.FileSystem

/**
 * Asks every question whose answer does not depend on a failed one.
 *
 * @since 0.1.0
 * @category constructors
 */
export const examine = Effect.fn("Doctor.examine")(function* (
  options: DoctorOptions
): Effect.fn.Return<ReadonlyArray<Finding>, never, ExamineRequirements> {
  const reachable = yield* api
  const isSilent = reachable.problem?.code === silent.code
  return [reachable, ...(isSilent ? [] : yield* clock(options.serverTime)), ...(yield* examineLocal(options))]
})

/**
 * The rows of a result on the disk, written as they are merged. Three files: the rows as JSON lines, the byte offset of each line (8 bytes),
 * and what became of each row as a number (2 bytes), by which rows are found without reading them.
 */
import { Buffer } from "node:buffer"
import { FailureReason, type LabelValue, type Outcome } from "@batchlabel/core/Outcome"
import type { Task } from "@batchlabel/core/Task"
import * as Tasks from "@batchlabel/core/Task"
import { type DatasetError, fileFailed } from "@batchlabel/dataset/DatasetError"
import type * as Merger from "@batchlabel/dataset/Merger"
import type { Source } from "@batchlabel/dataset/OutcomeTable"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"

const longestText = 500

const cut = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)

const reasons = FailureReason.literals

/** Pending rows have 0, failed ones the number of their reason from 1 on, labelled ones that of their label from here on. */
const firstLabel = 100

/** What became of a row. `label` is an index into the labels of the index. */
export type Code =
  | { readonly outcome: "pending" }
  | { readonly outcome: "failed"; readonly reason: FailureReason }
  | { readonly outcome: "labeled"; readonly label: number }

export const decode = (code: number): Code => {
  if (code >= firstLabel) return { outcome: "labeled", label: code - firstLabel }
  const reason = reasons[code - 1]
  return reason === undefined ? { outcome: "pending" } : { outcome: "failed", reason }
}

/** The number of a reason, or of a label by its index. */
export const codeOfReason = (reason: FailureReason): number => reasons.indexOf(reason) + 1
export const codeOfLabel = (index: number): number => firstLabel + index
export const isFailed = (code: number): boolean => code > 0 && code < firstLabel
export const isLabeled = (code: number): boolean => code >= firstLabel

export interface Paths {
  readonly lines: string
  readonly offsets: string
  readonly codes: string
}

export const pathsOf = (stem: string): Paths => ({ lines: `${stem}.jsonl`, offsets: `${stem}.offsets`, codes: `${stem}.codes` })

/** A row's line: its text, the index of its source, why it failed, and what was answered. */
const Line = Schema.parseJson(
  Schema.Tuple(
    Schema.String,
    Schema.NullOr(Schema.Number),
    Schema.optionalElement(Schema.String),
    Schema.optionalElement(Schema.String)
  )
)

export const readLine = Schema.decodeUnknownOption(Line)

/** What was written, beside the files. */
export interface Written {
  readonly rows: number
  readonly labels: ReadonlyArray<{ readonly value: LabelValue; readonly name: string; readonly count: number }>
  readonly sources: ReadonlyArray<Source>
}

const open = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const file = yield* fs.open(path, { flag: "w", mode: 0o600 }).pipe(Effect.mapError(fileFailed("write", path)))
  return (bytes: Uint8Array) =>
    bytes.length === 0 ? Effect.void : Effect.mapError(file.writeAll(bytes), fileFailed("write", path))
})

/** Numbers as the bytes of little-endian integers of so many bytes. */
const integers = (values: ReadonlyArray<number>, size: 2 | 8): Uint8Array => {
  const bytes = Buffer.alloc(values.length * size)
  for (const [index, value] of values.entries()) {
    if (size === 2) bytes.writeUInt16LE(value, index * size)
    else bytes.writeBigUInt64LE(BigInt(value), index * size)
  }
  return bytes
}

/** A sink that writes the index. `written` says what is in it, once everything was merged. */
export const writer = (
  paths: Paths,
  task: Task
): Effect.Effect<
  { readonly sink: Merger.RowSink; readonly written: Effect.Effect<Written, DatasetError> },
  DatasetError,
  FileSystem.FileSystem | Scope.Scope
> =>
  Effect.gen(function* () {
    const writeLines = yield* open(paths.lines)
    const writeOffsets = yield* open(paths.offsets)
    const writeCodes = yield* open(paths.codes)
    const labels = task.labels.map(({ value }) => ({ value, name: Tasks.labelName(task, value), count: 0 }))
    const labelAt = new Map<LabelValue, number>(labels.map(({ value }, index) => [value, index]))
    const sources: Array<Source> = []
    const sourceAt = new Map<Source, number>()
    let lines: Array<Buffer> = []
    let offsets: Array<number> = []
    let codes: Array<number> = []
    let bytes = 0
    let rows = 0

    /** A label that an earlier task gave is one of the result's as well. */
    const labelOf = (value: LabelValue): number => {
      const known = labelAt.get(value)
      if (known !== undefined) return known
      labelAt.set(value, labels.length)
      return labels.push({ value, name: Tasks.labelName(task, value), count: 0 }) - 1
    }

    const sourceOf = (source: Source | undefined): number | null => {
      if (source === undefined) return null
      const known = sourceAt.get(source)
      if (known !== undefined) return known
      sourceAt.set(source, sources.length)
      return sources.push(source) - 1
    }

    const codeOf = (outcome: Outcome | "pending"): number => {
      if (outcome === "pending") return 0
      if (outcome._tag === "Failed") return codeOfReason(outcome.reason)
      const index = labelOf(outcome.value)
      const label = labels[index]
      if (label !== undefined) label.count++
      return codeOfLabel(index)
    }

    const cellsOf = (text: string, outcome: Outcome | "pending", source: Source | undefined) =>
      outcome !== "pending" && outcome._tag === "Failed"
        ? [cut(text), sourceOf(source), outcome.detail, ...(outcome.raw === undefined ? [] : [outcome.raw])]
        : [cut(text), sourceOf(source)]

    const flush = Effect.suspend(() => {
      const [block, starts, kinds] = [Buffer.concat(lines), integers(offsets, 8), integers(codes, 2)]
      lines = []
      offsets = []
      codes = []
      return Effect.zipRight(Effect.zipRight(writeLines(block), writeOffsets(starts)), writeCodes(kinds))
    })

    return {
      sink: {
        add: (text, outcome, source) => {
          const line = Buffer.from(`${JSON.stringify(cellsOf(text, outcome, source))}\n`)
          lines.push(line)
          offsets.push(bytes)
          codes.push(codeOf(outcome))
          bytes += line.length
          rows++
        },
        flush
      },
      // Where the last line ends is the offset of a row after it.
      written: Effect.suspend(() => Effect.as(writeOffsets(integers([bytes], 8)), { rows, labels, sources }))
    }
  })

const sizeOf = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.stat(path)).pipe(
    Effect.map(({ size }) => Number(size)),
    Effect.orElseSucceed(() => -1)
  )

/** Whether the files of so many rows are there, each whole. */
export const isWhole = (paths: Paths, rows: number): Effect.Effect<boolean, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const [codes, offsets] = [yield* sizeOf(paths.codes), yield* sizeOf(paths.offsets)]
    if (codes !== 2 * rows || offsets !== 8 * (rows + 1)) return false
    const [end] = yield* readOffsets(paths, rows, 1).pipe(Effect.orElseSucceed(() => []))
    return (yield* sizeOf(paths.lines)) === end
  })

export const readCodes = (paths: Paths): Effect.Effect<Uint16Array, DatasetError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFile(paths.codes)).pipe(
    Effect.map((bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      return Uint16Array.from({ length: bytes.byteLength / 2 }, (_, index) => view.getUint16(2 * index, true))
    }),
    Effect.mapError(fileFailed("read", paths.codes))
  )

const readBytes = (path: string, from: number, size: number): Effect.Effect<Buffer, DatasetError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = yield* fs.open(path, { flag: "r" })
    yield* file.seek(FileSystem.Size(from), "start")
    const blocks: Array<Uint8Array> = []
    for (let left = size; left > 0; ) {
      const block = Option.getOrUndefined(yield* file.readAlloc(FileSystem.Size(left)))
      if (block === undefined) break
      blocks.push(block)
      left -= block.length
    }
    return Buffer.concat(blocks)
  }).pipe(Effect.scoped, Effect.mapError(fileFailed("read", path)))

/** The offsets of `count` rows from a 0-based one on; one row more says where the last ends. */
const readOffsets = (paths: Paths, first: number, count: number) =>
  Effect.map(readBytes(paths.offsets, 8 * first, 8 * count), (bytes) =>
    Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) => Number(bytes.readBigUInt64LE(8 * index)))
  )

/** Rows that lie closer together are read as one piece. */
const nearest = 64

const runsOf = (rows: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> => {
  const runs: Array<Array<number>> = []
  for (const row of rows) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run === undefined || last === undefined || row - last > nearest) runs.push([row])
    else run.push(row)
  }
  return runs
}

/** The lines of 0-based rows, which are in order. */
export const readLines = Effect.fn("RowIndex.readLines")(function* (paths: Paths, rows: ReadonlyArray<number>) {
  const lines: Array<string> = []
  for (const run of runsOf(rows)) {
    const [first, last] = [run[0] ?? 0, run.at(-1) ?? 0]
    const offsets = yield* readOffsets(paths, first, last - first + 2)
    const from = offsets[0] ?? 0
    const bytes = yield* readBytes(paths.lines, from, (offsets.at(-1) ?? from) - from)
    for (const row of run) {
      const [start, end] = [offsets[row - first], offsets[row - first + 1]]
      lines.push(start === undefined || end === undefined ? "" : bytes.toString("utf8", start - from, end - from))
    }
  }
  return lines
})

/**
 * The simulator's state: records of files and batches in a folder, each written to a temporary name and renamed, so that a server killed
 * at any moment finds every file and batch it has acknowledged. Records are small, so they are written synchronously: a change is
 * then atomic for every other request too.
 */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { Fate } from "../Scenario.js"
import { hex } from "./random.js"

const nullable = <A, I>(schema: Schema.Schema<A, I>) => Schema.NullOr(schema)

/** Times are ms; `expiresAt` null means never. */
export const FileRecord = Schema.Struct({
  id: Schema.String,
  seq: Schema.Number,
  project: Schema.String,
  bytes: Schema.Number,
  createdAt: Schema.Number,
  expiresAt: nullable(Schema.Number),
  filename: Schema.String,
  purpose: Schema.String,
  deleted: Schema.Boolean,
  /** The batch whose output this is. */
  batch: nullable(Schema.String),
  /** A scenario hides the file: how many uses as a batch's input are refused yet, and until when it is not found. */
  refusals: Schema.Number,
  hiddenUntil: Schema.Number
})
export type FileRecord = typeof FileRecord.Type

/** The end of a batch, decided once and kept. */
export const Settlement = Schema.Struct({
  outputFileId: nullable(Schema.String),
  errorFileId: nullable(Schema.String),
  done: Schema.Number,
  inputTokens: Schema.Number,
  outputTokens: Schema.Number
})
export type Settlement = typeof Settlement.Type

export const BatchRecord = Schema.Struct({
  id: Schema.String,
  seq: Schema.Number,
  project: Schema.String,
  endpoint: Schema.String,
  inputFileId: Schema.String,
  completionWindow: Schema.String,
  metadata: nullable(Schema.Record({ key: Schema.String, value: Schema.String })),
  createdAt: Schema.Number,
  cancelledAt: nullable(Schema.Number),
  outputLifetime: nullable(Schema.Number),
  fate: Fate,
  /** How often the batch was listed around, and retrieved once completed: what lags are counted by. */
  listings: Schema.Number,
  retrievals: Schema.Number,
  settlement: nullable(Settlement)
})
export type BatchRecord = typeof BatchRecord.Type

const decodeFile = Schema.decodeUnknownSync(Schema.parseJson(FileRecord))
const decodeBatch = Schema.decodeUnknownSync(Schema.parseJson(BatchRecord))

export interface Store {
  readonly dir: string
  readonly files: ReadonlyMap<string, FileRecord>
  readonly batches: ReadonlyMap<string, BatchRecord>
  readonly putFile: (record: FileRecord) => FileRecord
  readonly putBatch: (record: BatchRecord) => BatchRecord
  /** The next id of a kind, drawn from the seed and the number of records there are. */
  readonly nextId: (kind: "file" | "batch") => { readonly id: string; readonly seq: number }
  readonly contentPath: (fileId: string) => string
  readonly batchPath: (batchId: string, name: string) => string
  readonly temporaryPath: () => string
  /** Appends to a journal of small lines, read again at the next start. */
  readonly append: (journal: string, line: string) => void
  readonly journal: (journal: string) => ReadonlyArray<string>
}

export const openStore = (dir: string, seed: number): Store => {
  const folders = { files: join(dir, "files"), batches: join(dir, "batches"), tmp: join(dir, "tmp") }
  // What was being written when the server died is of no use.
  rmSync(folders.tmp, { recursive: true, force: true })
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true })

  const files = load(folders.files, decodeFile)
  const batches = load(folders.batches, decodeBatch)
  const last = { file: newest(files), batch: newest(batches), tmp: 0 }
  const temporaryPath = () => join(folders.tmp, String(last.tmp++))
  const write = (path: string, value: unknown) => {
    const temporary = temporaryPath()
    writeFileSync(temporary, JSON.stringify(value))
    renameSync(temporary, path)
  }
  return {
    dir,
    files,
    batches,
    putFile: (record) => {
      write(join(folders.files, `${record.id}.json`), record)
      files.set(record.id, record)
      return record
    },
    putBatch: (record) => {
      write(join(folders.batches, `${record.id}.json`), record)
      batches.set(record.id, record)
      return record
    },
    nextId: (kind) => {
      const seq = ++last[kind]
      return { id: kind === "file" ? `file-${hex(22, seed, kind, seq)}` : `batch_${hex(32, seed, kind, seq)}`, seq }
    },
    contentPath: (id) => join(folders.files, `${id}.bin`),
    batchPath: (id, name) => {
      mkdirSync(join(folders.batches, id), { recursive: true })
      return join(folders.batches, id, name)
    },
    temporaryPath,
    append: (journal, line) => appendFileSync(join(dir, `${journal}.jsonl`), `${line}\n`),
    journal: (journal) => completeLines(join(dir, `${journal}.jsonl`))
  }
}

const load = <A extends { readonly id: string; readonly seq: number }>(
  folder: string,
  decode: (text: unknown) => A
): Map<string, A> => {
  const records = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => decode(readFileSync(join(folder, name), "utf8")))
    .sort((a, b) => a.seq - b.seq)
  return new Map(records.map((record) => [record.id, record]))
}

const newest = (records: ReadonlyMap<string, { readonly seq: number }>): number => {
  let seq = 0
  for (const record of records.values()) seq = Math.max(seq, record.seq)
  return seq
}

// A kill can leave half a line at the end: only lines with their newline count.
const completeLines = (path: string): ReadonlyArray<string> => {
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch {
    return []
  }
  return text.split("\n").slice(0, -1)
}

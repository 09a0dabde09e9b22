/**
 * The simulator's state: records of files and batches in a folder, each written to a temporary name and renamed, so that a server killed
 * at any moment finds every file and batch it has acknowledged. Records are small, so they are written synchronously: a change is
 * then atomic for every other request too.
 */

import { randomBytes } from "node:crypto"
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { endpoints } from "./contract/request.js"
import { BatchError, Fate } from "./fate.js"
import { makeFolder } from "./folder.js"
import { Stage } from "./lifecycle.js"
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
  /** A scenario hides the file: how many uses as a batch's input are refused yet, until when it is not found, and how that shows. */
  refusals: Schema.Number,
  hiddenUntil: Schema.Number,
  refusedAs: Schema.Literal("batch", "create")
})
export type FileRecord = typeof FileRecord.Type

/** What reading the input file has shown. `inputTokens` counts the prompt tokens of all lines. */
export const Scan = Schema.Struct({
  total: Schema.Number,
  model: Schema.String,
  inputTokens: Schema.Number,
  errors: Schema.Array(BatchError)
})
export type Scan = typeof Scan.Type

/** Whether the queue took the batch: decided once, as its validation ends. */
export const Admission = Schema.Struct({ error: nullable(BatchError) })

/** The end of a batch, decided once and kept. */
export const Settlement = Schema.Struct({
  stage: Stage,
  outputFileId: nullable(Schema.String),
  errorFileId: nullable(Schema.String),
  completed: Schema.Number,
  failed: Schema.Number,
  paid: Schema.Number,
  inputTokens: Schema.Number,
  outputTokens: Schema.Number
})
export type Settlement = typeof Settlement.Type

export const BatchRecord = Schema.Struct({
  id: Schema.String,
  seq: Schema.Number,
  project: Schema.String,
  organization: Schema.String,
  endpoint: Schema.Literal(...endpoints),
  inputFileId: Schema.String,
  completionWindow: Schema.String,
  metadata: nullable(Schema.Record({ key: Schema.String, value: Schema.String })),
  createdAt: Schema.Number,
  cancelledAt: nullable(Schema.Number),
  /** In ms, from the creation of the output file. */
  outputLifetime: nullable(Schema.Number),
  fate: Fate,
  /** How often the batch was left out of a listing, retrieved, and shown without its files: what faults count by. */
  omissions: Schema.Number,
  retrievals: Schema.Number,
  withheld: Schema.Number,
  scan: nullable(Scan),
  admission: nullable(Admission),
  settlement: nullable(Settlement)
})
export type BatchRecord = typeof BatchRecord.Type

const decodeFile = Schema.decodeUnknownSync(Schema.parseJson(FileRecord))
const decodeBatch = Schema.decodeUnknownSync(Schema.parseJson(BatchRecord))

export interface Store {
  readonly dir: string
  /** Drawn once for a folder: two simulators never give the same id to different things. */
  readonly salt: string
  /** In order of creation. */
  readonly files: ReadonlyMap<string, FileRecord>
  readonly batches: ReadonlyMap<string, BatchRecord>
  readonly putFile: (record: FileRecord) => FileRecord
  readonly putBatch: (record: BatchRecord) => BatchRecord
  readonly nextId: (kind: "file" | "batch") => { readonly id: string; readonly seq: number }
  readonly contentPath: (fileId: string) => string
  /** A file that belongs to a batch, beside its record. */
  readonly batchPath: (batchId: string, name: string) => string
  readonly temporaryPath: () => string
  /** Small documents, replaced whole. */
  readonly write: (name: string, value: unknown) => void
  readonly read: (name: string) => unknown
  /** Appends to a journal of small lines, read again at the next start. */
  readonly append: (journal: string, value: unknown) => void
  readonly journal: (journal: string) => ReadonlyArray<unknown>
}

export const openStore = (dir: string): Store => {
  const folders = { files: join(dir, "files"), batches: join(dir, "batches"), tmp: join(dir, "tmp") }
  // What was being written when the server died is of no use.
  rmSync(folders.tmp, { recursive: true, force: true })
  for (const folder of Object.values(folders)) makeFolder(folder)

  const files = load(folders.files, decodeFile)
  const batches = load(folders.batches, decodeBatch)
  const last = { file: newest(files), batch: newest(batches), tmp: 0 }
  const temporaryPath = () => join(folders.tmp, String(last.tmp++))
  const replace = (path: string, value: unknown) => {
    const temporary = temporaryPath()
    writeFileSync(temporary, JSON.stringify(value))
    renameSync(temporary, path)
  }
  const document = (name: string) => join(dir, `${name}.json`)
  const journalPath = (name: string) => join(dir, `${name}.jsonl`)
  const read = (name: string): unknown =>
    existsSync(document(name)) ? JSON.parse(readFileSync(document(name), "utf8")) : undefined
  const kept = read("salt")
  const salt = typeof kept === "string" ? kept : randomBytes(8).toString("hex")
  if (salt !== kept) replace(document("salt"), salt)
  for (const name of readdirSync(dir).filter((name) => name.endsWith(".jsonl"))) dropHalfLine(join(dir, name))

  return {
    dir,
    salt,
    files,
    batches,
    putFile: (record) => {
      replace(join(folders.files, `${record.id}.json`), record)
      files.set(record.id, record)
      return record
    },
    putBatch: (record) => {
      replace(join(folders.batches, `${record.id}.json`), record)
      batches.set(record.id, record)
      return record
    },
    nextId: (kind) => {
      const seq = ++last[kind]
      return { id: kind === "file" ? `file-${hex(22, salt, kind, seq)}` : `batch_${hex(32, salt, kind, seq)}`, seq }
    },
    contentPath: (id) => join(folders.files, `${id}.bin`),
    batchPath: (id, name) => join(folders.batches, `${id}.${name}`),
    temporaryPath,
    write: (name, value) => replace(document(name), value),
    read,
    append: (journal, value) => appendFileSync(journalPath(journal), `${JSON.stringify(value)}\n`),
    journal: (journal) =>
      existsSync(journalPath(journal))
        ? readFileSync(journalPath(journal), "utf8")
            .split("\n")
            .slice(0, -1)
            .map((line): unknown => JSON.parse(line))
        : []
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

// A kill can leave half a line at the end of a journal, which the next line would be glued to.
const dropHalfLine = (path: string): void => {
  const text = readFileSync(path, "utf8")
  if (text !== "" && !text.endsWith("\n")) writeFileSync(path, text.slice(0, text.lastIndexOf("\n") + 1))
}

/**
 * CSV files that clients have sent. They are streamed to the disk under generated names; what a client calls its file is only ever shown.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"
import { join } from "node:path"
import type * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as Folder from "@batchlabel/csv-io/Folder"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import * as UploadsApi from "@batchlabel/http-api/UploadsApi"
import * as Database from "@batchlabel/job-store/Database"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import * as Message from "@batchlabel/messages/Message"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as SqlSchema from "@effect/sql/SqlSchema"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Problems from "./internal/problems.js"
import { randomName } from "./internal/secrets.js"
import { ServerDatabase } from "./ServerDatabase.js"
import { type Limits, ServerSettings } from "./ServerSettings.js"
import { Workshop } from "./Workshop.js"

/**
 * A file with what was found in it.
 *
 * @since 0.1.0
 * @category models
 */
export interface StoredUpload {
  readonly view: UploadsApi.Upload
  readonly path: string
  readonly sha256: string
}

/**
 * How a client says its file is to be read.
 *
 * @since 0.1.0
 * @category models
 */
export type ReadHints = Pick<CsvReader.ReadOptions, "encoding" | "delimiter">

const UploadModel = Schema.Struct({
  id: Schema.String,
  owner: Schema.String,
  name: Schema.String,
  path: Schema.String,
  sha256: Schema.String,
  view: Schema.parseJson(UploadsApi.Upload),
  createdAt: Database.column("created_at", Database.Integer),
  expiresAt: Database.column("expires_at", Database.Integer)
})

const encode = Schema.encodeSync(UploadModel)

const notStored = (error: PlatformError): ApiProblem => Problems.make(503, Message.make("BL7034", { detail: error.message }))

/** The name as people may see it: no control characters, no folders, not too long. */
const shownName = (name: string): string => {
  const last = name.split(/[/\\]/).at(-1) ?? ""
  const clean = last.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "").trim()
  return clean === "" ? "data.csv" : clean.slice(0, 200)
}

const folderOf = Effect.fnUntraced(function* () {
  const { home } = yield* ServerSettings
  const folder = join(home, "uploads")
  yield* Folder.make(folder, { mode: 0o700 }).pipe(Effect.mapError(notStored))
  return folder
})

/** Writes the bytes as they come, and fails as soon as they are too many. */
const save = Effect.fnUntraced(function* (content: Stream.Stream<Uint8Array, ApiProblem>, path: string, limit: number) {
  const fs = yield* FileSystem.FileSystem
  const file = yield* fs.open(path, { flag: "wx", mode: 0o600 }).pipe(Effect.mapError(notStored))
  const hash = createHash("sha256")
  let bytes = 0
  yield* content.pipe(
    Stream.runForEachChunk((chunks) =>
      Effect.forEach(
        Chunk.toReadonlyArray(chunks),
        (chunk): Effect.Effect<void, ApiProblem> => {
          bytes += chunk.length
          if (bytes > limit) return Effect.fail(Problems.make(413, Message.make("BL7008", { limit })))
          hash.update(chunk)
          return Effect.mapError(file.writeAll(chunk), notStored)
        },
        { discard: true }
      )
    )
  )
  yield* file.sync.pipe(Effect.mapError(notStored))
  return { bytes, sha256: hash.digest("hex") }
}, Effect.scoped)

/** Files that wait for a job take space until they expire: an owner has so many. */
const requireRoom = Effect.fnUntraced(function* (owner: string, limit: number) {
  const { read, sql } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const rows = yield* read(
    sql<{
      readonly id: string
    }>`SELECT id FROM batchlabel_http_uploads WHERE owner = ${owner} AND expires_at > ${now} LIMIT ${limit}`
  )
  if (rows.length >= limit) return yield* Problems.make(409, Message.make("BL7189", { limit }))
})

const inspecting = ({ columns, headerBytes, recordBytes, rows }: Limits) => ({ columns, headerBytes, recordBytes, rows })

/**
 * Takes a file in. It is on the disk and has been read from end to end when this returns; of one that is refused nothing is left.
 *
 * @since 0.1.0
 * @category operations
 */
export const receive = Effect.fn("Uploads.receive")(function* (
  file: { readonly name: string; readonly content: Stream.Stream<Uint8Array, ApiProblem> },
  owner: string,
  hints: ReadHints
): Effect.fn.Return<
  StoredUpload,
  ApiProblem | JobStoreError,
  FileSystem.FileSystem | ServerDatabase | ServerSettings | Workshop
> {
  const fs = yield* FileSystem.FileSystem
  const workshop = yield* Workshop
  const { limits, uploadLifetime } = yield* ServerSettings
  const { sql, transaction } = yield* ServerDatabase
  yield* requireRoom(owner, limits.uploads)
  const folder = yield* folderOf()
  const id = `upl_${randomName(20)}`
  const name = shownName(file.name)
  // The ending says how a file is separated; nothing else of the client's name matters.
  const path = join(folder, `${id}.${/\.tsv$/i.test(name) ? "tsv" : "csv"}`)
  const taken = Effect.gen(function* () {
    const { bytes, sha256 } = yield* save(file.content, path, limits.uploadBytes)
    const found = yield* workshop.run("inspect", { path, name, hints, limits: inspecting(limits) }, { owner, bytes })
    const now = yield* Clock.currentTimeMillis
    const view: UploadsApi.Upload = {
      id,
      name,
      bytes,
      ...found,
      createdAt: now,
      expiresAt: now + Duration.toMillis(uploadLifetime)
    }
    const columns = encode({ id, owner, name, path, sha256, view, createdAt: now, expiresAt: view.expiresAt })
    yield* transaction(sql`INSERT INTO batchlabel_http_uploads ${sql.insert(columns)}`)
    return { view, path, sha256 }
  })
  return yield* taken.pipe(
    Effect.mapError((error) => (error._tag === "ApiProblem" ? Problems.renamed(error, path, name) : error)),
    Effect.onError(() => Effect.ignore(fs.remove(path)))
  )
})

/**
 * An upload of an owner, until it expires.
 *
 * @since 0.1.0
 * @category operations
 */
export const get = Effect.fn("Uploads.get")(function* (
  id: string,
  owner: string
): Effect.fn.Return<StoredUpload, ApiProblem | JobStoreError, ServerDatabase> {
  const { read, sql } = yield* ServerDatabase
  const now = yield* Clock.currentTimeMillis
  const find = SqlSchema.findOne({
    Request: Schema.String,
    Result: UploadModel,
    execute: (wanted) =>
      sql`SELECT * FROM batchlabel_http_uploads WHERE id = ${wanted} AND owner = ${owner} AND expires_at > ${now}`
  })
  const found = yield* read(find(id))
  return Option.isSome(found) ? found.value : yield* Problems.make(404, Message.make("BL7015", { id }))
})

/**
 * Forgets an upload and removes its file. Jobs that were made of it have files of their own.
 *
 * @since 0.1.0
 * @category operations
 */
export const remove = Effect.fn("Uploads.remove")(function* ({
  path,
  view
}: StoredUpload): Effect.fn.Return<void, JobStoreError, ServerDatabase | FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const { sql, transaction } = yield* ServerDatabase
  yield* transaction(sql`DELETE FROM batchlabel_http_uploads WHERE id = ${view.id}`)
  yield* Effect.ignore(fs.remove(path))
})

/**
 * Removes what has waited too long.
 *
 * @since 0.1.0
 * @category operations
 */
export const removeExpired: Effect.Effect<void, JobStoreError, ServerDatabase | FileSystem.FileSystem> = Effect.gen(function* () {
  const { read, sql } = yield* ServerDatabase
  const find = SqlSchema.findAll({
    Request: Schema.Number,
    Result: UploadModel,
    execute: (now) => sql`SELECT * FROM batchlabel_http_uploads WHERE expires_at <= ${now}`
  })
  yield* Effect.forEach(yield* read(find(yield* Clock.currentTimeMillis)), remove, { discard: true })
}).pipe(Effect.withSpan("Uploads.removeExpired"))

/**
 * The file of an upload once more, under a name that belongs to one job. It costs no space where the disk can link.
 *
 * @since 0.1.0
 * @category operations
 */
export const copyForJob = Effect.fn("Uploads.copyForJob")(function* ({
  path
}: StoredUpload): Effect.fn.Return<string, ApiProblem, FileSystem.FileSystem | ServerSettings> {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* folderOf()
  const copy = join(folder, `input_${randomName(20)}${path.slice(path.lastIndexOf("."))}`)
  yield* fs.link(path, copy).pipe(
    Effect.orElse(() => fs.copyFile(path, copy)),
    Effect.mapError(notStored)
  )
  return copy
})

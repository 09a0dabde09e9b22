/** Which job is meant, and in which folder of jobs it is. */
import { resolve } from "node:path"
import type { Job } from "@batchlabel/job-store/Job"
import * as JobId from "@batchlabel/job-store/JobId"
import { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import { homeBeside, realPath } from "@batchlabel/labeling/Places"
import * as Message from "@batchlabel/messages/Message"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as App from "./App.js"
import * as Command from "./Command.js"
import * as GuideFiles from "./GuideFiles.js"

/** What the user says of the job; `id` is that of a job or of one of its batches. */
export interface Wanted {
  readonly id?: string | undefined
  readonly home?: string | undefined
  readonly input?: string | undefined
}

/** Also as the guide's own script writes it, without `job_id`. */
const Info = Schema.parseJson(
  Schema.Struct({
    batch_id: Schema.NullOr(Schema.String),
    input_file: Schema.String,
    job_id: Schema.optionalWith(Schema.String, { exact: true })
  })
)

const decodeInfo = Schema.decodeUnknownEither(Info)

/** `undefined`: there is no such file. */
const readInfo = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* GuideFiles.infoPath
  if (!(yield* Effect.orElseSucceed(fs.exists(path), () => false))) return undefined
  const text = yield* App.readText(path)
  return Either.getOrElse(decodeInfo(text), (error) => ({ path, fault: error.message.split("\n")[0] ?? "" }))
})

/** The folders in which the job may be: the one named, or that beside the input, of the working directory, and of the last submit. */
const foldersOf = (wanted: Wanted, infoInput: string | undefined): ReadonlyArray<string> => {
  const folders = [
    ...(wanted.home === undefined ? [] : [wanted.home]),
    ...(wanted.input === undefined ? [] : [homeBeside(wanted.input)]),
    ".batchlabel",
    ...(infoInput === undefined ? [] : [homeBeside(infoInput)])
  ]
  return [...new Set(folders.map((folder) => resolve(folder)))]
}

const lookUp = Effect.fnUntraced(function* (id: string): Effect.fn.Return<Job | undefined, JobStoreError, JobStore> {
  const store = yield* JobStore
  if (!JobId.is(id)) return yield* store.jobOfBatch(id)
  return yield* store.job(id).pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "JobNotFound",
      () => Effect.succeed(undefined)
    )
  )
})

const newest = Effect.fnUntraced(function* (
  inputPath: string | undefined
): Effect.fn.Return<Job | undefined, JobStoreError, JobStore> {
  const store = yield* JobStore
  const [job] = yield* store.jobs({ inputPath, limit: 1 })
  return job
})

/** The folders that hold a store; with a shared database the first stands for all. */
const existingStores = Effect.fnUntraced(function* (folders: ReadonlyArray<string>) {
  if (yield* App.sharedStore) return folders.slice(0, 1)
  const fs = yield* FileSystem.FileSystem
  return yield* Effect.filter(folders, (folder) => Effect.orElseSucceed(fs.exists(App.storeFile(folder)), () => false))
})

export interface Located {
  readonly job: Job
  readonly home: string
}

/** Looks through the folders until one has the job. */
const search = Effect.fnUntraced(function* (
  folders: ReadonlyArray<string>,
  find: Effect.Effect<Job | undefined, JobStoreError, JobStore>
): Effect.fn.Return<Located | undefined, JobStoreError, FileSystem.FileSystem> {
  for (const home of yield* existingStores(folders)) {
    const job = yield* Effect.provide(find, App.store(home))
    if (job !== undefined) return { job, home }
  }
  return undefined
})

/** The result of a search: a job, or the folders that were looked through for `id`. */
export type Found =
  | ({ readonly _tag: "Found" } & Located)
  | { readonly _tag: "Absent"; readonly id: string; readonly folders: ReadonlyArray<string> }

/**
 * Finds the job by its id; without one, the newest of the input, the one that `batch_info_openai.json` speaks of, or the newest there is.
 */
export const find = Effect.fn("JobLocator.find")(function* (
  wanted: Wanted
): Effect.fn.Return<Found, Command.Failure | JobStoreError, FileSystem.FileSystem> {
  const read = yield* readInfo
  const info = read === undefined || "fault" in read ? undefined : read
  const folders = foldersOf(wanted, info?.input_file)
  const { id } = wanted
  if (id !== undefined) {
    const found = yield* search(folders, lookUp(id))
    return found === undefined ? { _tag: "Absent", id, folders } : { _tag: "Found", ...found }
  }
  const input = wanted.input === undefined ? undefined : realPath(wanted.input)
  if (input !== undefined) {
    const found = yield* search(folders, newest(input))
    if (found !== undefined) return { _tag: "Found", ...found }
  }
  const told = info?.job_id ?? info?.batch_id ?? undefined
  const sameInput = input === undefined || (info !== undefined && realPath(info.input_file) === input)
  if (told !== undefined && sameInput) {
    const found = yield* search(folders, lookUp(told))
    return found === undefined ? { _tag: "Absent", id: told, folders } : { _tag: "Found", ...found }
  }
  const last = input === undefined ? yield* search(folders, newest(undefined)) : undefined
  if (last !== undefined) return { _tag: "Found", ...last }
  if (read !== undefined && "fault" in read) {
    return yield* Command.fail(Message.make("BL6022", { path: read.path, detail: read.fault }))
  }
  return yield* Command.fail(Message.make("BL6020", { folders }))
})

/** The job, which has to be on this machine. */
export const locate = Effect.fn("JobLocator.locate")(function* (
  wanted: Wanted
): Effect.fn.Return<Located, Command.Failure | JobStoreError, FileSystem.FileSystem> {
  const found = yield* find(wanted)
  if (found._tag === "Found") return found
  return yield* Command.fail(Message.make("BL6021", { id: found.id, folders: found.folders }))
})

/** The folders whose jobs a list shows: the one named, or all that are near. */
export const near = Effect.fn("JobLocator.near")(function* (
  wanted: Omit<Wanted, "id">
): Effect.fn.Return<
  { readonly looked: ReadonlyArray<string>; readonly stores: ReadonlyArray<string> },
  Command.Failure,
  FileSystem.FileSystem
> {
  const read = yield* readInfo
  const info = read === undefined || "fault" in read ? undefined : read
  const named = wanted.home === undefined ? undefined : [resolve(wanted.home)]
  const looked = named ?? foldersOf(wanted, info?.input_file)
  return { looked, stores: yield* existingStores(looked) }
})

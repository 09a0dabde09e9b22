/**
 * The guide's two files, `batch_openai.jsonl` and `batch_info_openai.json`: in the working directory, in a folder that is named, or nowhere.
 * They are a convenience: where the working directory takes none, the job goes on without them, and says so.
 */
import { join } from "node:path"
import type * as Problem from "@batchlabel/core/Problem"
import * as OutputFile from "@batchlabel/csv-io/OutputFile"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as BatchInfo from "@batchlabel/labeling/BatchInfo"
import type { JobView } from "@batchlabel/labeling/JobView"
import * as Places from "@batchlabel/labeling/Places"
import * as Message from "@batchlabel/messages/Message"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Screen } from "./Screen.js"

const names = { requests: "batch_openai.jsonl", info: "batch_info_openai.json" } as const

/** Where the files are, as the user would write it. */
export interface GuideFiles {
  readonly requests: string
  readonly info: string
}

/** The value of `--guide-files` that means no files at all. */
export const nowhere = "none"

const variable = "BATCHLABEL_GUIDE_FILES"

const within = (folder: string | undefined): GuideFiles =>
  folder === undefined ? names : { requests: join(folder, names.requests), info: join(folder, names.info) }

/** Where an earlier submit has left its info: commands that only read take the place from the environment. */
export const infoPath: Effect.Effect<string> = Config.option(Config.nonEmptyString(variable)).pipe(
  Effect.orElseSucceed(() => Option.none<string>()),
  Effect.map((folder) => within(Option.getOrUndefined(Option.filter(folder, (named) => named !== nowhere))).info)
)

/** That both can be written, and neither is one of `others`. */
const tryOut = ({ info, requests }: GuideFiles, others: ReadonlyArray<string>) =>
  Effect.forEach([requests, info], (path) => Effect.zipRight(Places.requireOther(path, others), OutputFile.probe(path)), {
    discard: true
  })

const unwritten = ({ info, requests }: GuideFiles, detail: string): Problem.Problem =>
  Message.make("BL6073", { paths: [requests, info], folder: process.cwd(), detail: detail.split("\n")[0] ?? detail })

/** Whether the files can be written: to the folder, or the working directory. */
export const probe = (folder: string | undefined) => {
  const files = within(folder)
  return Effect.mapError(tryOut(files, []), (error) => ({
    problem: folder === undefined ? unwritten(files, error.message) : error.problem
  }))
}

/**
 * The place of the files, tried. A folder that the user has named must take them; the working directory that does not is told of, once, and
 * then there are none. `others` are what the job reads and writes.
 */
export const choose = Effect.fn("GuideFiles.choose")(function* (folder: string | undefined, others: ReadonlyArray<string>) {
  if (folder === nowhere) return undefined
  const files = within(folder)
  if (folder !== undefined) {
    yield* tryOut(files, others)
    return files
  }
  const { warn } = yield* Screen
  return yield* tryOut(files, others).pipe(
    Effect.as<GuideFiles | undefined>(files),
    Effect.catchAll((error) => Effect.as(warn(unwritten(files, error.message)), undefined))
  )
})

/** Writes them for a job. What goes wrong is told and stops nothing; gives the place if they are there. */
export const write = Effect.fn("GuideFiles.write")(function* (files: GuideFiles | undefined, view: JobView, input: string) {
  if (files === undefined) return undefined
  const { warn } = yield* Screen
  const work = Effect.gen(function* () {
    const store = yield* JobStore
    const shards = yield* store.shards(view.job.id)
    const first = shards.filter(({ round }) => round === 1).map(({ path }) => path)
    yield* BatchInfo.writeRequests(files.requests, view, first)
    yield* BatchInfo.write(files.info, BatchInfo.make(view, input))
  })
  return yield* work.pipe(
    Effect.as<GuideFiles | undefined>(files),
    Effect.catchAll(({ message }) => Effect.as(warn(unwritten(files, message)), undefined))
  )
})

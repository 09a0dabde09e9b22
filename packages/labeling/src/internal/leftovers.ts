import { basename, join } from "node:path"
import type { Job, Shard } from "@batchlabel/job-store/Job"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { resultsDirectory, shardsDirectory } from "./paths.js"

const isShardFile = (name: string): boolean => /^shard-\d+\.jsonl(\.partial)?$/.test(name)
const isPartial = (name: string): boolean => name.endsWith(".partial")

/**
 * Removes what processes that died have left in a job's folders: files half written, and follow-ups that were not stored, for they may have
 * been written anew under another number. The caller holds the job's lease.
 */
export const removeLeftovers = Effect.fn("leftovers.remove")(function* (
  job: Job,
  shards: ReadonlyArray<Shard>
): Effect.fn.Return<void, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const known = new Set(shards.map(({ path }) => basename(path)))
  const removeFrom = (folder: string, isLeft: (name: string) => boolean) =>
    fs.readDirectory(folder).pipe(
      Effect.flatMap((names) => Effect.forEach(names.filter(isLeft), (name) => fs.remove(join(folder, name), { force: true }))),
      // They only take up room.
      Effect.ignore
    )
  yield* removeFrom(shardsDirectory(job), (name) => isShardFile(name) && !known.has(name))
  yield* removeFrom(resultsDirectory(job), isPartial)
})

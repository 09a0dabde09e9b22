/** Ctrl-C ends the watching, not the work: the batches run on, and this says how to see more of them. */
import type { JobStore } from "@batchlabel/job-store/JobStore"
import * as JobView from "@batchlabel/labeling/JobView"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { Screen } from "./Screen.js"

/** More batches than these are not listed one by one. */
const mostBatches = 10

/** A word for a shell, quoted where it needs it. */
const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** A command as it can be pasted into a shell. */
export const commandLine = (...words: ReadonlyArray<string>): string => ["batchlabel", ...words].map(word).join(" ")

/** `batchlabel watch job_…`, with the folder of jobs only where the user named one. */
const watchLine = (id: string, home: string | undefined): string =>
  commandLine("watch", id, ...(home === undefined ? [] : ["--home", home]))

/** The batches that were made of a job; none where the store cannot tell. */
const batchLines = (jobId: string) =>
  Effect.gen(function* () {
    const { texts } = yield* Screen
    const { batches } = yield* JobView.load(jobId)
    return batches.flatMap(({ batchId }) => (batchId === undefined ? [] : [texts.guide.batchId(batchId)])).slice(0, mostBatches)
  }).pipe(Effect.orElseSucceed(() => []))

/**
 * However it ends but well, says which job and which batches there are and how to go on with them: what may have been paid for is never
 * left without a name.
 */
export const withHint =
  (jobId: string, home: string | undefined) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Screen | JobStore> =>
    Effect.onError(effect, (cause) =>
      Effect.gen(function* () {
        const { note, texts } = yield* Screen
        const title = Cause.isInterruptedOnly(cause) ? texts.detached.title : texts.detached.broken
        yield* note(title, texts.job.made(jobId), ...(yield* batchLines(jobId)), texts.detached.goOn(watchLine(jobId, home)))
      })
    )

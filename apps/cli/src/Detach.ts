/** Ctrl-C ends the watching, not the work: the batches run on, and this says how to see more of them. */
import * as Effect from "effect/Effect"
import { Screen } from "./Screen.js"

/** A word for a shell, quoted where it needs it. */
const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** A command as it can be pasted into a shell. */
export const commandLine = (...words: ReadonlyArray<string>): string => ["batchlabel", ...words].map(word).join(" ")

/** `batchlabel watch job_…`, with the folder of jobs only where the user named one. */
const watchLine = (id: string, home: string | undefined): string =>
  commandLine("watch", id, ...(home === undefined ? [] : ["--home", home]))

/** If it is interrupted, says how to go on with the job. */
export const withHint =
  (jobId: string, home: string | undefined) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Screen> =>
    Effect.onInterrupt(effect, () =>
      Effect.flatMap(Screen, ({ note, texts }) => note(texts.detached.title, texts.detached.goOn(watchLine(jobId, home))))
    )

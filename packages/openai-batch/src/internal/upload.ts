import { File } from "node:buffer"
import { openAsBlob } from "node:fs"
import * as Effect from "effect/Effect"
import { BadRequest, LocalFile, type OpenAiBatchError } from "../OpenAiBatchError.js"
import { failure, type Subject } from "./call.js"

/**
 * A file on disk as the SDK wants it: read as it is sent, with a length, and readable again for another attempt. The API refuses a name
 * that does not end in `.jsonl`.
 */
export const openUpload = (subject: Subject, path: string, name: string): Effect.Effect<File, OpenAiBatchError> => {
  if (!name.endsWith(".jsonl")) {
    return Effect.fail(failure(subject, new BadRequest({ detail: `the name of an input file has to end in .jsonl: ${name}` })))
  }
  return Effect.tryPromise({
    try: async () => new File([await openAsBlob(path)], name, { type: "application/jsonl" }),
    catch: (error) =>
      failure(subject, new LocalFile({ path, access: "read", detail: error instanceof Error ? error.message : String(error) }))
  })
}

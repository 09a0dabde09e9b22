import { open, rename, rm } from "node:fs/promises"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { DownloadCut, LocalFile, type OpenAiBatchError, TimedOut } from "../OpenAiBatchError.js"
import type { Client } from "../OpenAiClient.js"
import { attemptOptions, failure, type Subject, thrownFailure } from "./call.js"
import { schedule } from "./retry.js"
import type { Settings } from "./settings.js"
import { type Progress, rangeHeaders, transfer } from "./transfer.js"
import { announced, type Standing } from "./waiting.js"

const RANGE_NOT_SATISFIABLE = 416

export interface DownloadOptions {
  readonly fileId: string
  readonly path: string
  readonly bytes: number | undefined
  readonly onProgress: ((bytes: number) => void) | undefined
}

/**
 * Streams a file's content to `<path>.partial`, as often as it takes; flushes it and gives it its name once it is whole. What is not
 * whole is removed.
 */
export const download = (
  client: Client,
  settings: Settings,
  options: DownloadOptions
): Effect.Effect<{ readonly bytes: number }, OpenAiBatchError> => {
  const subject: Subject = { operation: "download", target: options.fileId }
  const partial = `${options.path}.partial`
  const progress: Progress = { received: 0, resume: undefined }
  const standing: Standing = { attempts: 0, failed: undefined, received: 0 }

  const onDisk = <A>(action: () => Promise<A>): Effect.Effect<A, OpenAiBatchError> =>
    Effect.tryPromise({
      try: action,
      catch: (error) =>
        failure(
          subject,
          new LocalFile({ path: options.path, access: "write", detail: error instanceof Error ? error.message : String(error) })
        )
    })

  return Effect.acquireUseRelease(
    onDisk(() => open(partial, "w", 0o600)),
    (file) => {
      const headers = Effect.suspend(() =>
        Effect.tryPromise({
          try: (signal) =>
            client.files
              .content(options.fileId, { ...attemptOptions(settings.timeouts.request, signal), headers: rangeHeaders(progress) })
              .asResponse(),
          catch: (thrown) => ({ thrown })
        })
      ).pipe(
        Effect.catchAll(({ thrown }) => thrownFailure(settings, subject)(thrown)),
        Effect.mapError((error) => {
          if (error.reason._tag !== "BadRequest" || error.reason.status !== RANGE_NOT_SATISFIABLE) return error
          progress.resume = undefined
          return failure(
            subject,
            new DownloadCut({ received: 0, detail: "the server cannot send the rest of the file" }),
            error.requestId
          )
        }),
        Effect.timeoutFail({
          duration: settings.timeouts.request,
          onTimeout: () =>
            failure(
              subject,
              new TimedOut({ after: Duration.toMillis(settings.timeouts.request), detail: "the download did not begin" })
            )
        })
      )
      const attempt = Effect.flatMap(headers, (response) =>
        Effect.flatMap(
          Effect.promise((signal) =>
            transfer(response, progress, {
              file,
              path: options.path,
              bytes: options.bytes,
              idleMillis: Duration.toMillis(settings.timeouts.idle),
              onProgress: (bytes) => {
                standing.received = bytes
                options.onProgress?.(bytes)
              },
              signal
            })
          ),
          (reason) =>
            reason === undefined
              ? Effect.void
              : Effect.fail(failure(subject, reason, response.headers.get("x-request-id") ?? undefined))
        )
      )
      const counting = Effect.suspend(() => {
        standing.attempts++
        return attempt
      }).pipe(
        Effect.tapError((error) =>
          Effect.sync(() => {
            standing.failed = error
          })
        )
      )
      return announced(settings, subject, standing, Effect.retry(counting, schedule(settings.retry))).pipe(
        Effect.andThen(onDisk(() => file.sync()))
      )
    },
    (file) => Effect.promise(() => file.close())
  ).pipe(
    Effect.andThen(onDisk(() => rename(partial, options.path))),
    Effect.onExit((exit) =>
      Exit.isSuccess(exit) ? Effect.void : Effect.promise(() => rm(partial, { force: true }).catch(() => {}))
    ),
    Effect.map(() => ({ bytes: progress.received }))
  )
}

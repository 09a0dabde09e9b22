import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Batch from "../Batch.js"
import * as FileInfo from "../FileInfo.js"
import type * as OpenAiBatch from "../OpenAiBatch.js"
import { BadRequest, type OpenAiBatchError } from "../OpenAiBatchError.js"
import type { BatchParams, Client } from "../OpenAiClient.js"
import { call, failure, type Subject } from "./call.js"
import { download } from "./download.js"
import { isRecord } from "./lenient.js"
import { allPages, decodePage } from "./pages.js"
import { schedule } from "./retry.js"
import type { Settings } from "./settings.js"
import { openUpload } from "./upload.js"
import { announced, type Standing } from "./waiting.js"

// Node's fetch keeps the whole body in memory as long as the request might be redirected.
const UNBUFFERED = { redirect: "error" } as const

const BATCH_PAGE = 100
const FILE_PAGE = 1_000

/** The API's limits on metadata, which it would explain less well. */
const metadataFault = (metadata: Readonly<Record<string, string>>): string | undefined => {
  const pairs = Object.entries(metadata)
  if (pairs.length > 16) return `metadata holds ${pairs.length} pairs; at most 16 are allowed`
  for (const [key, value] of pairs) {
    if (key.length > 64) return `the metadata key '${key}' is longer than 64 characters`
    if (value.length > 512) return `the metadata value of '${key}' is longer than 512 characters`
  }
  return undefined
}

// A line this slow is a broken one.
const slowestUpload = 128 * 1024

/** A minute and what the file takes on a slow line, but not longer than the largest one may. */
const uploadTimeout = (longest: Duration.Duration, bytes: number): Duration.Duration =>
  Duration.min(longest, Duration.seconds(60 + Math.ceil(bytes / slowestUpload)))

const decodeDeleted = (json: unknown, text: string): Either.Either<void, string> => {
  if (text === "" || (isRecord(json) && !isRecord(json["error"]) && json["deleted"] !== false)) return Either.void
  return Either.left("the file was not deleted")
}

/** The reply has to speak of what was asked for: a proxy or a cache may give that of another call. */
const about =
  <A extends { readonly id: string }>(id: string, decode: (json: unknown) => Either.Either<A, string>) =>
  (json: unknown): Either.Either<A, string> =>
    Either.filterOrLeft(
      decode(json),
      (object) => object.id === id,
      (object) => `the reply is about ${object.id}`
    )

/** A file of another size is not the one that was sent: a batch of it would be paid for and answer nothing. */
const decodeUpload =
  (bytes: number) =>
  (json: unknown): Either.Either<FileInfo.FileInfo, string> =>
    Either.filterOrLeft(
      FileInfo.decode(json),
      (info) => info.bytes === 0 || info.bytes === bytes,
      (info) => `the reply is about a file of ${info.bytes} bytes, and ${bytes} were sent`
    )

/** Failures of a file's description that say nothing of its content: some servers give no descriptions. */
const mayHaveContent = ({ reason }: OpenAiBatchError): boolean => {
  switch (reason._tag) {
    case "NotFound":
    case "Unauthorized":
    case "PermissionDenied":
    case "BadRequest":
    case "Conflict":
    case "ServerError":
    case "UnexpectedReply":
      return true
    default:
      return false
  }
}

export const makeService = (client: Client, settings: Settings): OpenAiBatch.Service => {
  const { retry, timeouts } = settings
  const policy = schedule(retry)
  const decodeBatch = (json: unknown): Either.Either<Batch.Batch, string> =>
    Either.map(Batch.decode(json), (batch) => ({
      ...batch,
      errors: batch.errors.map((error) => ({ ...error, message: settings.scrub(error.message) }))
    }))

  /** The call, with a word for whoever waits for it. */
  const counted = <A>(
    subject: Subject,
    attempt: Effect.Effect<A, OpenAiBatchError>,
    repeat: (counting: Effect.Effect<A, OpenAiBatchError>) => Effect.Effect<A, OpenAiBatchError>
  ): Effect.Effect<A, OpenAiBatchError> =>
    Effect.suspend(() => {
      const standing: Standing = { attempts: 0, failed: undefined, received: 0 }
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
      return announced(settings, subject, standing, repeat(counting))
    })

  const once = <A>(subject: Subject, attempt: Effect.Effect<A, OpenAiBatchError>) => counted(subject, attempt, (one) => one)
  const repeated = <A>(subject: Subject, attempt: Effect.Effect<A, OpenAiBatchError>) =>
    counted(subject, attempt, Effect.retry(policy))

  const retrieve = (subject: Subject, id: string) =>
    call(
      settings,
      subject,
      timeouts.request,
      (options) => client.batches.retrieve(id, options).asResponse(),
      about(id, decodeBatch)
    )

  const file = (subject: Subject, id: string) =>
    repeated(
      subject,
      call(
        settings,
        subject,
        timeouts.request,
        (options) => client.files.retrieve(id, options).asResponse(),
        about(id, FileInfo.decode)
      )
    )

  return {
    clockOffset: Effect.sync(() => settings.serverClock.offset()),

    upload: Effect.fn("OpenAiBatch.upload")(function* (o: OpenAiBatch.UploadOptions) {
      const subject: Subject = { operation: "upload", target: o.path }
      const upload = yield* openUpload(subject, o.path, o.name)
      const params = {
        file: upload,
        purpose: "batch" as const,
        ...(o.expiresAfterSeconds === undefined
          ? {}
          : { expires_after: { anchor: "created_at" as const, seconds: o.expiresAfterSeconds } })
      }
      return yield* repeated(
        subject,
        call(
          settings,
          subject,
          uploadTimeout(timeouts.upload, upload.size),
          (options) => client.files.create(params, { ...options, fetchOptions: UNBUFFERED }).asResponse(),
          decodeUpload(upload.size)
        )
      )
    }),

    create: Effect.fn("OpenAiBatch.create")(function* (o: OpenAiBatch.CreateOptions) {
      const subject: Subject = { operation: "create", target: o.inputFileId }
      const fault = metadataFault(o.metadata)
      if (fault !== undefined) return yield* failure(subject, new BadRequest({ detail: fault }))
      const params: BatchParams = {
        input_file_id: o.inputFileId,
        endpoint: o.endpoint,
        completion_window: "24h",
        metadata: { ...o.metadata },
        ...(o.outputExpiresAfterSeconds === undefined
          ? {}
          : { output_expires_after: { anchor: "created_at", seconds: o.outputExpiresAfterSeconds } })
      }
      return yield* once(
        subject,
        call(settings, subject, timeouts.create, (options) => client.batches.create(params, options).asResponse(), decodeBatch)
      )
    }),

    retrieve: Effect.fn("OpenAiBatch.retrieve")((id: string) => {
      const subject: Subject = { operation: "retrieve", target: id }
      return repeated(subject, retrieve(subject, id))
    }),

    list: (o) => {
      const limit = o?.pageSize ?? BATCH_PAGE
      const subject: Subject = { operation: "list" }
      return allPages((after) =>
        repeated(
          subject,
          call(
            settings,
            subject,
            timeouts.request,
            (options) => client.batches.list({ limit, ...(after === undefined ? {} : { after }) }, options).asResponse(),
            decodePage(decodeBatch, limit, after)
          )
        )
      )
    },

    cancel: Effect.fn("OpenAiBatch.cancel")(function* (id: string) {
      const subject: Subject = { operation: "cancel", target: id }
      const cancelling = repeated(
        subject,
        call(
          settings,
          subject,
          timeouts.request,
          (options) => client.batches.cancel(id, options).asResponse(),
          about(id, decodeBatch)
        )
      )
      // Cancelling twice is an error, and so is cancelling what is over: in both cases all is as it should be.
      const unless = (error: OpenAiBatchError) =>
        repeated(subject, retrieve(subject, id)).pipe(
          Effect.filterOrFail(
            (batch) => Batch.isTerminal(batch) || batch.status === "cancelling",
            () => error
          )
        )
      return yield* Effect.catchIf(cancelling, ({ reason }) => reason._tag === "Conflict" || reason._tag === "BadRequest", unless)
    }),

    file: Effect.fn("OpenAiBatch.file")((id: string) => file({ operation: "file", target: id }, id)),

    files: (o) => {
      const limit = o?.pageSize ?? FILE_PAGE
      const purpose = o?.purpose === undefined ? {} : { purpose: o.purpose }
      const subject: Subject = { operation: "files" }
      return allPages((after) =>
        repeated(
          subject,
          call(
            settings,
            subject,
            timeouts.request,
            (options) =>
              client.files.list({ limit, ...purpose, ...(after === undefined ? {} : { after }) }, options).asResponse(),
            decodePage(FileInfo.decode, limit, after)
          )
        )
      )
    },

    download: Effect.fn("OpenAiBatch.download")(function* (o: OpenAiBatch.DownloadOptions) {
      const bytes = yield* file({ operation: "download", target: o.fileId }, o.fileId).pipe(
        // Servers that do not know the size say 0.
        Effect.map((info) => (info.bytes === 0 ? undefined : info.bytes)),
        Effect.catchIf(mayHaveContent, () => Effect.succeed(undefined))
      )
      return yield* download(client, settings, {
        fileId: o.fileId,
        path: o.path,
        bytes,
        onProgress: o.onProgress
      })
    }),

    deleteFile: Effect.fn("OpenAiBatch.deleteFile")(function* (id: string) {
      const subject: Subject = { operation: "deleteFile", target: id }
      let uncertain = false
      const attempt = call(
        settings,
        subject,
        timeouts.request,
        (options) => client.files.delete(id, options).asResponse(),
        decodeDeleted
      )
      yield* attempt.pipe(
        // Gone after an attempt whose reply was lost: that attempt did it.
        Effect.catchIf(
          ({ reason }) => uncertain && reason._tag === "NotFound",
          () => Effect.void
        ),
        Effect.tapError((error) =>
          Effect.sync(() => {
            uncertain ||= error.acted === "unknown"
          })
        ),
        (deletion) => repeated(subject, deletion)
      )
    })
  }
}

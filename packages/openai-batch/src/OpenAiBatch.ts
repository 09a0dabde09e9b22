/**
 * OpenAI's Files and Batches as a service: calls that are safe to repeat are repeated, the one that costs money is not.
 *
 * @since 0.1.0
 */

import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import type * as Batch from "./Batch.js"
import type * as FileInfo from "./FileInfo.js"
import { makeService } from "./internal/service.js"
import { settingsOf } from "./internal/settings.js"
import * as OpenAiBatchConfig from "./OpenAiBatchConfig.js"
import type { OpenAiBatchError } from "./OpenAiBatchError.js"
import * as OpenAiClient from "./OpenAiClient.js"
import type { OpenAiConfigError } from "./OpenAiConfigError.js"

/**
 * The file to upload, and what the API is to know of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface UploadOptions {
  readonly path: string
  /** What the API calls the file; ends in `.jsonl`. */
  readonly name: string
  /** 3,600 to 2,592,000; the API keeps the file for 30 days unless told. */
  readonly expiresAfterSeconds?: number | undefined
}

/**
 * The batch to create, by its input file.
 *
 * @since 0.1.0
 * @category models
 */
export interface CreateOptions {
  readonly inputFileId: string
  readonly endpoint: string
  /** At most 16 pairs; keys of at most 64, values of at most 512 characters. */
  readonly metadata: Readonly<Record<string, string>>
  /** Lifetime of the output and error files, 3,600 to 2,592,000, counted from when they come to be. */
  readonly outputExpiresAfterSeconds?: number | undefined
}

/**
 * The file to download, and where to.
 *
 * @since 0.1.0
 * @category models
 */
export interface DownloadOptions {
  readonly fileId: string
  readonly path: string
  /** Bytes on disk so far; falls back where an attempt has to start again. */
  readonly onProgress?: ((bytes: number) => void) | undefined
}

/**
 * Every method but `create` repeats what is worth repeating, by the settings' schedule.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Uploads an input file. A repetition may leave a second file behind, which costs nothing and expires. */
  readonly upload: (options: UploadOptions) => Effect.Effect<FileInfo.FileInfo, OpenAiBatchError>
  /** Creates a batch, once: it is paid for, and the API has no idempotency key. After a failure look at `acted`. */
  readonly create: (options: CreateOptions) => Effect.Effect<Batch.Batch, OpenAiBatchError>
  readonly retrieve: (id: string) => Effect.Effect<Batch.Batch, OpenAiBatchError>
  /** The batches of the project as the API lists them, newest first. A page (100 unless told) is fetched when it is needed. */
  readonly list: (options?: { readonly pageSize?: number | undefined }) => Stream.Stream<Batch.Batch, OpenAiBatchError>
  /** Asks for a batch to be cancelled; one that is over or being cancelled already is given as it is. */
  readonly cancel: (id: string) => Effect.Effect<Batch.Batch, OpenAiBatchError>
  readonly file: (id: string) => Effect.Effect<FileInfo.FileInfo, OpenAiBatchError>
  readonly files: (options?: {
    readonly purpose?: string | undefined
    readonly pageSize?: number | undefined
  }) => Stream.Stream<FileInfo.FileInfo, OpenAiBatchError>
  /**
   * Streams a file to `path`, which exists only once all of it is there and flushed. Its size is checked where the file's description can
   * be had; whether it is the right file is for the caller to see.
   */
  readonly download: (options: DownloadOptions) => Effect.Effect<{ readonly bytes: number }, OpenAiBatchError>
  readonly deleteFile: (id: string) => Effect.Effect<void, OpenAiBatchError>
  /**
   * How far the server's clock is ahead of this machine's (ms, negative: behind), by the `Date` of its newest reply; 0 as long as none has
   * told. Times of batches are the server's, so deadlines are judged by it.
   */
  readonly clockOffset: Effect.Effect<number>
}

/**
 * The tag of the service.
 *
 * @since 0.1.0
 * @category tags
 */
export class OpenAiBatch extends Context.Tag("@batchlabel/openai-batch/OpenAiBatch")<OpenAiBatch, Service>() {}

/**
 * The service over a client of the SDK. `settings.apiKey` is needed only to keep it out of texts, should the server repeat it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (client: OpenAiClient.Client, settings: Partial<OpenAiBatchConfig.OpenAiBatchConfig> = {}): Service =>
  makeService(client, settingsOf(settings))

/**
 * From settings in hand.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (settings: OpenAiBatchConfig.OpenAiBatchConfig): Layer.Layer<OpenAiBatch> =>
  Layer.effect(
    OpenAiBatch,
    Effect.map(OpenAiClient.make(settings), (client) => make(client, settings))
  )

/**
 * From a description of settings, read from the current `ConfigProvider` and checked.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  config: Config.Config<OpenAiBatchConfig.OpenAiBatchConfig> = OpenAiBatchConfig.config
): Layer.Layer<OpenAiBatch, OpenAiConfigError> => Layer.unwrapEffect(Effect.map(OpenAiBatchConfig.load(config), layer))

/**
 * From a client of your own: Azure's, one with a proxy, one of a test. Retries of its own are switched off call by call.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFrom = (
  client: OpenAiClient.Client,
  settings: Partial<OpenAiBatchConfig.OpenAiBatchConfig> = {}
): Layer.Layer<OpenAiBatch> => Layer.succeed(OpenAiBatch, make(client, settings))

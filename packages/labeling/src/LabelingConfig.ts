/**
 * The waits and limits of the pipeline. All of them are settings, so that a fast compatible server is not slowed down and a test takes
 * no time.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"

/**
 * @since 0.1.0
 * @category models
 */
export interface Settings {
  /** The first and the longest wait between two looks at a running batch. */
  readonly pollInterval: Duration.Duration
  readonly pollCap: Duration.Duration
  /** The first and the longest rest of a shard that the API would not take. */
  readonly backoff: Duration.Duration
  readonly backoffCap: Duration.Duration
  /** How long a new batch may be missing from the list of batches. */
  readonly listLag: Duration.Duration
  /** How long a completed batch may lack its files. */
  readonly outputLag: Duration.Duration
  /**
   * How long whoever is told to stop waits for the reply of a create that is under way. What is not answered by then is left with its intent
   * stored, and the next pass looks it up: seconds, for a person waits, but longer than a create usually takes.
   */
  readonly createPatience: Duration.Duration
  /** How long after `expires_at` a batch that still claims to run is waited for, and an unknown one is given up. */
  readonly expiryGrace: Duration.Duration
  /**
   * How often in a row one step (an upload, a create, a batch that its server fails) may be refused before the job stops and says so, and
   * how often a batch may find the queue full while others of this store hold it: with the longest rest between them that is more than a
   * day, in which all that holds the queue has ended.
   */
  readonly tries: number
  readonly queueTries: number
  /** How many batches, one after the other, may end with nothing done before the job stops and says so. */
  readonly fruitlessRounds: number
  /** How long a limit of enqueued tokens that the API was heard to say is believed: limits are raised. */
  readonly limitMemory: Duration.Duration
  readonly parallelUploads: number
  readonly parallelPolls: number
  /** The API allows 2,000. Source: OpenAI's batch guide, rate limits. */
  readonly creationsPerHour: number
  /** The share of the limit of enqueued tokens that is used: the API may count a little more than was counted here. */
  readonly queueShare: number
  /** What a job may be split into; a server that takes anybody's files sets it. Absent: no bound. */
  readonly mostOfJob?: { readonly shards: number; readonly bytes: number } | undefined
}

/**
 * The values that suit OpenAI.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaults: Settings = {
  pollInterval: Duration.seconds(30),
  pollCap: Duration.minutes(5),
  backoff: Duration.minutes(5),
  backoffCap: Duration.minutes(80),
  listLag: Duration.seconds(60),
  outputLag: Duration.minutes(10),
  createPatience: Duration.seconds(5),
  expiryGrace: Duration.hours(1),
  tries: 10,
  queueTries: 24,
  fruitlessRounds: 2,
  limitMemory: Duration.hours(24),
  parallelUploads: 2,
  parallelPolls: 8,
  creationsPerHour: 2_000,
  queueShare: 0.97
}

/**
 * The settings in use; `defaults` where none are provided.
 *
 * @since 0.1.0
 * @category references
 */
export class LabelingConfig extends Context.Reference<LabelingConfig>()("@batchlabel/labeling/LabelingConfig", {
  defaultValue: (): Settings => defaults
}) {}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (settings: Partial<Settings> = {}): Layer.Layer<LabelingConfig> =>
  Layer.succeed(LabelingConfig, { ...defaults, ...settings })

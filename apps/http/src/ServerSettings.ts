/**
 * What an operator decides about a server. No request can change any of it.
 *
 * @since 0.1.0
 */
import { defaults as TemplateDefaults, type TemplateLimits } from "@batchlabel/core/TemplateLimits"
import type { UsageTier } from "@batchlabel/cost/Duration"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"

/**
 * What a client may ask of the server.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limits {
  /** A CSV file. */
  readonly uploadBytes: number
  /** Data rows of a CSV file. */
  readonly rows: number
  /** A single record of a CSV file. */
  readonly recordBytes: number
  /** Columns of a CSV file, and the bytes of all their names. */
  readonly columns: number
  readonly headerBytes: number
  /** A body that is not a file. */
  readonly bodyBytes: number
  readonly concurrentUploads: number
  /** Requests a second that a token may make for long, and at once. */
  readonly requestsPerSecond: number
  readonly requestBurst: number
  /** Requests a second without any token that an address may make for long, and at once; health does not count. */
  readonly strangersPerSecond: number
  readonly strangerBurst: number
  /** Tries with a wrong token that an address has, and how many of them come back a minute. */
  readonly wrongTokens: number
  readonly wrongTokensPerMinute: number
  /** Event streams of an owner at a time. */
  readonly eventStreams: number
  /** Tasks that an owner keeps. */
  readonly savedTasks: number
  /** Files of an owner that wait for a job. */
  readonly uploads: number
  /** Jobs of an owner that wait to be started. */
  readonly drafts: number
  /** `Idempotency-Key`s of an owner that are remembered: the newest. */
  readonly keys: number
  /** Pages that are logged in with one token: the newest. */
  readonly sessions: number
  /** Batches of a job before any of its rows is asked again, and the bytes of the requests of all its rows. */
  readonly shards: number
  readonly jobBytes: number
  /** Webhooks of a token. */
  readonly webhooks: number
  /** A body that comes more slowly than this for longer than `slowBodyGrace` is given up. */
  readonly bodyBytesPerSecond: number
  readonly slowBodyGrace: Duration.Duration
  /** What a row of a client's template may take; see `TemplateLimits`. */
  readonly template: TemplateLimits
  /** Threads for the work whose cost clients decide, two at least; of one owner there is always one less at work. */
  readonly workThreads: number
  /** How long a piece of work may take, longer by a second for each `workBytesPerSecond` of its file, and the memory of a thread. */
  readonly workTime: Duration.Duration
  readonly workBytesPerSecond: number
  readonly workMegabytes: number
  /** Requests of an owner that wait for a thread. */
  readonly waitingWorks: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Settings {
  /** The folder of jobs; uploads lie in it. */
  readonly home: string
  /** The script of a work thread: the bundle of `internal/thread/main`. */
  readonly threadEntry: URL | string
  readonly limits: Limits
  /** How long an upload waits for a job to be made of it. */
  readonly uploadLifetime: Duration.Duration
  /** How long an `Idempotency-Key` is remembered. */
  readonly keyLifetime: Duration.Duration
  /** How long making a job may keep its client waiting; a longer one is answered while the input is still being split. */
  readonly patience: Duration.Duration
  /** How often the store is looked through for jobs that others have made or changed. */
  readonly scanInterval: Duration.Duration
  /** How often a job is looked at for those who follow its events. */
  readonly feedInterval: Duration.Duration
  /** How often an open stream gives a sign of life, if it has nothing to tell, and its token is looked at again. */
  readonly beatInterval: Duration.Duration
  /** How many jobs are taken on at a time. */
  readonly parallelJobs: number
  /** Result files of an unfinished job are written anew at most so often. */
  readonly resultInterval: Duration.Duration
  /** First pause after a delivery that failed; it doubles, up to five hours, and after `deliveryAttempts` it is given up. */
  readonly deliveryBackoff: Duration.Duration
  readonly deliveryAttempts: number
  /** Answers that one owner has paid for serve all owners' equal rows; else each owner has its own. */
  readonly shareAnswers: boolean
  /** What all owners together, and each owner that has no limit of its own, may spend in a month; absent: what was said before, at first the defaults. */
  readonly monthlyCap: bigint | "none" | undefined
  readonly ownerCap: bigint | "none" | undefined
  /** Webhooks may go to loopback, private and link-local addresses, and over http. */
  readonly allowPrivateWebhooks: boolean
  /** The secret of the project's webhook at OpenAI. */
  readonly openAiWebhookSecret: Redacted.Redacted | undefined
  /** The folder of the built page. */
  readonly webRoot: string | undefined
  /** Where the server is reached, if not where it listens; with `https:` cookies are marked `Secure`. */
  readonly publicUrl: string | undefined
  /** The organisation's usage tier, for jobs that name no limit of their own. */
  readonly tier: UsageTier
  /** Its enqueued-token limit, instead of the tier's. */
  readonly enqueuedTokenLimit: number | undefined
  /** How long a stop may take. */
  readonly stopWithin: Duration.Duration
}

/**
 * @since 0.1.0
 * @category constants
 */
export const defaultLimits: Limits = {
  uploadBytes: 2 * 1024 ** 3,
  rows: 5_000_000,
  recordBytes: 8 * 1024 ** 2,
  columns: 16_384,
  headerBytes: 1024 ** 2,
  bodyBytes: 1024 ** 2,
  concurrentUploads: 32,
  requestsPerSecond: 50,
  requestBurst: 300,
  strangersPerSecond: 50,
  strangerBurst: 300,
  wrongTokens: 20,
  wrongTokensPerMinute: 10,
  eventStreams: 500,
  savedTasks: 200,
  uploads: 200,
  drafts: 500,
  keys: 10_000,
  sessions: 20,
  shards: 2_000,
  jobBytes: 8 * 1024 ** 3,
  webhooks: 20,
  bodyBytesPerSecond: 1024,
  slowBodyGrace: Duration.seconds(20),
  template: { ...TemplateDefaults, milliseconds: 1_000, memory: 20_000_000 },
  workThreads: 3,
  workTime: Duration.seconds(30),
  workBytesPerSecond: 250_000,
  workMegabytes: 512,
  waitingWorks: 32
}

/**
 * What may be spent in a month where the operator has said nothing, in pico-dollars: by all owners together, and by each. Enough for some
 * hundred thousand rows of a small model; whoever needs more is known to the operator.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultCaps = { server: 100_000_000_000_000n, eachOwner: 25_000_000_000_000n } as const

/**
 * What has no sensible value without asking.
 *
 * @since 0.1.0
 * @category models
 */
export type Told = "home" | "threadEntry"

/**
 * Everything that has a sensible value without asking.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaults: Omit<Settings, Told> = {
  limits: defaultLimits,
  uploadLifetime: Duration.hours(24),
  keyLifetime: Duration.days(7),
  patience: Duration.seconds(8),
  scanInterval: Duration.seconds(5),
  feedInterval: Duration.seconds(1),
  beatInterval: Duration.seconds(15),
  parallelJobs: 8,
  resultInterval: Duration.seconds(15),
  deliveryBackoff: Duration.seconds(5),
  deliveryAttempts: 10,
  shareAnswers: false,
  monthlyCap: undefined,
  ownerCap: undefined,
  allowPrivateWebhooks: false,
  openAiWebhookSecret: undefined,
  webRoot: undefined,
  publicUrl: undefined,
  tier: 1,
  enqueuedTokenLimit: undefined,
  stopWithin: Duration.seconds(9)
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ServerSettings extends Context.Tag("@batchlabel/http/ServerSettings")<ServerSettings, Settings>() {}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (settings: Partial<Settings> & Pick<Settings, Told>): Layer.Layer<ServerSettings> =>
  Layer.succeed(ServerSettings, { ...defaults, ...settings })

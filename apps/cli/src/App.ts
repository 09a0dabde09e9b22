/** The layers a command runs on. What is heavy (the SDK, SQL) is loaded only when a layer that needs it is built. */
import { join } from "node:path"
import type { CostError } from "@batchlabel/cost/CostError"
import * as PriceBook from "@batchlabel/cost/PriceBook"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import { JobStoreError, StoreUnavailable } from "@batchlabel/job-store/JobStoreError"
import * as LabelingConfig from "@batchlabel/labeling/LabelingConfig"
import * as Message from "@batchlabel/messages/Message"
import type { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import type { Wait } from "@batchlabel/openai-batch/OpenAiBatchConfig"
import * as OpenAiBatchConfig from "@batchlabel/openai-batch/OpenAiBatchConfig"
import type { OpenAiConfigError } from "@batchlabel/openai-batch/OpenAiConfigError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as PlatformConfigProvider from "@effect/platform/PlatformConfigProvider"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Failure } from "./Command.js"
import type * as Flag from "./Flag.js"
import type * as Flags from "./Flags.js"
import { Screen } from "./Screen.js"

/** The environment, then `.env` in the working directory: the environment wins. */
export const configProvider: Effect.Effect<ConfigProvider.ConfigProvider, never, FileSystem.FileSystem> = Effect.gen(
  function* () {
    const environment = ConfigProvider.fromEnv()
    const dotEnv = yield* Effect.option(PlatformConfigProvider.fromDotEnv(".env"))
    return Option.match(dotEnv, {
      onNone: () => environment,
      onSome: (file) => ConfigProvider.orElse(environment, () => file)
    })
  }
)

const secretText = (name: string): Effect.Effect<Option.Option<Redacted.Redacted>> =>
  Config.option(Config.redacted(name)).pipe(
    Config.map(Option.filter((url) => Redacted.value(url).trim() !== "")),
    // A redacted text is always there or absent.
    Effect.orElseSucceed(() => Option.none<Redacted.Redacted>())
  )

const unusable = (variable: string, detail: string): JobStoreError =>
  new JobStoreError({ reason: new StoreUnavailable({ location: variable, detail }) })

const useShared = "BATCHLABEL_USE_DATABASE_URL"

/** Whether `DATABASE_URL` is meant for us. What is neither a yes nor a no is not taken for a no: it would keep the jobs elsewhere. */
const asksForShared: Effect.Effect<boolean, JobStoreError> = Config.option(Config.nonEmptyString(useShared)).pipe(
  Effect.orElseSucceed(() => Option.none<string>()),
  Effect.flatMap(
    Option.match({
      onNone: () => Effect.succeed(false),
      onSome: () => Effect.mapError(Config.boolean(useShared), () => unusable(useShared, "it is neither true nor false"))
    })
  )
)

/** A database that the user has named, and the variable that names it. */
export interface Database {
  readonly variable: string
  readonly url: Redacted.Redacted
}

const own = "BATCHLABEL_DATABASE_URL"
const common = "DATABASE_URL"

/**
 * Where the jobs are kept instead of in a file: `BATCHLABEL_DATABASE_URL`. `DATABASE_URL`, which means another database to most programs, is
 * taken only with `BATCHLABEL_USE_DATABASE_URL=true`, and then it has to be there.
 */
export const database: Effect.Effect<Option.Option<Database>, JobStoreError> = Effect.gen(function* () {
  const named = yield* secretText(own)
  if (Option.isSome(named)) return Option.some({ variable: own, url: named.value })
  if (!(yield* asksForShared)) return Option.none()
  const shared = yield* secretText(common)
  if (Option.isNone(shared)) return yield* unusable(common, `it is not set, and ${useShared} asks for it`)
  return Option.some({ variable: common, url: shared.value })
})

const isPostgres = (url: Redacted.Redacted): boolean => /^postgres(ql)?:\/\//i.test(Redacted.value(url).trim())

/** The address of the database, which has to be a PostgreSQL. The error names the variable, never what is in it. */
export const databaseUrl: Effect.Effect<Option.Option<Redacted.Redacted>, JobStoreError> = Effect.flatMap(
  database,
  Option.match({
    onNone: () => Effect.succeed(Option.none()),
    onSome: ({ url, variable }) =>
      isPostgres(url) ? Effect.succeed(Option.some(url)) : Effect.fail(unusable(variable, notPostgres))
  })
)

/** Says that a `DATABASE_URL` which could be ours is not used: earlier versions took it unasked. */
export const noteIgnoredDatabase: Effect.Effect<void, JobStoreError, Screen> = Effect.gen(function* () {
  if (Option.isSome(yield* database)) return
  const shared = yield* secretText(common)
  const { note, texts } = yield* Screen
  if (Option.exists(shared, isPostgres)) yield* note(texts.store.ignored)
})

const notPostgres = "not the address of a PostgreSQL (postgres://…)"

/** The file of the embedded store. */
export const storeFile = (home: string): string => join(home, "state.db")

/** Whether the jobs are kept in a database that all folders share. */
export const sharedStore: Effect.Effect<boolean, JobStoreError> = Effect.map(database, Option.isSome)

/** The store of jobs: the database where one is named, else the file in the folder of jobs. */
export const store = (home: string): Layer.Layer<JobStore, JobStoreError> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const url = yield* databaseUrl
      if (Option.isSome(url)) {
        const postgres = yield* Effect.promise(() => import("@batchlabel/job-store/PostgresStore"))
        return postgres.layer(url.value)
      }
      const sqlite = yield* Effect.promise(() => import("@batchlabel/job-store/SqliteStore"))
      return sqlite.layer(storeFile(home))
    })
  )

/** OpenAI, or a server like it, by the configuration. What is waited for is told on stderr after some seconds. */
export const api: Layer.Layer<OpenAiBatch, OpenAiConfigError, Screen> = Layer.unwrapEffect(
  Effect.gen(function* () {
    const { lang, note, texts } = yield* Screen
    const onWait = ({ address, attempts, failed, operation, target, waited }: Wait) =>
      note(
        texts.waiting(
          Message.operationName({ operation, target }, lang),
          address,
          Math.round(waited / 1000),
          attempts,
          failed === undefined ? undefined : Message.forCommand(failed, lang).split("\n")[0]
        )
      )
    const settings = yield* OpenAiBatchConfig.load()
    const module = yield* Effect.promise(() => import("@batchlabel/openai-batch/OpenAiBatch"))
    return module.layer({ ...settings, onWait })
  })
)

/** What the flags of waiting say. */
export type Waits = Flag.ValuesOf<typeof Flags.waits>

const present = (entries: Readonly<Record<string, Duration.Duration | undefined>>): Partial<LabelingConfig.Settings> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))

/** The pipeline's settings; a first wait above the longest one raises it. */
export const settings = (waits: Waits): Layer.Layer<LabelingConfig.LabelingConfig> => {
  const { backoff, backoffCap, createPatience, listLag, outputLag, pollCap, pollInterval } = waits
  return LabelingConfig.layer(present({ backoff, backoffCap, createPatience, listLag, outputLag, pollCap, pollInterval }))
}

/** What the flags of prices say. */
export type PriceFlags = Flag.ValuesOf<typeof Flags.prices>

const userBook = (path: string): Effect.Effect<PriceBook.PriceBook, Failure | CostError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const text = yield* readText(path)
    const yaml = yield* Effect.promise(() => import("./Yaml.js"))
    const parsed = yield* Either.mapLeft(
      yaml.parse(text),
      (detail): Failure => ({ problem: Message.make("BL5301", { path, detail }) })
    )
    return yield* PriceBook.decode(parsed, path)
  })

const statedBook = (model: string, input: number, output: number): PriceBook.PriceBook =>
  PriceBook.fromFile({
    date: new Date().toISOString().slice(0, 10),
    source: "--price-in, --price-out",
    models: [{ model, match: "exact", batch: { input, output } }]
  })

/** The built-in prices, corrected by the user's file, and for this model by `--price-in` and `--price-out`. */
export const priceBook = Effect.fn("App.priceBook")(function* (
  flags: PriceFlags,
  model: string | undefined
): Effect.fn.Return<PriceBook.PriceBook, Failure | CostError, FileSystem.FileSystem> {
  const { priceIn, priceOut, prices } = flags
  if ((priceIn === undefined) !== (priceOut === undefined)) {
    const [one, other] = priceIn === undefined ? ["--price-out", "--price-in"] : ["--price-in", "--price-out"]
    return yield* Effect.fail({ problem: Message.make("BL6013", { one, other }) })
  }
  const own = prices === undefined ? PriceBook.builtin : PriceBook.merge(PriceBook.builtin, yield* userBook(prices))
  if (model === undefined || priceIn === undefined || priceOut === undefined) return own
  return PriceBook.merge(own, statedBook(model, priceIn, priceOut))
})

/** A pipe may never end, a device neither, and then nothing but SIGKILL ends the reading. */
export const requireFile = Effect.fn("App.requireFile")(function* (
  path: string
): Effect.fn.Return<void, Failure, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const info = yield* Effect.option(fs.stat(path))
  if (Option.exists(info, ({ type }) => type !== "File")) return yield* Effect.fail({ problem: Message.make("BL6075", { path }) })
})

/** Reads a text file that the user has named. */
export const readText = Effect.fn("App.readText")(function* (
  path: string
): Effect.fn.Return<string, Failure, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  yield* requireFile(path)
  return yield* fs
    .readFileString(path)
    .pipe(Effect.mapError((error) => ({ problem: Message.make("BL6023", { path, detail: error.message }) })))
})

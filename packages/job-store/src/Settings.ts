/**
 * Values that are remembered by name: what was learned, promised or seen and is not part of a job's own rows. Each kind has a schema.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { JobStoreError } from "./JobStoreError.js"

/**
 * A kind of value, one under each key.
 *
 * @since 0.1.0
 * @category models
 */
export interface Setting<A> {
  readonly kind: string
  readonly decode: (json: string) => Option.Option<A>
  readonly encode: (value: A) => string
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const define = <A, I>(kind: string, schema: Schema.Schema<A, I>): Setting<A> => {
  const json = Schema.parseJson(schema)
  return { kind, decode: Schema.decodeOption(json), encode: Schema.encodeSync(json) }
}

/**
 * The values as they are stored: JSON under a kind and a key.
 *
 * @since 0.1.0
 * @category models
 */
export interface Encoded {
  readonly read: (kind: string, key: string) => Effect.Effect<string | undefined, JobStoreError>
  /** `job`: the value is forgotten with that job. */
  readonly write: (kind: string, key: string, value: string, job: string | undefined) => Effect.Effect<void, JobStoreError>
  readonly remove: (kind: string, key: string) => Effect.Effect<void, JobStoreError>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** A value that this version cannot read counts as not set: what is remembered here can be found out anew. */
  readonly get: <A>(setting: Setting<A>, key: string) => Effect.Effect<A | undefined, JobStoreError>
  /** Takes the place of the value before. With `job` it is forgotten when that job is removed. */
  readonly set: <A>(
    setting: Setting<A>,
    key: string,
    value: A,
    options?: { readonly job?: string | undefined }
  ) => Effect.Effect<void, JobStoreError>
  readonly remove: (setting: { readonly kind: string }, key: string) => Effect.Effect<void, JobStoreError>
  /** The stored form, for whoever hands it to another thread. */
  readonly encoded: Encoded
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Settings extends Context.Tag("@batchlabel/job-store/Settings")<Settings, Service>() {}

/**
 * The settings over their stored form.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (encoded: Encoded): Service => ({
  encoded,
  get: (setting, key) =>
    Effect.map(encoded.read(setting.kind, key), (json) =>
      json === undefined ? undefined : Option.getOrUndefined(setting.decode(json))
    ),
  set: (setting, key, value, options = {}) => encoded.write(setting.kind, key, setting.encode(value), options.job),
  remove: ({ kind }, key) => encoded.remove(kind, key)
})

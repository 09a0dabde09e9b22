/** What is remembered between passes, by kind. */
import * as Forecast from "@batchlabel/cost/Forecast"
import * as Settings from "@batchlabel/job-store/Settings"
import * as Schema from "effect/Schema"

/** When the user last said that a job may go on, by job (unix ms). */
export const resumedAt = Settings.define("resumed_at", Schema.Number)

/** What a job was expected to cost when its input was split, by job. */
export const forecast = Settings.define("forecast", Forecast.Forecast)

const Output = Schema.Struct({ job: Schema.String, stamp: Schema.String })

/** Which job has written an output, and what identifies the file that it has written, by path. */
export const written = Settings.define("written", Output)

/** The same of a file that is about to take its name. */
export const writing = Settings.define("writing", Output)

/** The limit of enqueued tokens that the API was heard to say, and when (unix ms), by model. */
export const tokenLimit = Settings.define("token_limit", Schema.Struct({ limit: Schema.Number, at: Schema.Number }))

/** When a batch was first seen to have answers and to name no file (unix ms), by batch. */
export const fileless = Settings.define("fileless", Schema.Number)

/** When this program cancelled a batch by itself (unix ms), by batch. */
export const ownCancel = Settings.define("own_cancel", Schema.Number)

/** When the user was asked about a batch that does not end (unix ms), by batch. */
export const overdue = Settings.define("overdue", Schema.Number)

/** Since when (unix ms) files in which something is missing have looked like this, by job and batch. */
export const doubt = Settings.define("doubt", Schema.Struct({ since: Schema.Number, signature: Schema.String }))

/**
 * Code of the embedder's own in a job: how a row becomes a request, how a response becomes a label, and which service takes the batches.
 *
 * A job outlives the process that made it, so that it keeps the ids of its extensions, and each process that goes on with it has to have
 * extensions with these ids. An id names one behaviour: change the id with the code. Ids are part of the job's fingerprint, so that
 * answers of one behaviour never serve another.
 *
 * @since 0.1.0
 */
import type { Outcome } from "@batchlabel/core/Outcome"
import type { Task } from "@batchlabel/core/Task"
import type { JobSettings } from "@batchlabel/job-store/Job"
import * as Context from "effect/Context"

/**
 * The cells of a row by the names of their columns.
 *
 * @since 0.1.0
 * @category models
 */
export type Cells = Readonly<Record<string, string>>

/**
 * Makes the body of the request for a row: what stands under `body` in a line of the batch file. It must depend on its arguments alone,
 * ask for the model of the task, and ask for one answer. A body with which one of this is not so makes its row fail, as does a throw: the
 * message is the row's detail. The most that a job can cost is reckoned with the longest answer that the model can give.
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestBuilder {
  readonly id: string
  readonly toBody: (cells: Cells, task: Task) => Readonly<Record<string, unknown>>
}

/**
 * Reads the parsed body of a response with status 200. A `Labeled` outcome's `value` has to be a label of the task.
 *
 * @since 0.1.0
 * @category models
 */
export interface AnswerReader {
  readonly id: string
  readonly read: (body: unknown, task: Task) => Outcome
}

/**
 * The extensions that a program has, by which the jobs that name them are gone on with. `provider` is the id of the service of batches;
 * `undefined`: OpenAI's, or one that stands for it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Known {
  readonly requestBuilders: ReadonlyArray<RequestBuilder>
  readonly answerReaders: ReadonlyArray<AnswerReader>
  readonly provider: string | undefined
}

/**
 * None, unless a layer provides some.
 *
 * @since 0.1.0
 * @category references
 */
export class Extensions extends Context.Reference<Extensions>()("@batchlabel/labeling/Extensions", {
  defaultValue: (): Known => ({ requestBuilders: [], answerReaders: [], provider: undefined })
}) {}

/**
 * Which extensions a job has, by their ids.
 *
 * @since 0.1.0
 * @category models
 */
export type Ids = Pick<JobSettings, "requestBuilder" | "answerReader" | "provider">

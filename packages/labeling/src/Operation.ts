/**
 * What the operations of this package fail with and need, under one roof. A library that is built with declarations names these types
 * from here; it need not depend on the packages that they come from.
 *
 * @since 0.1.0
 */
import type { TaskError } from "@batchlabel/core/TaskError"
import type { CostError } from "@batchlabel/cost/CostError"
import type { Estimate } from "@batchlabel/cost/Estimate"
import type { Forecast } from "@batchlabel/cost/Forecast"
import type { CsvError } from "@batchlabel/csv-io/CsvError"
import type { DatasetError } from "@batchlabel/dataset/DatasetError"
import type { OutcomeTable } from "@batchlabel/dataset/OutcomeTable"
import type { Job } from "@batchlabel/job-store/Job"
import type { JobStore } from "@batchlabel/job-store/JobStore"
import type { JobStoreError } from "@batchlabel/job-store/JobStoreError"
import type { OpenAiBatch } from "@batchlabel/openai-batch/OpenAiBatch"
import type { OpenAiBatchError } from "@batchlabel/openai-batch/OpenAiBatchError"
import type { FileSystem } from "@effect/platform/FileSystem"
import type { LabelingConfig } from "./LabelingConfig.js"
import type { LabelingError } from "./LabelingError.js"
import type { Prices } from "./Prices.js"

export type {
  /**
   * A price file or an estimate that cannot be read or made.
   *
   * @since 0.1.0
   * @category errors
   */
  CostError,
  /**
   * A CSV that cannot be read or written.
   *
   * @since 0.1.0
   * @category errors
   */
  CsvError,
  /**
   * A shard or a result file that cannot be read or written.
   *
   * @since 0.1.0
   * @category errors
   */
  DatasetError,
  /**
   * What a job will cost.
   *
   * @since 0.1.0
   * @category models
   */
  Estimate,
  /**
   * The service that reads and writes files.
   *
   * @since 0.1.0
   * @category services
   */
  FileSystem,
  /**
   * What a job was expected to cost when it was made.
   *
   * @since 0.1.0
   * @category models
   */
  Forecast,
  /**
   * A job as the store keeps it.
   *
   * @since 0.1.0
   * @category models
   */
  Job,
  /**
   * The store of jobs.
   *
   * @since 0.1.0
   * @category services
   */
  JobStore,
  /**
   * A store that cannot be opened, read or written.
   *
   * @since 0.1.0
   * @category errors
   */
  JobStoreError,
  /**
   * The waits and limits.
   *
   * @since 0.1.0
   * @category services
   */
  LabelingConfig,
  /**
   * What stands in the way of a job.
   *
   * @since 0.1.0
   * @category errors
   */
  LabelingError,
  /**
   * The Batch API.
   *
   * @since 0.1.0
   * @category services
   */
  OpenAiBatch,
  /**
   * A call of the API that failed.
   *
   * @since 0.1.0
   * @category errors
   */
  OpenAiBatchError,
  /**
   * Outcomes by request digest.
   *
   * @since 0.1.0
   * @category models
   */
  OutcomeTable,
  /**
   * The price book.
   *
   * @since 0.1.0
   * @category services
   */
  Prices,
  /**
   * What is wrong with a task, its file or its templates.
   *
   * @since 0.1.0
   * @category errors
   */
  TaskError
}

/**
 * Everything that an operation can fail with. Each is a tagged error: `Effect.catchTag` tells them apart.
 *
 * @since 0.1.0
 * @category errors
 */
export type OperationError = CostError | CsvError | DatasetError | JobStoreError | LabelingError | OpenAiBatchError | TaskError

/**
 * Everything that an operation can need.
 *
 * @since 0.1.0
 * @category services
 */
export type OperationRequirements = FileSystem | JobStore | LabelingConfig | OpenAiBatch | Prices

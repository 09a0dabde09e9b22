/**
 * What was paid, counted by the simulator itself: so that a client's promise to pay nothing twice can be checked from outside.
 *
 * A request line is paid when it was answered (status 200 with usage) in a batch that completed, expired or was cancelled, whether or not
 * its line then reached the output file. Lines belong to the job that the batch's `metadata.job` names, or to the job `""`.
 *
 * @since 0.1.0
 */

/**
 * How often things of a kind were paid: `distinct` of them, of which `repeated` more than once; `extra` payments beyond the first.
 *
 * @since 0.1.0
 * @category models
 */
export interface Payments {
  readonly distinct: number
  readonly repeated: number
  readonly extra: number
}

/**
 * One batch of a job; `paid` lines and their tokens are known once it has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface BatchEntry {
  readonly id: string
  readonly status: string
  readonly metadata: Readonly<Record<string, string>> | null
  readonly total: number
  readonly paid: number
  readonly inputTokens: number
  readonly outputTokens: number
}

/**
 * A request line that was paid more than once.
 *
 * @since 0.1.0
 * @category models
 */
export interface RepeatedLine {
  readonly customId: string
  readonly times: number
  /** The batches that were paid for it, in order of creation. */
  readonly batches: ReadonlyArray<string>
}

/**
 * What was paid for one job.
 *
 * @since 0.1.0
 * @category models
 */
export interface JobEntry {
  /** Batches created, by their status now. */
  readonly batches: number
  readonly statuses: Readonly<Record<string, number>>
  /** Paid request lines. */
  readonly paid: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** By custom_id. */
  readonly customIds: Payments
  /** By request body: equal requests under different custom_ids count as repeated here. */
  readonly bodies: Payments
  /** With `detail` only. */
  readonly detail?: {
    readonly batches: ReadonlyArray<BatchEntry>
    /** Every custom_id that was paid more than once. */
    readonly repeated: ReadonlyArray<RepeatedLine>
  }
}

/**
 * What was paid, by job and in all: what a test counts to see that nothing was paid twice.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ledger {
  /** By `metadata.job`. */
  readonly jobs: Readonly<Record<string, JobEntry>>
  /** Paid calls of Chat Completions and Responses outside batches. */
  readonly calls: { readonly paid: number; readonly inputTokens: number; readonly outputTokens: number }
  /** Files uploaded with the purpose `batch`. */
  readonly uploads: number
}

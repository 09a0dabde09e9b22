/**
 * The codes of splitting, collecting and merging.
 *
 * @since 0.1.0
 */
import * as Problem from "@batchlabel/core/Problem"

/**
 * One plain sentence for each code.
 *
 * @since 0.1.0
 * @category problems
 */
export const sentences = {
  BL5001: (p: { path: string; operation: string; detail: string }) => `Cannot ${p.operation} ${p.path}: ${p.detail}`,
  BL7186: (p: { limit: number }) => `The rows make more than ${p.limit} batches`,
  BL7187: (p: { limit: number }) => `The requests of all rows take more than ${p.limit} bytes`
}

/**
 * Makes a problem of a dataset: a code of this family with its data.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Problem.family(sentences)

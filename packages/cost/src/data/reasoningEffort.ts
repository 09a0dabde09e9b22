/**
 * How many hidden tokens a reasoning model spends on one short text to be labelled, by effort. **An assumption**, stated so that it can be
 * shown and doubted: nobody publishes these figures, and they vary by model. A sample (`run --sample`) measures them.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface ReasoningEffort {
  /** Families that reason before they answer; a name with `chat` in it does not. */
  readonly models: RegExp
  readonly tokens: Readonly<Record<string, { readonly low: number; readonly mid: number; readonly high: number }>>
  /** Where the task states no effort: some models then reason at medium effort, others not at all. */
  readonly unstated: { readonly low: number; readonly mid: number; readonly high: number }
}

/**
 * @since 0.1.0
 * @category data
 */
export const reasoningEffort: ReasoningEffort = {
  models: /^(o\d|gpt-[56]|gpt-oss-)/,
  tokens: {
    none: { low: 0, mid: 0, high: 0 },
    minimal: { low: 0, mid: 64, high: 256 },
    low: { low: 64, mid: 192, high: 768 },
    medium: { low: 128, mid: 512, high: 2_048 },
    high: { low: 512, mid: 2_048, high: 8_192 },
    xhigh: { low: 1_024, mid: 4_096, high: 16_384 },
    max: { low: 2_048, mid: 8_192, high: 32_768 }
  },
  unstated: { low: 0, mid: 512, high: 2_048 }
}

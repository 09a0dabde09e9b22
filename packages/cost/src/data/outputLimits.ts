/**
 * The most tokens a model can answer with in one request, reasoning included: what bounds the cost of a request whose task states no cap.
 *
 * @since 0.1.0
 */

/**
 * The first pattern that matches a model speaks for it; `unknown` bounds the others.
 *
 * @since 0.1.0
 * @category models
 */
export interface OutputLimits {
  readonly date: string
  readonly source: string
  readonly models: ReadonlyArray<{ readonly pattern: RegExp; readonly tokens: number }>
  readonly unknown: number
}

/**
 * @since 0.1.0
 * @category data
 */
export const outputLimits: OutputLimits = {
  date: "2026-11-24",
  source: "the model metadata of gpt-tokenizer 4.0.0 (max_output_tokens)",
  models: [
    { pattern: /^gpt-4o-2024-05-13$/, tokens: 4_096 },
    { pattern: /^gpt-5[^-]*-chat-/, tokens: 16_384 },
    { pattern: /^gpt-5-pro/, tokens: 272_000 },
    { pattern: /^gpt-5/, tokens: 128_000 },
    { pattern: /^gpt-4\.1/, tokens: 32_768 },
    { pattern: /^(chatgpt-4o-|gpt-4o|gpt-4\.5-)/, tokens: 16_384 },
    { pattern: /^gpt-4(-\d{4})?$/, tokens: 8_192 },
    { pattern: /^(gpt-4-|gpt-3\.5-)/, tokens: 4_096 },
    { pattern: /^o\d/, tokens: 100_000 },
    { pattern: /^gpt-oss-/, tokens: 131_072 },
    { pattern: /^text-embedding-/, tokens: 0 }
  ],
  // The largest limit of any model: what is not known must not be bounded too low.
  unknown: 272_000
}

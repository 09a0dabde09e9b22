/**
 * Exact token counts.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 */
export * as Tokens from "./Tokens.js"

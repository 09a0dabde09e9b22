/**
 * `multipart/form-data`, part by part.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 */
export * as Multipart from "./Multipart.js"

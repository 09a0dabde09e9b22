/**
 * The languages in which batchlabel speaks to its users.
 *
 * @example
 * ```ts
 * import * as Lang from "@batchlabel/core/Lang"
 *
 * console.log(Lang.fromLocale({ LANG: "ko_KR.UTF-8" })) // ko
 * ```
 *
 * @since 0.1.0
 */

/**
 * `ko` is the guide's language, `en` its translation. Every text of the catalogue exists in both.
 *
 * @since 0.1.0
 * @category models
 */
export type Lang = "ko" | "en"

/**
 * The language of a POSIX locale: the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is set decides; `ko…` is Korean, all else English.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromLocale = (env: Readonly<Record<string, string | undefined>>): Lang => {
  const locale = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find((value) => value !== undefined && value !== "")
  return locale?.toLowerCase().startsWith("ko") === true ? "ko" : "en"
}

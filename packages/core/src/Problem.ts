/**
 * Problems a user can meet: a stable code, typed data and a plain English sentence. The texts for people, in Korean and English and for the
 * place where they are read, are in `@batchlabel/messages`.
 *
 * @example
 * ```ts
 * import * as Problem from "@batchlabel/core/Problem"
 *
 * const make = Problem.family({ XX0001: ({ path }: { readonly path: string }) => `there is no file: ${path}` })
 * console.log(make("XX0001", { path: "news.csv" }).message) // there is no file: news.csv
 * ```
 *
 * @since 0.1.0
 */

/**
 * A code, its data, and `message`: what happened, in one plain English sentence for logs and stack traces.
 *
 * @since 0.1.0
 * @category models
 */
export interface Problem {
  readonly code: string
  readonly params: object
  readonly message: string
}

/**
 * The codes of one package: for each code a sentence, whose parameter is the data of the code.
 *
 * @since 0.1.0
 * @category models
 */
export type Family = Readonly<Record<string, (data: never) => string>>

/**
 * The data of a code of a family.
 *
 * @since 0.1.0
 * @category models
 */
export type DataOf<F extends Family, C extends keyof F> =
  Parameters<F[C]> extends [infer D extends object] ? D : Record<never, never>

/**
 * The constructor of a family's problems. It accepts only the family's codes, each with its own data.
 *
 * @since 0.1.0
 * @category constructors
 */
export const family =
  <F extends Family>(sentences: F) =>
  <C extends keyof F & string>(code: C, params: DataOf<F, C>): Problem => ({
    code,
    params,
    message: sentences[code]?.(params as never) ?? code
  })

/**
 * What happened, for a list of names: `'title', 'text'`.
 *
 * @since 0.1.0
 * @category texts
 */
export const quoted = (names: ReadonlyArray<string>): string => names.map((name) => `'${name}'`).join(", ")

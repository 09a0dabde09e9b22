import type { Lang } from "../../Lang.js"

/** What a text may be filled with. Lists are shown joined by commas. */
export type Params = Readonly<Record<string, string | number | ReadonlyArray<string> | undefined>>

/** One user-facing text in every language of the product. */
export type Entry<P extends Params> = Readonly<Record<Lang, (params: P) => string>>

/** Types an entry by its parameters, so that a caller that forgets one does not compile. */
export const entry = <P extends Params = Record<never, never>>(texts: Entry<P>): Entry<P> => texts

/** `" (did you mean x?)"` or nothing. */
export const hint = (text: string | undefined, render: (text: string) => string): string =>
  text === undefined || text === "" ? "" : render(text)

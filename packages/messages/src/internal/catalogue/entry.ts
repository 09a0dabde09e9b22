import type { Lang } from "@batchlabel/core/Lang"
import type { Place } from "../../Place.js"

/** A text in every language. */
type Texts<D extends object> = Readonly<Record<Lang, (data: D) => string>>

/** A text of a code in every language, for every place where it is read. */
export type Entry<D extends object> = Readonly<Record<Lang, (data: D, place: Place) => string>>

/** The texts of a family of codes: none may be missing, none may be left over. */
export type Catalogue<F extends Readonly<Record<string, (data: never) => string>>> = {
  readonly [C in keyof F]: Entry<Parameters<F[C]> extends [infer D extends object] ? D : Record<never, never>>
}

/** Types an entry by its data, so that a caller that forgets a value does not compile. */
export const entry = <D extends object = Record<never, never>>(texts: Texts<D>): Entry<D> => texts

/** `" (did you mean x?)"` or nothing. */
export const hint = (text: string | undefined, render: (text: string) => string): string =>
  text === undefined || text === "" ? "" : render(text)

/** What happened, then the remedy: in a terminal with flags and commands, on the page without. */
interface Remedied {
  readonly what: string
  readonly command: string
  readonly page: string
}

const said = (text: Remedied, place: Place): string => (text[place] === "" ? text.what : `${text.what}\n   ${text[place]}`)

/** An entry whose remedy depends on the place. */
export const placed = <D extends object = Record<never, never>>(
  texts: Readonly<Record<Lang, (data: D) => Remedied>>
): Entry<D> => ({
  ko: (data, place) => said(texts.ko(data), place),
  en: (data, place) => said(texts.en(data), place)
})

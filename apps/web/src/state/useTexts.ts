import { createContext, useContext } from "react"
import { en } from "../text/en.js"
import * as Format from "../text/Format.js"
import { ko, type Texts } from "../text/ko.js"
import type { Lang } from "../text/Lang.js"

export interface Speech {
  readonly lang: Lang
  readonly t: Texts
  readonly f: Format.Format
  readonly setLang: (lang: Lang) => void
}

export const speechOf = (lang: Lang, setLang: (lang: Lang) => void): Speech => ({
  lang,
  t: lang === "ko" ? ko : en,
  f: Format.make(lang),
  setLang
})

export const SpeechContext = createContext<Speech>(speechOf("en", () => {}))

/** The texts and formats of the language in use. */
export const useTexts = (): Speech => useContext(SpeechContext)

/** The catalogue of all that the command line says: both languages have all of it, or it does not compile. */
import type { Lang } from "@batchlabel/core/Lang"
import { en } from "./texts/en.js"
import { ko } from "./texts/ko.js"

export type Texts = typeof ko

export const of = (lang: Lang): Texts => (lang === "ko" ? ko : en)

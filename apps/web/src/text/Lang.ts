export type Lang = "ko" | "en"

export const langs: ReadonlyArray<Lang> = ["ko", "en"]

/** The first language of the browser that the page speaks; English where there is none. */
export const preferred = (languages: ReadonlyArray<string>): Lang => {
  for (const language of languages) {
    const [primary] = language.toLowerCase().split("-")
    if (primary === "ko" || primary === "en") return primary
  }
  return "en"
}

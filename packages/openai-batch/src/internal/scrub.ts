/** Takes secrets out of a text that comes from outside, and cuts it to a length that a person reads. */
export type Scrub = (text: string) => string

const MAX_LENGTH = 500

/** A web page says what it has to say in its text, not in its tags. */
const plain = (text: string): string =>
  /^\s*<(!doctype|html|head|body)/i.test(text)
    ? text.replaceAll(/<(script|style)[\s\S]*?<\/\1>/gi, " ").replaceAll(/<[^>]*>/g, " ")
    : text

export const scrubber = (secrets: ReadonlyArray<string>): Scrub => {
  const known = secrets.filter((secret) => secret.length >= 4)
  return (text) => {
    let clean = text
    for (const secret of known) clean = clean.replaceAll(secret, "<redacted>")
    clean = plain(clean)
      .replaceAll(/\b(bearer|basic)\s+[^\s"',;]+/gi, "$1 <redacted>")
      .replaceAll(/\bsk-[\w*.-]{4,}/g, "sk-<redacted>")
      .replaceAll(/\s+/g, " ")
      .trim()
    return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}…` : clean
  }
}

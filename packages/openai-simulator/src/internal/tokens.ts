/**
 * Token counts. `exact` counts with o200k_base (gpt-tokenizer) and remembers the counts of contents that repeat, as system and few-shot
 * messages do on every line; `bytes` takes a quarter of the UTF-8 bytes, for load tests.
 */
export interface TokenCounter {
  readonly text: (text: string) => number
  /** The tokens of a text, as texts; those that share a character are one. */
  readonly pieces: (text: string) => ReadonlyArray<string>
  /** As much of a text as the first `count` tokens hold. */
  readonly head: (text: string, count: number) => string
  readonly messages: (messages: ReadonlyArray<{ readonly role: string; readonly content: string }>) => number
}

const remembered = 1024

// 3 tokens a message, its role and content, 3 that prime the reply: openai-cookbook, How_to_count_tokens_with_tiktoken.
const withOverhead = (counter: Omit<TokenCounter, "messages">): TokenCounter => ({
  ...counter,
  messages: (messages) =>
    messages.reduce((sum, message) => sum + 3 + counter.text(message.role) + counter.text(message.content), 3)
})

const remembering = (count: (text: string) => number): ((text: string) => number) => {
  const known = new Map<string, number>()
  return (content) => {
    const hit = known.get(content)
    if (hit !== undefined) {
      known.delete(content)
      known.set(content, hit)
      return hit
    }
    const tokens = count(content)
    known.set(content, tokens)
    if (known.size > remembered) {
      const oldest = known.keys().next()
      if (oldest.done !== true) known.delete(oldest.value)
    }
    return tokens
  }
}

const bytesPerToken = 4

const fourByFour = (text: string): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  let piece = ""
  for (const character of text) {
    if (piece !== "" && Buffer.byteLength(piece + character) > bytesPerToken) {
      pieces.push(piece)
      piece = ""
    }
    piece += character
  }
  return piece === "" ? pieces : [...pieces, piece]
}

const bytesCounter: TokenCounter = withOverhead({
  text: (text) => Math.ceil(Buffer.byteLength(text) / bytesPerToken),
  pieces: fourByFour,
  head: (text, count) => fourByFour(text).slice(0, count).join("")
})

/** The counter of a mode, loaded on first use: the vocabulary takes a sixth of a second, which the server's start should not wait for. */
export const counterOf = (mode: "exact" | "bytes"): (() => Promise<TokenCounter>) => {
  let counter: Promise<TokenCounter> | undefined
  return () => {
    counter ??= mode === "bytes" ? Promise.resolve(bytesCounter) : exactCounter()
    return counter
  }
}

const exactCounter = async (): Promise<TokenCounter> => {
  const o200k = await import("gpt-tokenizer/encoding/o200k_base")
  const plain = { disallowedSpecial: new Set<string>() }
  // A character that is cut in two is left out.
  const texts = (tokens: ReadonlyArray<number>): ReadonlyArray<string> =>
    [...o200k.decodeGenerator(tokens)].filter((text) => text !== "" && text !== "\uFFFD")
  return withOverhead({
    text: remembering((text) => o200k.countTokens(text, plain)),
    pieces: (text) => texts(o200k.encode(text, plain)),
    head: (text, count) => texts(o200k.encode(text, plain).slice(0, count)).join("")
  })
}

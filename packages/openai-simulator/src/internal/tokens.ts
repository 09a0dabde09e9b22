/**
 * Token counts. `exact` counts with o200k_base (gpt-tokenizer) and remembers the counts of contents that repeat, as system and few-shot
 * messages do on every line; `bytes` takes a quarter of the UTF-8 bytes, for load tests.
 */
export interface TokenCounter {
  readonly text: (text: string) => number
  readonly messages: (messages: ReadonlyArray<{ readonly role: string; readonly content: string }>) => number
}

const remembered = 1024

// 3 tokens a message, its role and content, 3 that prime the reply: openai-cookbook, How_to_count_tokens_with_tiktoken.
const withOverhead = (text: (text: string) => number): TokenCounter => ({
  text,
  messages: (messages) => messages.reduce((sum, message) => sum + 3 + text(message.role) + text(message.content), 3)
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

const bytesCounter: TokenCounter = withOverhead((text) => Math.ceil(Buffer.byteLength(text) / 4))

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
  return withOverhead(remembering((text) => o200k.countTokens(text, plain)))
}

/** Texts on which tokenizers go wrong, from a seed. */
/** Numbers in [0, 1) that depend on the seed alone (mulberry32: enough for picking rows, not for secrets). */
const random = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

const words = [
  "정부는",
  "새로운",
  "부동산",
  "정책을",
  "발표했다",
  "대통령이",
  "국회에서",
  "여야",
  "합의",
  "논란",
  "속보",
  "[단독]",
  "…",
  "ㅋㅋㅋ",
  "ㅠㅠ",
  "닭볶음탕",
  "뷁",
  "괜찮아",
  "The",
  "government's",
  "DON'T",
  "they'LL",
  "we've",
  "I'M",
  "it'ſ",
  "'re",
  "HTMLParser",
  "iPhone",
  "naïve",
  "straße",
  "İstanbul",
  "Ǆungla",
  "ﬁn",
  "北京市",
  "東京",
  "こんにちは",
  "カタカナ",
  "ー",
  "עברית",
  "العربية",
  "हिन्दी",
  "ไทย",
  "Ελληνικά",
  "русский",
  "ქართული",
  "𐐀𐐨",
  "𝔘𝔫𝔦",
  "𠮷野家",
  "123",
  "1234567",
  "3.14",
  "１２３",
  "½",
  "Ⅷ",
  "٣٤٥",
  "𝟏𝟐𝟑𝟒",
  "2024-01-15",
  "₩1,000",
  "50%"
]

const oddities = [
  "😀",
  "👨‍👩‍👧‍👦",
  "👩🏽‍🚀",
  "🇰🇷🇺🇸",
  "❤️",
  "1️⃣",
  "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "\u200d",
  "\u200b",
  "\ufeff",
  "\ufeff\ufeff\ufeff",
  "\u00a0",
  "\u0085",
  "\u3000",
  "\u2028",
  "\u2029",
  "\u1680",
  "\u180e",
  "\0",
  "\x01",
  "\x1b[31m",
  "\x7f",
  "\ufffd",
  "\uffff",
  "\ud800",
  "\udc00",
  "\udfff\ud83d",
  "e\u0301",
  "\u0301",
  "\u0301A",
  "!\u0301",
  "가\u0302",
  "ᄒ\u1161ᆫ",
  "\u{e0101}",
  "\u{10ffff}",
  "<|endoftext|>",
  "<|im_start|>",
  "<|endofprompt|>",
  "<|fim_prefix|>",
  "<|start|>",
  "<|reserved_200017|>",
  "//",
  "/\n/",
  "!!!\r\n/",
  "```ts\n",
  "https://example.com/a?b=c&d=%20",
  "a@b.co",
  '{"key": [1, 2]}',
  "\\n",
  "--",
  "===",
  "....",
  "?!",
  "‘’“”",
  "·",
  "→",
  "※",
  "<br/>"
]

const blanks = [" ", " ", " ", " ", "", "", "  ", "   ", "\n", "\r\n", "\t", "\n\n", " \n ", "\t\t", "\r", " \r\n\t", "\u00a0 "]

const pick = <A>(next: () => number, from: ReadonlyArray<A>): A | undefined => from[Math.floor(next() * from.length)]

const codePoint = (next: () => number): string => {
  const plane = next()
  if (plane < 0.3) return String.fromCharCode(Math.floor(next() * 0x80))
  if (plane < 0.5) return String.fromCharCode(0xac00 + Math.floor(next() * 11_172))
  if (plane < 0.9) return String.fromCharCode(Math.floor(next() * 0x10000))
  return String.fromCodePoint(0x10000 + Math.floor(next() * 0x20000))
}

const piece = (next: () => number): string => {
  const kind = next()
  if (kind < 0.6) return pick(next, words) ?? ""
  if (kind < 0.85) return pick(next, oddities) ?? ""
  if (kind < 0.95) return codePoint(next)
  return codePoint(next).repeat(1 + Math.floor(next() * 12))
}

/** `count` texts of up to some forty pieces each. */
export const texts = (count: number, seed: number): ReadonlyArray<string> => {
  const next = random(seed)
  return Array.from({ length: count }, () => {
    const pieces = Array.from({ length: Math.floor(next() * 40) }, () => piece(next) + (pick(next, blanks) ?? ""))
    return pieces.join("")
  })
}

/** Words out of one alphabet that no separator breaks. */
export const word = (length: number, seed: number, letter: (number: number) => string): string => {
  const next = random(seed)
  return Array.from({ length }, () => letter(next())).join("")
}

export const latin = (number: number): string => String.fromCharCode(0x61 + Math.floor(number * 26))

export const hangul = (number: number): string => String.fromCharCode(0xac00 + Math.floor(number * 11_172))

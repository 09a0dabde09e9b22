/**
 * What a task file may hold, looked at before it is read: reading takes a stack as deep as the file nests, and the square of the keys of
 * one object.
 */
import { CST, Parser } from "yaml"

/** Characters, objects and lists within one another, and keys of one object: far more than any task needs. */
export const most = { characters: 1024 * 1024, depth: 64, keys: 1_000 }

/** What is too much, and where (0-based offset). */
export interface Excess {
  readonly detail: string
  readonly offset: number | undefined
}

const tooLong: Excess = {
  detail: `the file is longer than ${most.characters.toLocaleString("en")} characters, the most that is read`,
  offset: undefined
}

/** Also for what shows only when the values are there. */
export const tooDeep = `it nests more than ${most.depth} levels deep`

export const cyclic = "an alias (*) stands within what its own anchor (&) names, so that it has no end"

const tooManyKeys = `an object has more than ${most.keys.toLocaleString("en")} keys`

interface Nested {
  readonly token: CST.Token
  readonly depth: number
}

/** What lies directly within a token. */
const within = (token: CST.Token): ReadonlyArray<CST.Token> => {
  if (token.type === "document") return token.value === undefined ? [] : [token.value]
  if (!CST.isCollection(token)) return []
  return token.items.flatMap(({ key, value }) => [key, value].filter((one) => one !== null && one !== undefined))
}

const keysOf = (token: CST.Token): number =>
  token.type === "block-map" || (token.type === "flow-collection" && token.start.source === "{") ? token.items.length : 0

/** Reads the text as tokens, which takes no stack, and looks for what is too much. */
export const excessOf = (text: string): Excess | undefined => {
  if (text.length > most.characters) return tooLong
  const open: Array<Nested> = []
  for (const token of new Parser().parse(text)) open.push({ token, depth: 0 })
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { depth, token } = one
    if (depth > most.depth) return { detail: tooDeep, offset: token.offset }
    if (keysOf(token) > most.keys) return { detail: tooManyKeys, offset: token.offset }
    const inner = CST.isCollection(token) ? depth + 1 : depth
    for (const next of within(token)) open.push({ token: next, depth: inner })
  }
  return undefined
}

/** What is wrong with values whose aliases have been followed: they may nest deeper than the text does, or without end. */
export const faultOf = (value: unknown): string | undefined => {
  const heights = new Map<object, number | "open">()
  const heightOf = (one: unknown, depth: number): number | string => {
    if (typeof one !== "object" || one === null) return 0
    const known = heights.get(one)
    if (known === "open") return cyclic
    if (depth + (known ?? 0) > most.depth) return tooDeep
    if (known !== undefined) return known
    heights.set(one, "open")
    let height = 0
    for (const inner of Object.values(one)) {
      const found = heightOf(inner, depth + 1)
      if (typeof found === "string") return found
      height = Math.max(height, found + 1)
    }
    heights.set(one, height)
    return height
  }
  const found = heightOf(value, 0)
  return typeof found === "string" ? found : undefined
}

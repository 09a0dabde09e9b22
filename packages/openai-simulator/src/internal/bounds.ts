/**
 * What a scenario or a file of rules may hold, looked at before it is read: reading takes a stack as deep as the file nests, and the square
 * of the keys of one object.
 */
import { CST, Parser } from "yaml"

const most = { characters: 1024 * 1024, depth: 64, keys: 1_000 }

const within = (token: CST.Token): ReadonlyArray<CST.Token> => {
  if (token.type === "document") return token.value === undefined ? [] : [token.value]
  if (!CST.isCollection(token)) return []
  return token.items.flatMap(({ key, value }) => [key, value].filter((one) => one !== null && one !== undefined))
}

const isObject = (token: CST.Token): boolean =>
  token.type === "block-map" || (token.type === "flow-collection" && token.start.source === "{")

/** What is too much; the tokens of a text take no stack. */
export const excessOf = (text: string): string | undefined => {
  if (text.length > most.characters) return `longer than ${most.characters} characters`
  const open = [...new Parser().parse(text)].map((token) => ({ token, depth: 0 }))
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { depth, token } = one
    if (depth > most.depth) return `nested more than ${most.depth} levels deep`
    if (CST.isCollection(token) && isObject(token) && token.items.length > most.keys) {
      return `an object has more than ${most.keys} keys`
    }
    for (const inner of within(token)) open.push({ token: inner, depth: CST.isCollection(token) ? depth + 1 : depth })
  }
  return undefined
}

/** Whether values nest without end, or too deep, once aliases are followed. */
export const faultOf = (value: unknown): string | undefined => {
  const heights = new Map<object, number | "open">()
  const heightOf = (one: unknown, depth: number): number | string => {
    if (typeof one !== "object" || one === null) return 0
    const known = heights.get(one)
    if (known === "open") return "an alias stands within what its own anchor names"
    if (depth + (known ?? 0) > most.depth) return `nested more than ${most.depth} levels deep`
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

/**
 * Decides the answer to a request by the rules: keyword rules, gold labels, default, then the seeded share of bad answers.
 */
import type { BadKind, Label, Part, Rule, Rules } from "../Rules.js"
import { type GoldIndex, loadGold } from "./gold.js"
import { arrayOf, isObject, type JsonObject, objectOf } from "./json.js"
import { unit } from "./random.js"
import type { Message } from "./requestBody.js"

export type Answer = { readonly label: Label } | { readonly bad: BadKind; readonly label: Label }

export interface Answerer {
  /** `draw` names the request for the seeded share of bad answers. */
  readonly answer: (messages: ReadonlyArray<Message>, draw: { readonly digest: string; readonly attempt: string }) => Answer
}

const allKinds: ReadonlyArray<BadKind> = [
  "prose",
  "ten",
  "empty",
  "refusal",
  "length",
  "bad_request",
  "rate_limited",
  "server_error",
  "lost"
]

export const makeAnswerer = async (rules: Rules, seed: number, resolve: (path: string) => string): Promise<Answerer> => {
  const keyword = rules.rules.map(compileRule)
  const gold = rules.gold === undefined ? undefined : await loadGold(rules.gold, resolve)
  const goldPart = rules.gold?.in ?? "user"
  const bad = rules.bad
  const kinds = bad?.kinds ?? allKinds
  return {
    answer: (messages, { attempt, digest }) => {
      const said = byRules(keyword, messages) ?? byGold(gold, messages, goldPart) ?? { label: rules.default }
      if ("bad" in said || bad === undefined) return said
      const draw = bad.sticky ? "" : attempt
      if (unit(seed, "bad", digest, draw) >= bad.rate) return said
      const kind = kinds[Math.floor(unit(seed, "kind", digest, draw) * kinds.length)]
      return kind === undefined ? said : { bad: kind, label: said.label }
    }
  }
}

interface CompiledRule {
  readonly part: Part
  readonly matches: (text: string) => boolean
  readonly answer: Answer
}

const compileRule = (rule: Rule): CompiledRule => {
  const words = rule.contains === undefined ? [] : typeof rule.contains === "string" ? [rule.contains] : rule.contains
  const regex = rule.regex === undefined ? undefined : new RegExp(rule.regex, (rule.flags ?? "u").replaceAll(/[gy]/g, ""))
  const always = words.length === 0 && regex === undefined
  const answer: Answer = rule.bad === undefined ? { label: rule.answer ?? "" } : { bad: rule.bad, label: "" }
  return {
    part: rule.in ?? "user",
    matches: (text) => always || words.some((word) => text.includes(word)) || (regex?.test(text) ?? false),
    answer
  }
}

const byRules = (rules: ReadonlyArray<CompiledRule>, messages: ReadonlyArray<Message>): Answer | undefined =>
  rules.find((rule) => rule.matches(textOf(rule.part, messages)))?.answer

const byGold = (gold: GoldIndex | undefined, messages: ReadonlyArray<Message>, part: Part): Answer | undefined => {
  const label = gold?.find(textOf(part, messages))
  return label === undefined ? undefined : { label }
}

const textOf = (part: Part, messages: ReadonlyArray<Message>): string => {
  if (part === "all") return messages.map((message) => message.content).join("\n")
  if (part === "system") return messages.find((message) => message.role === "system")?.content ?? ""
  const user = messages.findLast((message) => message.role === "user")?.content ?? ""
  if (part === "user") return user
  const start = user.lastIndexOf(part.after)
  if (start === -1) return ""
  const from = start + part.after.length
  const end = part.before === undefined ? -1 : user.indexOf(part.before, from)
  return end === -1 ? user.slice(from) : user.slice(from, end)
}

/** The text of a good answer: the bare label, or JSON after the request's schema with the label in its `label` (or first) property. */
export const answerText = (label: Label, schema: JsonObject | undefined): string => {
  if (schema === undefined) return String(label)
  const properties = objectOf(schema["properties"])
  const names = Object.keys(properties)
  const target = names.includes("label") || names.length === 0 ? "label" : names[0]
  const entries = names.length === 0 ? ["label"] : names
  return JSON.stringify(
    Object.fromEntries(entries.map((name) => [name, name === target ? typed(label, properties[name]) : filler(properties[name])]))
  )
}

const typed = (label: Label, schema: unknown): unknown => {
  const allowed = isObject(schema) ? arrayOf(schema["enum"]) : []
  const listed = allowed.find((value) => String(value) === String(label))
  if (listed !== undefined) return listed
  const type = objectOf(schema)["type"]
  if (type === "string") return String(label)
  if ((type === "number" || type === "integer") && Number.isFinite(Number(label))) return Number(label)
  return label
}

const filler = (schema: unknown): unknown => {
  const node = objectOf(schema)
  const allowed = arrayOf(node["enum"])
  if (allowed.length > 0) return allowed[0]
  switch (node["type"]) {
    case "number":
    case "integer":
      return 0
    case "boolean":
      return false
    case "array":
      return []
    case "object":
      return Object.fromEntries(Object.entries(objectOf(node["properties"])).map(([name, value]) => [name, filler(value)]))
    case "null":
      return null
    default:
      return "simulated"
  }
}

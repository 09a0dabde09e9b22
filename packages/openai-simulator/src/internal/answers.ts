/**
 * Decides the answer to a request: by the function, by its custom_id, by the rules (keyword rules, gold labels, default), then by the
 * seeded share of bad answers.
 */
import type { AnswerFunction } from "../AnswerFunction.js"
import type { BadKind, Label, Outcome, Part, Rule, Rules } from "../Rules.js"
import type { Endpoint } from "./contract/request.js"
import { type GoldIndex, loadGold } from "./gold.js"
import { arrayOf, isObject, type JsonObject, objectOf } from "./json.js"
import { unit } from "./random.js"
import type { Message } from "./requestBody.js"

/** A body that is sent as it is. */
export interface FixedReply {
  readonly status: number
  readonly body: JsonObject
}

export type Answer = { readonly label: Label } | { readonly bad: BadKind; readonly label: Label } | { readonly fixed: FixedReply }

export interface Question {
  readonly endpoint: Endpoint
  readonly customId: string | undefined
  readonly body: JsonObject
  readonly messages: ReadonlyArray<Message>
  /** The digest and the attempt name the request for the seeded share of bad answers. */
  readonly digest: string
  readonly attempt: string
}

export interface Answerer {
  readonly answer: (question: Question) => Answer | Promise<Answer>
}

/** Whether `request_counts` counts the line as failed. */
export const isFailure = (answer: Answer): boolean =>
  "fixed" in answer ? answer.fixed.status !== 200 : "bad" in answer && failures.has(answer.bad)

const failures: ReadonlySet<BadKind> = new Set<BadKind>(["bad_request", "rate_limited", "server_error"])

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

export const makeAnswerer = async (
  rules: Rules,
  seed: number,
  resolve: (path: string) => string,
  decide?: AnswerFunction
): Promise<Answerer> => {
  const keyword = rules.rules.map(compileRule)
  const gold = rules.gold === undefined ? undefined : await loadGold(rules.gold, resolve)
  const goldPart = rules.gold?.in ?? "user"
  const bad = rules.bad
  const kinds = bad?.kinds ?? allKinds
  const byAllRules = ({ attempt, customId, digest, messages }: Question): Answer => {
    if (customId !== undefined && Object.hasOwn(rules.customIds, customId)) {
      const outcome = rules.customIds[customId]
      if (outcome !== undefined) return answerOf(outcome)
    }
    const said = byRules(keyword, messages) ?? byGold(gold, messages, goldPart) ?? { label: rules.default }
    if (!("label" in said) || "bad" in said || bad === undefined) return said
    const draw = bad.sticky ? "" : attempt
    if (unit(seed, "bad", digest, draw) >= bad.rate) return said
    const kind = kinds[Math.floor(unit(seed, "kind", digest, draw) * kinds.length)]
    return kind === undefined ? said : { bad: kind, label: said.label }
  }
  if (decide === undefined) return { answer: byAllRules }
  return {
    answer: async (question) => {
      const { body, customId, endpoint, messages } = question
      const outcome = await decide({ endpoint, customId, model: String(body["model"]), messages, body })
      return outcome === undefined ? byAllRules(question) : answerOf(outcome)
    }
  }
}

const answerOf = (outcome: Outcome): Answer => {
  if (typeof outcome !== "object") return { label: outcome }
  if ("answer" in outcome) return { label: outcome.answer }
  if ("bad" in outcome) return { bad: outcome.bad, label: "" }
  return { fixed: { status: outcome.status ?? 200, body: outcome.body } }
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
  const { answer, bad, body, status } = rule
  const outcome: Outcome =
    body !== undefined ? { body, ...(status === undefined ? {} : { status }) } : bad !== undefined ? { bad } : (answer ?? "")
  return {
    part: rule.in ?? "user",
    matches: (text) => always || words.some((word) => text.includes(word)) || (regex?.test(text) ?? false),
    answer: answerOf(outcome)
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

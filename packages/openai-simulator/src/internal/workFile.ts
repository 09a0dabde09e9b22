/**
 * What reading an input file leaves behind: a small line for each request with all that its reply needs, so that the input is parsed
 * once only. A request's settings (its body without the texts) are mostly the same on all lines and are written where they change.
 */
import { readFile } from "node:fs/promises"
import type { BadKind, Label } from "../Rules.js"
import type { Answer, FixedReply } from "./answers.js"
import type { JsonObject } from "./json.js"
import type { Asked } from "./replyBody.js"

export interface Work extends Asked {
  readonly customId: string
  /** 16 hex digits of the sha256 of the request's body. */
  readonly digest: string
}

type WorkTuple = readonly [
  customId: string,
  label: Label,
  bad: BadKind | FixedReply | 0,
  inputTokens: number,
  digest: string,
  /** Absent, or 0 before seeds: those of the line before. */
  settings?: JsonObject | 0,
  seeds?: ReadonlyArray<number>
]

/** Writes works as lines; equal settings in a row are written once. */
export const makeWorkEncoder = (): ((work: Work) => string) => {
  let last = ""
  return ({ answer, customId, digest, inputTokens, seeds, settings }) => {
    const text = JSON.stringify(settings)
    const tuple: WorkTuple = [
      customId,
      "fixed" in answer ? "" : answer.label,
      "fixed" in answer ? answer.fixed : "bad" in answer ? answer.bad : 0,
      inputTokens,
      digest
    ]
    const own = text === last ? (seeds === undefined ? [] : [0]) : [settings]
    last = text
    return `${JSON.stringify([...tuple, ...own, ...(seeds === undefined ? [] : [seeds])])}\n`
  }
}

const answerOf = (label: Label, bad: BadKind | FixedReply | 0): Answer => {
  if (bad === 0) return { label }
  return typeof bad === "string" ? { label, bad } : { fixed: bad }
}

export const readWork = async (path: string): Promise<ReadonlyArray<Work>> => {
  const works: Array<Work> = []
  let settings: JsonObject = {}
  for (const line of (await readFile(path, "utf8")).split("\n")) {
    if (line === "") continue
    const [customId, label, bad, inputTokens, digest, own, seeds]: WorkTuple = JSON.parse(line)
    settings = own === undefined || own === 0 ? settings : own
    works.push({ customId, settings, answer: answerOf(label, bad), inputTokens, digest, seeds })
  }
  return works
}

/**
 * What reading an input file leaves behind: a small line for each request with all that its reply needs, so that the input is parsed
 * once only. A request's settings (its body without the texts) are mostly the same on all lines and are written where they change.
 */
import { readFile } from "node:fs/promises"
import type { BadKind, Label } from "../Rules.js"
import type { Answer } from "./answers.js"
import type { JsonObject } from "./json.js"

export interface Work {
  readonly customId: string
  readonly settings: JsonObject
  readonly answer: Answer
  readonly inputTokens: number
  /** 16 hex digits of the sha256 of the request's body. */
  readonly digest: string
}

type WorkTuple = readonly [
  customId: string,
  label: Label,
  bad: BadKind | 0,
  inputTokens: number,
  digest: string,
  settings?: JsonObject
]

/** Writes works as lines; equal settings in a row are written once. */
export const makeWorkEncoder = (): ((work: Work) => string) => {
  let last = ""
  return ({ answer, customId, digest, inputTokens, settings }) => {
    const text = JSON.stringify(settings)
    const tuple: WorkTuple = [customId, answer.label, "bad" in answer ? answer.bad : 0, inputTokens, digest]
    const line = JSON.stringify(text === last ? tuple : [...tuple, settings])
    last = text
    return `${line}\n`
  }
}

export const readWork = async (path: string): Promise<ReadonlyArray<Work>> => {
  const works: Array<Work> = []
  let settings: JsonObject = {}
  for (const line of (await readFile(path, "utf8")).split("\n")) {
    if (line === "") continue
    const [customId, label, bad, inputTokens, digest, own]: WorkTuple = JSON.parse(line)
    settings = own ?? settings
    works.push({ customId, settings, answer: bad === 0 ? { label } : { label, bad }, inputTokens, digest })
  }
  return works
}

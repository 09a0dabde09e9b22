/**
 * Finds which gold text a prompt holds. Texts are indexed by a rolling hash of their opening characters, so that one pass over the
 * prompt finds every candidate however many texts there are; candidates are then compared in full and the longest wins.
 */
import { createReadStream } from "node:fs"
import { createInterface } from "node:readline"
import { parse } from "csv-parse"
import type { Gold, Label } from "../Rules.js"
import { isObject } from "./json.js"

export interface GoldIndex {
  readonly size: number
  readonly find: (prompt: string) => Label | undefined
}

const normalize = (text: string): string => (text.includes("\r") ? text.replaceAll("\r\n", "\n") : text).trim()

// A text is filed under the longest of these openings that it can fill.
const openings = [32, 16, 8, 4, 2, 1]
const base = 0x01000193

export const makeGoldIndex = (entries: Iterable<readonly [string, Label]>): GoldIndex => {
  const labels = new Map<string, Label>()
  const byOpening = new Map<number, Map<number, Array<string>>>()
  for (const [raw, label] of entries) {
    const text = normalize(raw)
    if (text === "" || labels.has(text)) continue
    labels.set(text, label)
    const width = openings.find((n) => n <= text.length) ?? 1
    const bucket = byOpening.get(width) ?? new Map<number, Array<string>>()
    byOpening.set(width, bucket)
    const hash = openingHash(text, width)
    const texts = bucket.get(hash)
    if (texts === undefined) bucket.set(hash, [text])
    else texts.push(text)
  }
  // Longest opening first: the texts filed under a shorter one are all shorter than what was found already.
  const passes = [...byOpening].sort(([a], [b]) => b - a)
  const find = (prompt: string): Label | undefined => {
    const exact = labels.get(prompt)
    if (exact !== undefined) return exact
    const normal = normalize(prompt)
    for (const [width, bucket] of passes) {
      const text = longestIn(normal, width, bucket)
      if (text !== undefined) return labels.get(text)
    }
    return undefined
  }
  return { size: labels.size, find }
}

const openingHash = (text: string, width: number): number => {
  let hash = 0
  for (let i = 0; i < width; i++) hash = (Math.imul(hash, base) + text.charCodeAt(i)) | 0
  return hash
}

const longestIn = (prompt: string, width: number, bucket: ReadonlyMap<number, ReadonlyArray<string>>): string | undefined => {
  if (prompt.length < width) return undefined
  let top = 1
  for (let i = 1; i < width; i++) top = Math.imul(top, base)
  let hash = openingHash(prompt, width)
  let best: string | undefined
  for (let at = 0; ; at++) {
    for (const text of bucket.get(hash) ?? []) {
      if (text.length > (best?.length ?? 0) && prompt.startsWith(text, at)) best = text
    }
    if (at + width >= prompt.length) return best
    hash = (hash - Math.imul(prompt.charCodeAt(at), top)) | 0
    hash = (Math.imul(hash, base) + prompt.charCodeAt(at + width)) | 0
  }
}

export const loadGold = async (gold: Gold, resolve: (path: string) => string): Promise<GoldIndex> => {
  if ("labels" in gold) return makeGoldIndex(Object.entries(gold.labels))
  const path = resolve(gold.file)
  const entries: Array<readonly [string, Label]> = []
  const add = (row: { readonly [column: string]: unknown }, place: string) => {
    const text = row[gold.textColumn]
    const label = row[gold.labelColumn]
    if (typeof text !== "string") throw new Error(`${path}: ${place} has no text column "${gold.textColumn}"`)
    if (typeof label !== "string" && typeof label !== "number") {
      throw new Error(`${path}: ${place} has no label column "${gold.labelColumn}"`)
    }
    entries.push([text, label])
  }
  let row = 0
  for await (const record of records(path)) {
    row++
    if (isObject(record)) add(record, `record ${row}`)
  }
  return makeGoldIndex(entries)
}

const records = (path: string): AsyncIterable<unknown> => {
  const source = createReadStream(path)
  if (path.endsWith(".jsonl")) return jsonRecords(createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY }))
  const delimiter = path.endsWith(".tsv") ? "\t" : ","
  const parser = parse({ columns: true, bom: true, skip_empty_lines: true, delimiter })
  source.on("error", (error) => parser.destroy(error))
  return source.pipe(parser)
}

async function* jsonRecords(lines: AsyncIterable<string>): AsyncIterable<unknown> {
  for await (const line of lines) if (line.trim() !== "") yield JSON.parse(line)
}

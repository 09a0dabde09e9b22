/** From facts, texts that were kept by a name, to settings: JSON by kind and key, with the job that they are forgotten with. */
import * as Effect from "effect/Effect"
import type { Database, Query } from "./database.js"

interface Fact {
  readonly name: string
  readonly value: string
}

interface SettingRow {
  readonly kind: string
  readonly name: string
  readonly value: string
  readonly job_id: string | null
}

/** The first part of a text and the rest, at the first blank. */
const cut = (text: string): readonly [string, string] => {
  const at = text.indexOf(" ")
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)]
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text)

/** What becomes of a fact; what nothing reads any more is dropped. */
const toSetting = ({ name, value }: Fact, jobOfBatch: ReadonlyMap<string, string>): SettingRow | undefined => {
  const colon = name.indexOf(":")
  const [kind, key] = [name.slice(0, colon), name.slice(colon + 1)]
  const [head, rest] = cut(value)
  switch (kind) {
    case "told":
      return isNumber(value) ? { kind: "resumed_at", name: key, value, job_id: key } : undefined
    case "forecast":
      return isJson(value) ? { kind, name: key, value, job_id: key } : undefined
    case "written":
    case "writing":
      return { kind, name: key, value: JSON.stringify({ job: head, stamp: rest }), job_id: head }
    case "limit":
      return isNumber(head) && isNumber(rest)
        ? { kind: "token_limit", name: key, value: `{"limit":${head},"at":${rest}}`, job_id: null }
        : undefined
    case "fileless":
    case "own_cancel":
    case "overdue":
      return isNumber(value) ? { kind, name: key, value, job_id: jobOfBatch.get(key) ?? null } : undefined
    case "doubt": {
      const job = key.slice(0, key.indexOf(":"))
      return isNumber(head)
        ? { kind, name: key, value: JSON.stringify({ since: Number(head), signature: rest }), job_id: job }
        : undefined
    }
    default:
      return undefined
  }
}

export const factsToSettings = ({ sql }: Database): Query<void> =>
  Effect.gen(function* () {
    const batches = yield* sql<{ readonly batch_id: string; readonly job_id: string }>`SELECT batch_id, job_id
      FROM batchlabel_attempts WHERE batch_id IS NOT NULL ORDER BY id`
    const jobOfBatch = new Map(batches.map(({ batch_id, job_id }) => [batch_id, job_id]))
    for (const fact of yield* sql<Fact>`SELECT name, value FROM batchlabel_facts`) {
      const setting = toSetting(fact, jobOfBatch)
      if (setting !== undefined) yield* sql`INSERT INTO batchlabel_settings ${sql.insert({ ...setting })}`
    }
    yield* sql`DROP TABLE batchlabel_facts`
  })

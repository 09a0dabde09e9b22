/** Why a batch ended, wherever its server says it. */
import type { BatchError } from "../Batch.js"
import { isRecord, readNumber, readText } from "./lenient.js"

const mostErrors = 50
const longestMessage = 500

const bounded = (text: string): string => (text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text)

const entryOf = (entry: unknown): ReadonlyArray<BatchError> => {
  if (typeof entry === "string" && entry.trim() !== "") {
    return [{ code: "", message: bounded(entry.trim()), param: undefined, line: undefined }]
  }
  if (!isRecord(entry)) return []
  const code = readText(entry["code"]) ?? ""
  const message = readText(entry["message"]) ?? ""
  if (code === "" && message === "") return entryOf(firstText(entry))
  return [{ code: bounded(code), message: bounded(message), param: readText(entry["param"]), line: readNumber(entry["line"]) }]
}

const firstText = (entry: Readonly<Record<string, unknown>>): string | undefined =>
  Object.values(entry).find((value): value is string => typeof value === "string" && /\s/.test(value.trim()))

/** `{ data: […] }` as documented, a bare list, or one error alone. */
const documented = (wire: unknown): ReadonlyArray<BatchError> => {
  const data = isRecord(wire) && "data" in wire ? wire["data"] : wire
  const entries: ReadonlyArray<unknown> = Array.isArray(data) ? data : [data]
  return entries.slice(0, mostErrors).flatMap(entryOf)
}

/** Fields of the specification that hold no reason, and those that are the user's own words. */
const ordinary = new Set([
  "id",
  "object",
  "endpoint",
  "model",
  "status",
  "completion_window",
  "errors",
  "metadata",
  "usage",
  "request_counts",
  "name",
  "display_name",
  "title",
  "description"
])

const speaks = /(^|_)(message|reason|cause|error|detail|details|explanation|failure|note)s?(_|$)/
const refers = /_(id|ids|at|url|uri|count|counts|file)$/

/** `cancel_message`, `failure_reason`, `error`, and whatever else is a sentence: servers say why in fields of their own. */
const elsewhere = (batch: Readonly<Record<string, unknown>>): ReadonlyArray<BatchError> =>
  Object.entries(batch).flatMap(([name, value]) => {
    const field = name.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toLowerCase()
    if (ordinary.has(field) || refers.test(field)) return []
    const isSentence = typeof value === "string" && value.trim().split(/\s+/).length > 2
    return speaks.test(field) || isSentence ? documented(value) : []
  })

const endedBadly = new Set(["failed", "expired", "cancelling", "cancelled"])

/** The errors of a batch of this status; those in odd fields only where the documented one holds none and something has gone wrong. */
export const errorsOf = (batch: unknown, status: string): ReadonlyArray<BatchError> => {
  if (!isRecord(batch)) return []
  const errors = documented(batch["errors"])
  return errors.length > 0 || !endedBadly.has(status) ? errors : elsewhere(batch).slice(0, mostErrors)
}

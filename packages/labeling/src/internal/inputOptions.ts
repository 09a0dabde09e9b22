import type { ReadOptions } from "@batchlabel/csv-io/CsvReader"
import type { JobSettings } from "@batchlabel/job-store/Job"

const encodings = ["utf-8", "utf-16le", "utf-16be", "cp949"] as const

/** How the input is read, out of a request or out of the settings that the store kept. */
export const readOptions = (
  settings: Pick<ReadOptions, "encoding" | "delimiter" | "onBadRow"> | Pick<JobSettings, "encoding" | "delimiter" | "onBadRow">
): ReadOptions => ({
  encoding: encodings.find((name) => name === settings.encoding) ?? "auto",
  delimiter: settings.delimiter,
  onBadRow: settings.onBadRow
})

import { SqlError } from "@effect/sql/SqlError"
import { JobStoreError, StoreBusy, StoreConflict, StoreCorrupt, StoreFull, StoreUnavailable } from "../JobStoreError.js"

/**
 * `locked`: someone else is at work, another try may well succeed · `lockTimeout`: the server has waited long enough already ·
 * `dangling`: a row would point at nothing.
 */
export type Fault = "locked" | "lockTimeout" | "full" | "corrupt" | "dangling" | "conflict" | "unavailable"

const property = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined

/** The driver's own error below those of the libraries. */
const driverError = (error: unknown): unknown => (error instanceof SqlError ? driverError(error.cause) : error)

/** `SQLITE_…`, an SQLSTATE, or a code of Node's network errors. */
export const codeOf = (error: unknown): string => {
  const code = property(driverError(error), "code")
  return typeof code === "string" ? code : ""
}

const detailOf = (error: unknown): string => {
  const driver = driverError(error)
  const message = property(driver, "message")
  const code = codeOf(error)
  // A refused connection to a name with several addresses has its message in its parts only.
  const text = typeof message === "string" && message !== "" ? message : code
  return code === "" || text.includes(code) ? text : `${text} (${code})`
}

const starts = (code: string, ...prefixes: ReadonlyArray<string>): boolean => prefixes.some((prefix) => code.startsWith(prefix))

export const faultOf = (error: unknown): Fault => {
  const code = codeOf(error)
  if (starts(code, "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL") || code === "40001" || code === "40P01") return "locked"
  if (code === "55P03") return "lockTimeout"
  if (starts(code, "SQLITE_FULL", "53100", "ENOSPC", "EDQUOT")) return "full"
  if (starts(code, "SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002")) return "corrupt"
  if (code === "SQLITE_CONSTRAINT_FOREIGNKEY" || code === "23503") return "dangling"
  if (starts(code, "SQLITE_CONSTRAINT", "23")) return "conflict"
  return "unavailable"
}

export const toStoreError = (location: string, error: unknown): JobStoreError => {
  const of = { location, detail: detailOf(error) }
  switch (faultOf(error)) {
    case "locked":
    case "lockTimeout":
      return new JobStoreError({ reason: new StoreBusy(of) })
    case "full":
      return new JobStoreError({ reason: new StoreFull(of) })
    case "corrupt":
      return new JobStoreError({ reason: new StoreCorrupt(of) })
    case "dangling":
    case "conflict":
      return new JobStoreError({ reason: new StoreConflict(of) })
    case "unavailable":
      return new JobStoreError({ reason: new StoreUnavailable(of) })
  }
}

/** The drivers throw where they should fail: on opening, and on preparing a statement. Such a defect is an error of theirs all the same. */
export const isDriverDefect = (defect: unknown): boolean => defect instanceof SqlError || codeOf(defect) !== ""

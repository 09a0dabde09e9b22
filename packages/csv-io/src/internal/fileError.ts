import type { PlatformError } from "@effect/platform/Error"
import {
  AlreadyExists,
  CsvError,
  FileFailed,
  FileNotFound,
  FolderMissing,
  NotAFile,
  PermissionDenied,
  type Reason
} from "../CsvError.js"

const reasonOf = (path: string, operation: "read" | "write", cause: PlatformError): Reason => {
  const failed = new FileFailed({ path, operation, detail: cause.message })
  if (cause._tag === "BadArgument") return failed
  switch (cause.reason) {
    case "NotFound":
      return operation === "read" ? new FileNotFound({ path }) : new FolderMissing({ path })
    case "PermissionDenied":
      return new PermissionDenied({ path, operation })
    case "BadResource":
      return new NotAFile({ path })
    case "AlreadyExists":
      return new AlreadyExists({ path })
    default:
      return failed
  }
}

/** Turns a failure of the file system into a `CsvError` that names the file the user knows. */
export const fileError =
  (path: string, operation: "read" | "write") =>
  (cause: PlatformError): CsvError =>
    new CsvError({ reason: reasonOf(path, operation, cause) })

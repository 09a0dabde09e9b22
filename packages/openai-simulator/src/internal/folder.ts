import { mkdirSync, statSync } from "node:fs"
import { dirname } from "node:path"

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined)

const makeLevel = (path: string): void => {
  try {
    mkdirSync(path)
  } catch (error) {
    if (codeOf(error) !== "EEXIST" || !statSync(path).isDirectory()) throw error
  }
}

/** Makes a folder and what is missing above it. Node's own `recursive` never ends where nothing can be made (`/proc`). */
export const makeFolder = (path: string): void => {
  try {
    makeLevel(path)
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error
    makeFolder(dirname(path))
    makeLevel(path)
  }
}

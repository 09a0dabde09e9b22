import { mkdir, stat } from "node:fs/promises"
import { dirname } from "node:path"

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined)

const makeLevel = async (path: string, mode: number): Promise<void> => {
  try {
    await mkdir(path, { mode })
  } catch (error) {
    if (codeOf(error) !== "EEXIST" || !(await stat(path)).isDirectory()) throw error
  }
}

/**
 * Makes a folder and what is missing above it, one level at a time: Node's own `recursive` asks for ever, deaf to signals, where nothing
 * can be made at all (`/proc`, `/dev/fd`).
 */
export const makeFolder = async (path: string, mode: number): Promise<void> => {
  try {
    await makeLevel(path, mode)
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error
    await makeFolder(dirname(path), mode)
    await makeLevel(path, mode)
  }
}

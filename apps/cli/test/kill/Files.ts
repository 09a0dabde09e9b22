/** Files that appear in a folder: the steps of a run that no call to the API tells of. */
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs"
import { join, relative, sep } from "node:path"

/**
 * Calls `onFile` with the path of every file or folder that comes to be under `root`, as soon as the system tells; gives a way to stop. A
 * file that takes the name of another is told again.
 */
export const onCreated = (root: string, onFile: (path: string) => void): (() => void) => {
  const watchers = new Map<string, FSWatcher>()
  const tell = (path: string): void => onFile(relative(root, path).split(sep).join("/"))

  const created = (path: string): void => {
    if (isFolder(path)) follow(path, true)
    tell(path)
  }

  const follow = (folder: string, isNew: boolean): void => {
    if (watchers.has(folder)) return
    try {
      const watcher = watch(folder, (event, name) => {
        if (event !== "rename" || name === null) return
        const path = join(folder, name)
        if (exists(path)) return created(path)
        // A folder that is gone has a new watch when it is back.
        watchers.get(path)?.close()
        watchers.delete(path)
      })
      watcher.on("error", () => watcher.close())
      watchers.set(folder, watcher)
    } catch {
      // It was gone before it could be watched.
      return
    }
    for (const name of entriesOf(folder)) {
      const path = join(folder, name)
      // What came to be before the watch stood is new all the same.
      if (isNew) created(path)
      else if (isFolder(path)) follow(path, false)
    }
  }

  follow(root, false)
  return () => {
    for (const watcher of watchers.values()) watcher.close()
    watchers.clear()
  }
}

const entriesOf = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** Every file under a folder, as paths relative to it. */
export const all = (root: string): ReadonlyArray<string> =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))

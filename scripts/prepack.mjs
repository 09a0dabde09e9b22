// Every published package's `prepack`: the tarball holds what the sources say, also from a clean clone. All packages are built together, by
// whoever comes first; `changeset publish` packs them side by side, and those that come later find their dist as new as the sources.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build, root } from "./pnpm.mjs"

const cache = join(root, "node_modules/.cache/batchlabel")
const stamp = join(cache, "built")
const lock = join(cache, "building")

/** When something that a build reads was last written. */
const newestSource = () => {
  let newest = statSync(join(root, "pnpm-lock.yaml")).mtimeMs
  const skipped = new Set(["node_modules", "dist", "test", ".tsbuildinfo", ".turbo"])
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) visit(path)
      } else if (!entry.name.endsWith(".tsbuildinfo")) newest = Math.max(newest, statSync(path).mtimeMs)
    }
  }
  for (const group of ["packages", "apps"]) visit(join(root, group))
  return newest
}

const isBuilt = () => existsSync("dist") && existsSync(stamp) && statSync(stamp).mtimeMs >= newestSource()

/** Runs `action` while no other process does; gives way to one that died with the lock after a quarter of an hour. */
const alone = (action) => {
  mkdirSync(cache, { recursive: true })
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch {
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 900_000) rmSync(lock, { recursive: true, force: true })
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    }
  }
  process.once("exit", () => rmSync(lock, { recursive: true, force: true }))
  action()
}

// The scripts that pack have built already.
if (process.env.BATCHLABEL_BUILT !== "1") {
  alone(() => {
    if (isBuilt()) return
    const began = new Date()
    build()
    writeFileSync(stamp, "")
    utimesSync(stamp, began, began)
  })
}

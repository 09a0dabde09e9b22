/** Whose table is whose. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

const sources = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name === "dist" ? [] : sources(path)
    return /\.tsx?$/.test(entry.name) ? [path] : []
  })

/** The tables that a source makes. */
const tablesOf = (path: string): ReadonlyArray<string> =>
  Array.from(readFileSync(path, "utf8").matchAll(/CREATE TABLE (batchlabel_\w+)/g), ([, name = ""]) => name)

it("no source outside the job store names a table of it", () => {
  const store = join(root, "packages", "job-store", "src")
  const tables = sources(store).flatMap(tablesOf)
  assert.isAbove(tables.length, 11)
  const named = new RegExp(`\\b(${tables.join("|")})\\b`)
  const others = [...sources(join(root, "packages")), ...sources(join(root, "apps"))].filter(
    (path) => path.includes("/src/") && !path.startsWith(store)
  )
  assert.isAbove(others.length, 100)
  assert.deepStrictEqual(
    others.filter((path) => named.test(readFileSync(path, "utf8"))),
    []
  )
})

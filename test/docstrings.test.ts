import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { publicModules } from "./support/publicExports.js"

const root = fileURLToPath(new URL("..", import.meta.url))
const folders = readdirSync(join(root, "packages"))
  .map((name) => join(root, "packages", name))
  .filter((folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).private !== true)

/** Packages some of whose exports have no sentence as yet. The list only shrinks: a package that is done has to leave it. */
const withoutSentences = new Set(["cost", "http-api", "job-store", "labeling"])

/** Packages some of whose modules have no example as yet. The list only shrinks. */
const withoutExamples = new Set([
  "core",
  "csv-io",
  "dataset",
  "messages",
  "multipart",
  "openai-batch",
  "openai-simulator",
  ...withoutSentences
])

describe("the documentation of public exports", () => {
  for (const folder of folders) {
    const name = basename(folder)
    const modules = publicModules(folder)

    it(`${name}: every export has a sentence, @since and @category${withoutSentences.has(name) ? " (not yet)" : ""}`, () => {
      const bare = modules.flatMap(({ exports }) =>
        exports.flatMap((one) =>
          /\w/.test(one.sentence) && one.hasSince && one.hasCategory ? [] : [`${one.module}.${one.name}`]
        )
      )
      if (withoutSentences.has(name)) assert.isNotEmpty(bare, `${name} is done: take it off the list`)
      else assert.deepStrictEqual(bare, [])
    })

    it(`${name}: every module has an example${withoutExamples.has(name) ? " (not yet)" : ""}`, () => {
      const bare = modules.flatMap(({ examples, path }) => (examples.length > 0 ? [] : [basename(path)]))
      if (withoutExamples.has(name)) assert.isNotEmpty(bare, `${name} is done: take it off the list`)
      else assert.deepStrictEqual(bare, [])
    })
  }

  it("every example compiles", () => {
    const config = {
      extends: join(root, "tsconfig.base.json"),
      compilerOptions: { noEmit: true, incremental: false, composite: false, noUnusedLocals: false, types: ["node"] },
      include: ["."]
    }
    const failed = folders.flatMap((folder) => {
      const modules = publicModules(folder).filter(({ examples }) => examples.length > 0)
      if (modules.length === 0) return []
      // Inside the package, where its name and those of its dependencies are found.
      const place = join(folder, "node_modules/.examples")
      mkdirSync(place, { recursive: true })
      try {
        writeFileSync(join(place, "tsconfig.json"), JSON.stringify(config))
        for (const { examples, path } of modules) {
          examples.forEach((code, index) => {
            writeFileSync(join(place, `${basename(path, ".ts")}-${index}.ts`), `${code}\nexport {}\n`)
          })
        }
        const { status, stdout } = spawnSync("node", [join(root, "node_modules/typescript/bin/tsc"), "-p", place], {
          encoding: "utf8"
        })
        return status === 0 ? [] : [stdout]
      } finally {
        rmSync(place, { recursive: true, force: true })
      }
    })
    assert.deepStrictEqual(failed, [])
  })
})

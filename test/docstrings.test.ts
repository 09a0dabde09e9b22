import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
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
const withoutExamples = new Set(["csv-io", "dataset", "openai-batch", "openai-simulator", "tokens", ...withoutSentences])

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
    // Inside each package, where its name and those of its dependencies are found.
    const places = folders.map((folder) => join(folder, ".examples"))
    const config = join(root, "node_modules/.cache/examples.tsconfig.json")
    const files = folders.flatMap((folder) =>
      publicModules(folder).flatMap(({ examples, path }) =>
        examples.map((code, index) => ({ code, file: join(folder, ".examples", `${basename(path, ".ts")}-${index}.ts`) }))
      )
    )
    const compilerOptions = {
      noEmit: true,
      incremental: false,
      noUnusedLocals: false,
      typeRoots: [join(root, "node_modules/@types")]
    }
    try {
      for (const place of places) mkdirSync(place, { recursive: true })
      for (const { code, file } of files) writeFileSync(file, `${code}\nexport {}\n`)
      mkdirSync(dirname(config), { recursive: true })
      writeFileSync(
        config,
        JSON.stringify({ extends: join(root, "tsconfig.base.json"), compilerOptions, files: files.map(({ file }) => file) })
      )
      const { stdout } = spawnSync("node", [join(root, "node_modules/typescript/bin/tsc"), "-p", config], { encoding: "utf8" })
      assert.strictEqual(stdout, "")
    } finally {
      for (const place of places) rmSync(place, { recursive: true, force: true })
    }
  })
})

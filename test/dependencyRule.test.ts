import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

describe("the linter's rule on the direction of dependencies", () => {
  let folder = ""
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "batchlabel-lint-"))
    for (const part of ["biome.json", "lint"]) cpSync(join(root, part), join(folder, part), { recursive: true })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** The rules that biome reports for a file that imports `specifier` at `path`. */
  const rulesBroken = (path: string, specifier: string): ReadonlyArray<string> => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `import * as Probe from "${specifier}"\n\nexport const probe = Probe.default\n`)
    const { stdout } = spawnSync(
      join(root, "node_modules/.bin/biome"),
      ["lint", "--vcs-enabled=false", "--reporter=json", `--config-path=${folder}`, file],
      { cwd: folder, encoding: "utf8" }
    )
    rmSync(file)
    return [...stdout.matchAll(/"category":\s*"([^"]+)"/g)].map(([, category = ""]) => category)
  }
  const restricted = "lint/style/noRestrictedImports"

  it("lets a package import what is below it", () => {
    assert.deepStrictEqual(rulesBroken("packages/dataset/src/Probe.ts", "@batchlabel/csv-io/CsvReader"), [])
    assert.deepStrictEqual(rulesBroken("apps/cli/src/Probe.ts", "@batchlabel/labeling/Watch"), [])
  })

  it("refuses an import upward", () => {
    assert.include(rulesBroken("packages/core/src/Probe.ts", "@batchlabel/csv-io/CsvReader"), restricted)
    assert.include(rulesBroken("packages/csv-io/src/Probe.ts", "@batchlabel/dataset"), restricted)
    for (const name of ["core", "csv-io", "openai-batch", "cost", "job-store", "dataset", "labeling"]) {
      assert.include(rulesBroken(`packages/${name}/src/Probe.ts`, "@batchlabel/messages/Message"), restricted, name)
    }
    assert.include(rulesBroken("packages/job-store/src/Probe.ts", "@batchlabel/labeling/Watch"), restricted)
    assert.include(rulesBroken("packages/labeling/src/Probe.ts", "batchlabel"), restricted)
    assert.include(rulesBroken("packages/openai-simulator/src/Probe.ts", "@batchlabel/core/Task"), restricted)
    assert.include(rulesBroken("packages/multipart/src/Probe.ts", "@batchlabel/core/Task"), restricted)
  })

  it("lets the command import the server, and the server and the page nothing but what is below them", () => {
    assert.deepStrictEqual(rulesBroken("apps/cli/src/Probe.ts", "@batchlabel/http/Server"), [])
    assert.deepStrictEqual(rulesBroken("apps/http/src/Probe.ts", "@batchlabel/labeling/Watch"), [])
    assert.deepStrictEqual(rulesBroken("apps/web/src/Probe.ts", "@batchlabel/http-api/Job"), [])
    assert.include(rulesBroken("apps/cli/src/Probe.ts", "@batchlabel/web"), restricted)
    assert.include(rulesBroken("apps/http/src/Probe.ts", "batchlabel"), restricted)
    assert.include(rulesBroken("apps/http/src/Probe.ts", "@batchlabel/openai-simulator/Simulator"), restricted)
    assert.include(rulesBroken("apps/web/src/Probe.ts", "@batchlabel/http/Tokens"), restricted)
    assert.include(rulesBroken("apps/web/src/Probe.ts", "@batchlabel/labeling/Watch"), restricted)
  })

  it("refuses the frozen schema package everywhere", () => {
    const frozen = ["@effect", "schema"].join("/")
    assert.include(rulesBroken("packages/core/src/Probe.ts", frozen), restricted)
    assert.include(rulesBroken("apps/cli/src/Probe.ts", `${frozen}/Schema`), restricted)
  })
})

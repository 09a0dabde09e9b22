import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

/** Every file of tests in the repository, by its path from the root. */
const testFiles: ReadonlyArray<string> = [
  "test",
  ...["packages", "apps"].flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}/test`))
].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|mts|js|mjs|sh)$/.test(name))
    .map((name) => `${folder}/${name}`)
)

const textOf = (path: string): string => readFileSync(join(root, path), "utf8")

describe("the linter's rule on waits in tests", () => {
  let folder = ""
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "batchlabel-lint-"))
    for (const path of ["biome.json", "lint"]) cpSync(join(root, path), join(folder, path), { recursive: true })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Those of the files, by path, that the linter forbids. */
  const forbidden = (files: Readonly<Record<string, string>>): ReadonlyArray<string> => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), `${text}\n`)
    }
    const { stdout } = spawnSync(
      join(root, "node_modules/.bin/biome"),
      ["lint", "--vcs-enabled=false", "--max-diagnostics=none", "--only=plugin", "--reporter=github", ...Object.keys(files)],
      { cwd: folder, encoding: "utf8" }
    )
    const found = [...stdout.matchAll(/title=plugin,file=([^,]+),/g)].map(([, path = ""]) => path)
    return Object.keys(files).filter((path) => found.some((one) => one.endsWith(`/${path}`)))
  }

  const probes = (texts: ReadonlyArray<string>): Readonly<Record<string, string>> =>
    Object.fromEntries(texts.map((text, index) => [`packages/core/test/Probe${index}.test.ts`, text]))

  it("forbids every way to let a span of time pass", () => {
    const files = probes([
      'export const a = Effect.sleep("5 millis")',
      'export const a = work.pipe(Effect.delay("5 millis"))',
      "export const a = new Promise((resolve) => setTimeout(resolve, 5))",
      "export const a = new Promise((resolve) => globalThis.setTimeout(resolve, 5))",
      "setInterval(look, 5)",
      'import { setTimeout as wait } from "node:timers/promises"',
      "await page.waitForTimeout(300)",
      "await vi.waitFor(look)",
      "Atomics.wait(array, 0, 0, 5)"
    ])
    assert.deepStrictEqual(forbidden(files), Object.keys(files))
  })

  it("forbids to try a test, or what it tests, again", () => {
    const files = {
      ...probes([
        'it("works", { retry: 2 }, () => {})',
        'it("works", { timeout: 5_000, retry: 2 }, () => {})',
        "it.flakyTest(work)",
        "export const a = work.pipe(Effect.retry({ times: 3 }))",
        'export const a = Effect.repeat(work, Schedule.spaced("10 millis"))'
      ]),
      "vitest.config.ts": 'export default { test: { retry: process.env["CI"] === undefined ? 0 : 2 } }'
    }
    assert.deepStrictEqual(forbidden(files), Object.keys(files))
  })

  it("holds in every folder of tests, and nowhere else", () => {
    const wait = 'export const a = Effect.sleep("5 millis")'
    const tests = { "test/A.test.ts": wait, "apps/http/test/support/A.ts": wait, "apps/web/test/browser/A.test.ts": wait }
    const allowed = {
      "packages/labeling/src/A.ts": wait,
      "packages/core/test/A.test.ts": 'export const a = eventually("the end", look)',
      "packages/core/test/B.test.ts": "export const a = layer({ retry: { times: 1 } })"
    }
    assert.deepStrictEqual(forbidden({ ...tests, ...allowed }), Object.keys(tests))
  })
})

describe("the tests of this repository", () => {
  it("are excused from the rule only where a timer is no wait: guards, samples, stimuli, and the pause between two looks", () => {
    const ignored = "biome-ignore lint/plugin"
    assert.deepStrictEqual(
      testFiles.filter((path) => path !== "test/waits.test.ts" && textOf(path).includes(ignored)).toSorted(),
      [
        // A child that hangs is killed, and a kill falls at a random moment.
        "apps/cli/test/kill/Child.ts",
        "apps/cli/test/kill/Strike.ts",
        // A client that is slow on purpose.
        "apps/http/test/support/rawSocket.ts",
        // Samples of the memory in use.
        "packages/openai-batch/test/Files.test.ts",
        // The product's own repetitions, under the test's clock.
        "packages/openai-batch/test/Retry.test.ts",
        // A server that is slow on purpose.
        "packages/openai-batch/test/server.ts",
        "test/support/eventually.ts"
      ]
    )
  })

  it("do not sleep in a shell either, but for the hour of the guide's script, which passes at once there", () => {
    const sleeps = testFiles.flatMap((path) =>
      path === "test/waits.test.ts"
        ? []
        : [...textOf(path).matchAll(/^.*\bsleep\s+[\d.$].*$/gm)].map(([line]) => `${path}: ${line.trim()}`)
    )
    assert.deepStrictEqual(sleeps, ["apps/cli/test/GuideForm.test.ts: sleep 3600"])
  })

  it("are not tried again by those who run them", () => {
    for (const path of ["package.json", ".ci/run", "scripts/test.mjs", "vitest.config.ts"]) {
      assert.notMatch(textOf(path), /--retry|\bretry\s*:/, path)
    }
  })
})

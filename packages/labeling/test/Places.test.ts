/** The places that a job writes to, held against each other before anything is sent. */
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as Places from "../src/Places.js"
import { folder } from "./support/simulated.js"

/** A folder with an input, and names under which it and others can be reached. */
const linked = Effect.map(folder, (root) => {
  const at = (name: string): string => join(root, name)
  writeFileSync(at("news.csv"), "text\n하나\n")
  writeFileSync(at("task.yaml"), "name: x\n")
  writeFileSync(at("one.csv"), "x\n")
  symlinkSync("news.csv", at("symbolic.csv"))
  linkSync(at("news.csv"), at("hard.csv"))
  symlinkSync("news.csv", at("out_failed.csv"))
  symlinkSync(root, at("here"))
  symlinkSync("one.csv", at("one_failed.csv"))
  mkdirSync(at("folder.csv"))
  return { root, at }
})

const codeOf = Effect.fnUntraced(function* (output: string, reads: ReadonlyArray<string>) {
  const tried = yield* Effect.either(Places.checkOutput(output, reads))
  return Either.isLeft(tried) ? tried.left.problem.code : "taken"
})

describe("an output", () => {
  it.scopedLive(
    "is refused where it or its failures would replace a file that is read, by whatever name, and nothing is written",
    () =>
      Effect.gen(function* () {
        const { at, root } = yield* linked
        const before = readdirSync(root)
        for (const name of ["news.csv", "symbolic.csv", "hard.csv", "out.csv", "here/news.csv", "here/here/hard.csv"]) {
          assert.strictEqual(yield* codeOf(at(name), [at("news.csv")]), "BL5007", name)
        }
        assert.strictEqual(yield* codeOf(at("task.yaml"), [at("news.csv"), at("task.yaml")]), "BL5007")
        assert.strictEqual(yield* codeOf(at("one.csv"), [at("news.csv")]), "BL5073")
        assert.strictEqual(readFileSync(at("news.csv"), "utf8"), "text\n하나\n")
        assert.deepStrictEqual(readdirSync(root), before)
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("is refused where it cannot be made, and taken without a trace where it can", () =>
    Effect.gen(function* () {
      const { at } = yield* linked
      const reads = [at("news.csv")]
      assert.strictEqual(yield* codeOf(at("none/out.csv"), reads), "BL1017")
      assert.strictEqual(yield* codeOf(at("news.csv/out.csv"), reads), "BL1073")
      assert.strictEqual(yield* codeOf(at("folder.csv"), reads), "BL1074")
      assert.strictEqual(yield* codeOf("/proc/out.csv", reads), "BL1006")
      assert.strictEqual(yield* codeOf(at("good.csv"), reads), "taken")
      assert.isFalse(existsSync(at("good.csv")))
    }).pipe(Effect.provide(NodeContext.layer))
  )
})

it.scopedLive("a folder of jobs that cannot be made is refused with its path: /proc, a file, below a file", () =>
  Effect.gen(function* () {
    const { at } = yield* linked
    for (const home of ["/proc/x/deep/down", at("news.csv"), at("news.csv/below")]) {
      const tried = yield* Effect.either(Places.checkHome(home))
      assert.strictEqual(Either.isLeft(tried) ? tried.left.problem.code : "taken", "BL5173", home)
      if (Either.isLeft(tried)) assert.include(tried.left.problem.message, home)
    }
    yield* Places.checkHome(at("yet/to/be/made"))
    assert.isFalse(existsSync(at("yet")))
  }).pipe(Effect.provide(NodeContext.layer))
)

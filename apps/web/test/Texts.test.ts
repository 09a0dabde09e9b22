import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { FailureReason } from "@batchlabel/core/Outcome"
import * as Job from "@batchlabel/http-api/Job"
import { assert, describe, it } from "@effect/vitest"
import { en } from "../src/text/en.js"
import { ko } from "../src/text/ko.js"

type Leaf = { readonly path: string; readonly value: unknown }

const leaves = (value: unknown, path = ""): ReadonlyArray<Leaf> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`))
    : [{ path, value }]

const korean = new Map(leaves(ko).map(({ path, value }) => [path, value]))
const english = new Map(leaves(en).map(({ path, value }) => [path, value]))

/** Texts that are the same in both, or empty on purpose. */
const shared = new Set(["name", "lang.ko", "lang.en", "job.connection.ended"])

/** What a function of the catalogue says for arguments that can be told apart. */
const said = (value: unknown): string => {
  if (typeof value !== "function") return String(value)
  const args = Array.from({ length: value.length }, (_, index) => String(index + 11))
  return String(value(...args))
}

describe("the catalogue", () => {
  it("has every text in both languages, in the same form", () => {
    assert.deepStrictEqual([...english.keys()].sort(), [...korean.keys()].sort())
    for (const [path, value] of korean) {
      assert.strictEqual(typeof english.get(path), typeof value, path)
      if (typeof value === "function") assert.strictEqual((english.get(path) as { length: number }).length, value.length, path)
    }
  })

  it("has no empty text, Korean in the Korean one and none in the English one", () => {
    for (const [path, value] of korean) {
      if (shared.has(path)) continue
      assert.notStrictEqual(said(value).trim(), "", path)
      assert.notMatch(said(english.get(path)), /[가-힣]/, path)
      assert.notInclude(said(value), "undefined", path)
      assert.notInclude(said(english.get(path)), "undefined", path)
    }
    const withHangul = [...korean].filter(([, value]) => /[가-힣]/.test(said(value)))
    assert.isAbove(withHangul.length / korean.size, 0.85)
  })

  it("says every argument it is given", () => {
    for (const catalogue of [korean, english]) {
      for (const [path, value] of catalogue) {
        if (typeof value !== "function" || /^(status|reason|history\.event|scope)/.test(path)) continue
        for (let index = 0; index < value.length; index++) assert.include(said(value), String(index + 11), path)
      }
    }
  })

  it("has words for every state and reason of the contract", () => {
    for (const { reason, status } of [ko, en]) {
      for (const state of Job.Status.literals) {
        const words = status(state)
        assert.isTrue(words !== state || /^[a-z]+$/.test(state), state)
        assert.notInclude(words, "_", state)
      }
      for (const one of FailureReason.literals) assert.notInclude(reason(one), "_", one)
      for (const one of FailureReason.literals) assert.isTrue(reason(one) !== one || one === "cancelled", one)
    }
    for (const state of Job.Status.literals) assert.match(ko.status(state), /[가-힣]/, state)
  })

  it("counts one thing as one", () => {
    assert.strictEqual(en.rows.selected("1"), "1 row selected")
    assert.strictEqual(en.rows.selected("2"), "2 rows selected")
    assert.strictEqual(en.job.lead.doneAll("1"), "The one row is labelled.")
  })

  it("is where all the page's words are: no component holds any", () => {
    const folder = fileURLToPath(new URL("../src", import.meta.url))
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path))
    assert.isAbove(files.length, 40)
    for (const path of files.filter((one) => !one.startsWith("text/"))) {
      const text = readFileSync(`${folder}/${path}`, "utf8")
      assert.notMatch(text, /[가-힣]/, path)
      // Text between tags would be a word that has no translation.
      for (const [, words = ""] of path.endsWith(".tsx") ? text.matchAll(/<\w+[^<>=]*>\s*([A-Za-z][A-Za-z ]+)\s*<\//g) : []) {
        assert.fail(`${path}: ${words}`)
      }
    }
  })
})

import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { samplePath } from "./support/Product.js"

it("the sample is what its generator makes, every time", () => {
  const folder = mkdtempSync(join(tmpdir(), "batchlabel-sample-"))
  try {
    cpSync(fileURLToPath(new URL("../sample/generate.mjs", import.meta.url)), join(folder, "generate.mjs"))
    execFileSync(process.execPath, [join(folder, "generate.mjs")])
    const made = readFileSync(join(folder, "unlabeled_news.csv"), "utf8")
    expect(made).toBe(readFileSync(samplePath, "utf8"))
    const rows = made.trimEnd().split("\n")
    expect(rows).toHaveLength(301)
    expect(new Set(rows).size).toBe(301)
    expect(rows[0]).toBe("text,title,source,date,topic")
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

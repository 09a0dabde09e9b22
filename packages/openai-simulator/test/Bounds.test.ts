import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, it } from "vitest"
import * as Simulator from "../src/Simulator.js"

const folder = mkdtempSync(join(tmpdir(), "simulator-bounds-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const files: ReadonlyArray<readonly [what: string, text: string, said: string]> = [
  ["nests deeply", `{"faults": ${"[".repeat(5_000)}${"]".repeat(5_000)}}`, "levels deep"],
  ["is too long", `seed: ${" ".repeat(2_000_000)}1`, "longer than"],
  ["has too many keys", Array.from({ length: 1_001 }, (_, n) => `k${n}: 1`).join("\n"), "keys"],
  ["has no end", "faults: &a [*a]\n", "anchor"]
]

for (const [what, text, said] of files) {
  it(`a scenario or a file of rules that ${what} is refused by its name`, async () => {
    const path = join(folder, "file.yaml")
    writeFileSync(path, text)
    for (const options of [{ scenario: path }, { rules: path }]) {
      const message = await Simulator.start(options).then(
        async (simulator) => {
          await simulator.close()
          return "started"
        },
        (error: unknown) => String(error)
      )
      assert.include(message, path)
      assert.include(message, said)
    }
  })
}

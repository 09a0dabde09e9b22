/** The script of a work thread, bundled once a test file: a thread cannot run the sources as the tests do. */
import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

// The command is what bundles it otherwise, so that the bundler is the command's.
const { build }: { readonly build: (options: Readonly<Record<string, unknown>>) => Promise<unknown> } = createRequire(
  new URL("../../../cli/package.json", import.meta.url)
)("esbuild")

const bundle = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "batchlabel-thread-"))
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  const outfile = join(folder, "thread.mjs")
  await build({
    entryPoints: [fileURLToPath(new URL("../../src/internal/thread/main.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
    banner: { js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);' }
  })
  return outfile
}

let bundled: Promise<string> | undefined

export const threadEntry = (): Promise<string> => {
  bundled ??= bundle()
  return bundled
}

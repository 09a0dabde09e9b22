// The full kill trial: `npm run trial:kills [-- JOBS [FIRST]]` kills the built command hundreds of times and prints one table.
// FIRST is the number, and so the seed, of the first job: a job that broke a promise is played again by its number alone.

import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { build, install, root } from "./pnpm.mjs"

const [jobs = 50, first = 1] = process.argv.slice(2).map(Number)
if (!Number.isSafeInteger(jobs) || !Number.isSafeInteger(first) || jobs < 1) {
  console.error("usage: npm run trial:kills [-- JOBS [FIRST]]")
  process.exit(2)
}
install()
build()
const cli = join(root, "apps/cli")
process.env.BATCHLABEL_CLI ??= join(cli, "dist/batchlabel.js")
const { build: bundle } = createRequire(join(cli, "package.json"))("esbuild")
const folder = mkdtempSync(join(tmpdir(), "batchlabel-trial-"))
try {
  const outfile = join(folder, "fleet.mjs")
  await bundle({
    entryPoints: [join(cli, "test/kill/Fleet.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    logLevel: "warning",
    // Some dependencies are CommonJS and call require.
    banner: { js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);' }
  })
  const Fleet = await import(pathToFileURL(outfile).href)
  const numbers = Array.from({ length: jobs }, (_, index) => first + index)
  const outcome = await Fleet.run(numbers, (number, ended) => {
    if (ended instanceof Error) console.error(ended)
    else console.error(`job ${number}: ${ended.rows} rows, ${ended.deaths.length} kills`)
  })
  console.log(Fleet.table(outcome))
  if (outcome.failures.length > 0) process.exitCode = 1
  // A few jobs are played again to look at them; a fleet is there to show something.
  const unmet = jobs < Fleet.whole ? [] : Fleet.unmet(outcome)
  for (const line of unmet) console.error(`the trial shows nothing: ${line}`)
  if (unmet.length > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

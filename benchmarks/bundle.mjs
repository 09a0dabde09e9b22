// Bundles a benchmark that uses the workspace's sources, to where Node finds their native module.
import { createRequire } from "node:module"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"

const cli = fileURLToPath(new URL("../apps/cli/", import.meta.url))
const { buildSync } = createRequire(`${cli}package.json`)("esbuild")

/** The path of the bundle of `entry` (a path). */
export const bundle = (entry) => {
  const outfile = `${cli}node_modules/.bench/${basename(entry, ".ts")}.mjs`
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    absWorkingDir: cli,
    nodePaths: [`${cli}node_modules`],
    external: ["better-sqlite3"],
    banner: {
      js: `import { createRequire as r } from "node:module"; const require = r(${JSON.stringify(`${cli}package.json`)});`
    },
    logLevel: "error"
  })
  return outfile
}

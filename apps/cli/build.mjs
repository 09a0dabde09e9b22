// Bundles the two commands: one small file each, and chunks that are loaded when a command needs them.
import { chmodSync, cpSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const here = fileURLToPath(new URL(".", import.meta.url))
const dist = `${here}dist`
rmSync(dist, { recursive: true, force: true })
await build({
  absWorkingDir: here,
  entryPoints: ["src/bin/batchlabel.ts", "src/bin/batch_labeling_openai.ts"],
  outdir: "dist",
  entryNames: "[name]",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  minify: true,
  keepNames: true,
  sourcemap: false,
  legalComments: "none",
  logLevel: "warning",
  // A native module, and what the Postgres driver would load only on demand.
  external: ["better-sqlite3", "pg-native"],
  // Some dependencies are CommonJS and call require.
  banner: { js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);' }
})
cpSync(`${here}sample`, `${dist}/sample`, { recursive: true, filter: (path) => !path.endsWith(".mjs") })
for (const name of ["batchlabel", "batch_labeling_openai"]) chmodSync(`${dist}/${name}.js`, 0o755)

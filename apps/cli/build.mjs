// Bundles the two commands: one small file each, and chunks that are loaded when a command needs them. The sample and the page lie beside.
import { chmodSync, cpSync, readdirSync, rmSync, statSync } from "node:fs"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const here = fileURLToPath(new URL(".", import.meta.url))
const dist = `${here}dist`
const { metafile } = await build({
  metafile: true,
  absWorkingDir: here,
  entryPoints: [
    { in: "src/bin/batchlabel.ts", out: "batchlabel" },
    { in: "src/bin/batch_labeling_openai.ts", out: "batch_labeling_openai" },
    // What the server's work threads run.
    { in: "../http/src/internal/thread/main.ts", out: "serverThread" }
  ],
  outdir: "dist",
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
// Chunks have their content in their name. Those of an earlier build may be in use by a command that runs now: they go when they are old.
const written = new Set(Object.keys(metafile.outputs).map((path) => basename(path)))
const hour = 3_600_000
for (const name of readdirSync(`${dist}/chunks`)) {
  const path = `${dist}/chunks/${name}`
  if (!written.has(name) && Date.now() - statSync(path).mtimeMs > hour) rmSync(path)
}
rmSync(`${dist}/sample`, { recursive: true, force: true })
cpSync(`${here}sample`, `${dist}/sample`, { recursive: true, filter: (path) => !path.endsWith(".mjs") })
// The page that `batchlabel serve` serves.
const page = fileURLToPath(new URL("dist", import.meta.resolve("@batchlabel/web/package.json")))
rmSync(`${dist}/web`, { recursive: true, force: true })
cpSync(page, `${dist}/web`, { recursive: true })
for (const name of ["batchlabel", "batch_labeling_openai"]) chmodSync(`${dist}/${name}.js`, 0o755)

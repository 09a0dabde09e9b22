// examples/embed as a stranger would use it: installed from packed tarballs, in a folder outside this workspace, type-checked and run.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pack, published } from "./packages.mjs"
import { build, install, pnpm, root, run } from "./pnpm.mjs"

install()
build()
const folder = mkdtempSync(join(tmpdir(), "batchlabel-embed-"))
try {
  cpSync(join(root, "examples/embed"), folder, { recursive: true, filter: (path) => !path.includes("node_modules") })
  const tarballs = Object.fromEntries(
    published()
      .filter(({ name }) => name.startsWith("@batchlabel/"))
      .map((one) => [one.name, `file:${pack(one, join(folder, "tarballs"))}`])
  )
  // Unpublished as yet: every @batchlabel package, also those of packages, comes from its tarball.
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  manifest.pnpm = { ...manifest.pnpm, overrides: tarballs }
  for (const name of Object.keys(manifest.dependencies)) {
    if (tarballs[name] !== undefined) manifest.dependencies[name] = tarballs[name]
  }
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`)
  console.error("· installing the tarballs")
  pnpm(["install", "--no-frozen-lockfile", "--prefer-offline", "--reporter=append-only"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"]
  })
  const copies = readdirSync(join(folder, "node_modules/.pnpm")).filter((name) => /^effect@/.test(name))
  if (copies.length !== 1) throw new Error(`expected one copy of effect, found: ${copies.join(", ")}`)
  console.error("· type check")
  run("node", [join(folder, "node_modules/typescript/bin/tsc"), "-p", "."], { cwd: folder })
  console.error("· run")
  run("node", ["dist/main.js"], { cwd: folder })
  if (!existsSync(join(folder, "labeled.csv"))) throw new Error("the example wrote no labeled.csv")
  const [header = "", ...rows] = readFileSync(join(folder, "labeled.csv"), "utf8").trimEnd().split("\n")
  if (!header.endsWith("label,label_name,labeled,labeled_at") || rows.some((row) => !row.includes(",True,"))) {
    throw new Error(`labeled.csv is not what it should be:\n${header}\n${rows.join("\n")}`)
  }
  console.error(`· one copy of effect, types checked, ${rows.length} rows labelled`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

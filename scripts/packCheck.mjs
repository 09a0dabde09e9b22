// Packs every public package and has publint and arethetypeswrong look at what a user would install.
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pack, published } from "./packages.mjs"
import { build, install, root, run } from "./pnpm.mjs"

const requireFile = (tarball, path) => {
  const names = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8", maxBuffer: 64 * 1024 ** 2 }).split("\n")
  if (!names.includes(path)) throw new Error(`${tarball} has no ${path}`)
}

install()
build()
const folder = mkdtempSync(join(tmpdir(), "batchlabel-pack-"))
try {
  for (const one of published()) {
    const tarball = pack(one, folder)
    console.error(`· ${one.name}`)
    run("node", [`${root}node_modules/publint/src/cli.js`, tarball, "--strict"], { stdio: ["ignore", "ignore", "inherit"] })
    // The server of the command starts its work threads from this file.
    if (one.name === "batchlabel") requireFile(tarball, "package/dist/serverThread.js")
    // A command has no types to look at.
    if (one.name.startsWith("@batchlabel/")) {
      run(`${root}node_modules/.bin/attw`, [tarball, "--profile", "esm-only", "--quiet"])
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

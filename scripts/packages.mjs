// The packages that are published, and their tarballs.
import { mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { pnpm, root } from "./pnpm.mjs"

/** Public workspace packages: `{ name, version, folder }`. */
export const published = () =>
  ["packages", "apps"].flatMap((group) =>
    readdirSync(join(root, group)).flatMap((folder) => {
      const path = join(root, group, folder)
      const { name, private: hidden, version } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"))
      return hidden === true ? [] : [{ name, version, folder: path }]
    })
  )

/** Packs a package into `to`; the tarball's path. */
export const pack = ({ folder, name, version }, to) => {
  mkdirSync(to, { recursive: true })
  pnpm(["--dir", folder, "pack", "--pack-destination", to], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { BATCHLABEL_BUILT: "1" }
  })
  return join(to, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`)
}

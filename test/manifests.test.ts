import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

interface Manifest {
  readonly [key: string]: unknown
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly files: ReadonlyArray<string>
  readonly scripts: Readonly<Record<string, string>>
}

interface Published {
  readonly name: string
  readonly folder: string
  readonly manifest: Manifest
}

const { manifests, sharedFields }: { manifests: () => ReadonlyArray<Published>; sharedFields: (one: Published) => object } =
  // A script without types.
  await import(new URL("../scripts/manifests.mjs", import.meta.url).href)

/** The catalog of versions, by name. */
const catalog = Object.fromEntries(
  [...readFileSync(join(root, "pnpm-workspace.yaml"), "utf8").matchAll(/^ {2}"?([^\s"]+)"?: (\^?\d\S*)$/gm)].map(
    ([, name = "", version = ""]) => [name, version]
  )
)

describe("every published package", () => {
  for (const one of manifests()) {
    const { folder, manifest, name } = one
    const readme = readFileSync(join(folder, "README.md"), "utf8")

    it(`${name} says where it comes from, what it is about and under which licence`, () => {
      assert.deepInclude(manifest, sharedFields(one))
      assert.include(manifest.files, "LICENSE")
      assert.isNotEmpty(manifest["description"])
      assert.deepStrictEqual(manifest["publishConfig"] ?? { access: "public" }, {
        access: "public",
        ...(typeof manifest["publishConfig"] === "object" ? manifest["publishConfig"] : {})
      })
    })

    it(`${name} is built when it is packed`, () => {
      assert.strictEqual(manifest.scripts["prepack"], "node ../../scripts/prepack.mjs")
    })

    it(`${name} depends on ranges, not on one version`, () => {
      const named = { ...manifest.dependencies, ...manifest.optionalDependencies }
      for (const [dependency, range] of Object.entries(named)) {
        const version = range === "catalog:" ? (catalog[dependency] ?? "") : range
        assert.match(version, /^(\^|workspace:\^)/, dependency)
      }
      for (const [peer, range] of Object.entries(manifest.peerDependencies ?? {})) assert.match(range, /^(\^|>=)/, peer)
    })

    it(`${name}'s README has only links that lead somewhere on a registry's page`, () => {
      const targets = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target)
      assert.deepStrictEqual(
        targets.filter((target) => !/^(https:\/\/|#)/.test(target)),
        []
      )
      // What leads into this repository is there.
      const base = /^https:\/\/github\.com\/batchlabel\/batchlabel\/(?:blob|tree)\/main\/([^#]+)/
      const gone = targets.flatMap((target) => {
        const path = base.exec(target)?.[1]
        return path === undefined || existsSync(join(root, path)) ? [] : [target]
      })
      assert.deepStrictEqual(gone, [])
    })
  }
})

// Strangers' compilers and package managers: the packed tarballs, installed outside this workspace, in programs that others would write.
//
//   node scripts/consumers.mjs [declarations] [readmes] [floor] [all]
//
// declarations  a library in a strict pnpm project that depends on `labeling` alone: every TypeScript, every module resolution, with and
//               without declarations, `skipLibCheck: false`; clients of several majors of `openai`
// readmes       the install line of each README by npm, and its first block of code compiled
// floor         the lowest peers that the manifests allow: declarations checked, the code of the READMEs run

import { spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pack, published } from "./packages.mjs"
import { build, install, pnpm, root } from "./pnpm.mjs"

const asked = process.argv.slice(2)
const wants = (part) => asked.every((one) => one === "all") || asked.includes(part)
const libraries = published().filter(({ name }) => name.startsWith("@batchlabel/"))
const folder = mkdtempSync(join(tmpdir(), "batchlabel-consumers-"))
const faults = []

const json = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

/** Runs a program quietly; what it said is a fault where it fails. */
const must = (what, program, args, options = {}) => {
  const { error, status, stderr, stdout } = spawnSync(program, args, { encoding: "utf8", ...options })
  if (error === undefined && status === 0) return true
  faults.push(`${what}\n${error ?? ""}${stdout}${stderr}`.slice(0, 4_000))
  console.error(`✗ ${what}`)
  return false
}

const project = (name, manifest) => {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  json(join(path, "package.json"), { name, private: true, type: "module", ...manifest })
  return path
}

const compilerOptions = (module, moduleResolution, declaration) => ({
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable", "ESNext.Disposable"],
  module,
  moduleResolution,
  strict: true,
  skipLibCheck: false,
  declaration,
  types: ["node"],
  outDir: `out/${moduleResolution}`
})

/** One type check of the sources of a project, in a folder where they lie. */
const typeCheck = (what, path, typescript, resolution, declaration, files) => {
  const module = { node16: "node16", nodenext: "nodenext", bundler: "esnext" }[resolution]
  const config = `tsconfig.${typescript}.${resolution}.${declaration}.json`
  json(join(path, config), {
    compilerOptions: { ...compilerOptions(module, resolution, declaration), noEmit: !declaration },
    files
  })
  return must(what, "node", [join(path, `node_modules/${typescript}/bin/tsc`), "-p", config], { cwd: path })
}

const resolutions = ["node16", "nodenext", "bundler"]

const blocks = (readme) => [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code)
/** The first command in a README that installs with npm. */
const installLine = (readme) =>
  /^\s*(npm (?:i|install) .*@batchlabel\/.*|npm (?:i|install) -g batchlabel.*)$/m.exec(readme)?.[1]?.trim()

const declarations = (tarballs) => {
  const compilers = {
    ts57: "npm:typescript@~5.7.0",
    ts5: "npm:typescript@^5.9.0",
    ts6: "npm:typescript@^6.0.0",
    ts7: "npm:typescript@^7.0.0"
  }
  const path = project("declarations", {
    dependencies: {
      "@batchlabel/dataset": tarballs["@batchlabel/dataset"],
      "@batchlabel/labeling": tarballs["@batchlabel/labeling"],
      "@batchlabel/openai-batch": tarballs["@batchlabel/openai-batch"],
      "@types/node": "^20",
      effect: "^3",
      openai5: "npm:openai@^5",
      openai6: "npm:openai@^6",
      openai7: "npm:openai@^7",
      ...compilers
    },
    pnpm: { overrides: tarballs, neverBuiltDependencies: ["better-sqlite3"] }
  })
  cpSync(join(root, "examples/declarations"), path, { recursive: true })
  console.error("· a library with declarations: install")
  pnpm(
    [
      "install",
      "--no-frozen-lockfile",
      "--prefer-offline",
      "--reporter=silent",
      "--ignore-scripts",
      "--config.auto-install-peers=true"
    ],
    {
      cwd: path,
      stdio: ["ignore", "ignore", "inherit"]
    }
  )
  const files = ["library.ts", "types.ts", "clients.ts"]
  // The native compiler takes a tenth of the time, so it checks every resolution; `all` has the others do it too.
  const grid = asked.includes("all")
    ? Object.keys(compilers).flatMap((typescript) => resolutions.map((resolution) => [typescript, resolution]))
    : [
        ["ts57", "node16"],
        ["ts5", "nodenext"],
        ["ts5", "bundler"],
        ["ts6", "nodenext"],
        ...resolutions.map((one) => ["ts7", one])
      ]
  for (const [typescript, resolution] of grid) {
    for (const declaration of typescript === "ts7" || asked.includes("all") ? [true, false] : [true]) {
      const what = `${typescript} ${resolution}${declaration ? " with declarations" : ""}`
      if (typeCheck(what, path, typescript, resolution, declaration, files)) console.error(`  ${what}`)
    }
  }
}

const readmes = (tarballs) => {
  for (const { folder: from, name } of published()) {
    const readme = readFileSync(join(from, "README.md"), "utf8")
    const line = installLine(readme)
    if (line === undefined) {
      faults.push(`${name}: its README has no line that installs it`)
      continue
    }
    console.error(`· ${line}`)
    const [, , ...words] = line.split(/\s+/)
    const path = project(`readme-${name.replace(/\W+/g, "-")}`, { overrides: tarballs })
    const named = words.filter((word) => word !== "-g").map((word) => tarballs[word] ?? word)
    const installed = must(`${name}: ${line}`, "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...named], {
      cwd: path
    })
    const [code] = blocks(readme)
    if (!installed || code === undefined || name === "batchlabel") continue
    must(
      `${name}: compilers`,
      "npm",
      ["install", "--no-audit", "--no-fund", "--ignore-scripts", "-D", "typescript@5", "@types/node@20"],
      { cwd: path }
    )
    writeFileSync(join(path, "example.ts"), code)
    typeCheck(`${name}: the README's first block of code`, path, "typescript", "nodenext", false, ["example.ts"])
  }
}

/** The lowest version that a range of a manifest allows. */
const lowest = (range) => range.replace(/^(\^|>=)/, "").split(" ")[0]

const floor = (tarballs) => {
  const alone = ["@batchlabel/core", "@batchlabel/cost", "@batchlabel/openai-simulator"]
  const check = (what, names, peers) => {
    const path = project(`floor-${what}`, { overrides: { ...tarballs, ...peers } })
    console.error(
      `· ${what}: ${Object.entries(peers)
        .map(([peer, version]) => `${peer}@${version}`)
        .join(" ")}`
    )
    const named = [
      ...names.map((name) => tarballs[name]),
      ...Object.entries(peers).map(([peer, version]) => `${peer}@${version}`)
    ]
    const tools = ["typescript@5", "@types/node@20"]
    if (
      !must(`${what}: install`, "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...named, ...tools], {
        cwd: path
      })
    )
      return
    const lines = names.map((name, index) => `export * as P${index} from "${name}"`)
    writeFileSync(join(path, "all.ts"), `${lines.join("\n")}\n`)
    writeFileSync(join(path, "all.mjs"), `${lines.join("\n")}\n`)
    typeCheck(`${what}: declarations`, path, "typescript", "nodenext", false, ["all.ts"])
    must(`${what}: modules load`, "node", ["all.mjs"], { cwd: path })
  }
  const peersOf = (names) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const one = libraries.find((library) => library.name === name)
        const { peerDependencies = {}, peerDependenciesMeta = {} } = JSON.parse(
          readFileSync(join(one.folder, "package.json"), "utf8")
        )
        return Object.entries(peerDependencies).flatMap(([peer, range]) =>
          peerDependenciesMeta[peer]?.optional === true ? [] : [[peer, lowest(range)]]
        )
      })
    )
  const others = libraries.map(({ name }) => name).filter((name) => !alone.includes(name))
  check("effect alone", alone, peersOf(alone))
  check("all others", others, peersOf(others))
}

// Whoever has built already says so.
if (process.env.BATCHLABEL_BUILT !== "1") {
  install()
  build()
}
try {
  const began = Date.now()
  const tarballs = Object.fromEntries(libraries.map((one) => [one.name, `file:${pack(one, join(folder, "tarballs"))}`]))
  if (wants("declarations")) declarations(tarballs)
  if (wants("readmes")) readmes(tarballs)
  if (wants("floor")) floor(tarballs)
  for (const fault of faults) console.error(`\n${fault}`)
  console.error(`· ${faults.length} faults, ${Math.round((Date.now() - began) / 1000)} s`)
  if (faults.length > 0) process.exitCode = 1
} finally {
  if (process.env.BATCHLABEL_KEEP === undefined) rmSync(folder, { recursive: true, force: true })
  else console.error(existsSync(folder) ? folder : "")
}

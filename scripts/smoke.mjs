// The built command on other majors of Node than this machine's: `node scripts/smoke.mjs [MAJOR …]`. The demo, the server and the store,
// each with its real values. The native SQLite module is built for one major: on Node ≥ 22 it fails to load, and Node's own SQLite serves;
// for Node 20 the packed command is installed with that Node, as a user would.
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { pack, published } from "./packages.mjs"
import { build, install, root } from "./pnpm.mjs"

const supported = ["20", "22", "24"]
const own = process.versions.node.split(".")[0]
const asked = process.argv.slice(2)
const majors = asked.length > 0 ? asked : supported.filter((major) => major !== own)

const must = (holds, what) => {
  if (!holds) throw new Error(what)
}

/** Runs a program to its end; its output. A failure is told with all that was said. */
const run = (program, args, options = {}) => {
  const { error, status, stderr, stdout } = spawnSync(program, args, { encoding: "utf8", ...options })
  must(error === undefined && status === 0, `${program} ${args.join(" ")}: ${error ?? status}\n${stdout}\n${stderr}`)
  return { stdout, stderr }
}

/** Brings a Node of this major from npm. */
const nodeOf = (major, folder) => {
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, `node@${major}`])
  const node = join(folder, "node_modules/node/bin/node")
  const { stdout } = run(node, ["--version"])
  must(stdout.startsWith(`v${major}.`), `npm's node@${major} is ${stdout}`)
  return { node, version: stdout.trim() }
}

/** The command, installed from its tarball with that Node. */
const installed = (node, folder) => {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  mkdirSync(folder, { recursive: true })
  const command = published().find(({ name }) => name === "batchlabel")
  run("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, pack(command, join(folder, "tarballs"))], { env })
  return join(folder, "node_modules/batchlabel/dist/batchlabel.js")
}

/** Nothing of Node's own worries is to be seen by a user. */
const isQuiet = (stderr) => !/Warning|deprecat/i.test(stderr)

const demo = (node, batchlabel, cwd, env) => {
  const output = join(cwd, "demo")
  const { stderr, stdout } = run(node, [batchlabel, "demo", "--lang", "en", "--output", output], { cwd, env })
  must(isQuiet(stderr), `the demo warns: ${stderr}`)
  const [header, ...rows] = readFileSync(join(output, "labeled_news.csv"), "utf8").trimEnd().split("\n")
  must(header.includes(",label,"), `the demo's output begins with ${header}`)
  must(rows.length === 300, `the demo wrote ${rows.length} rows\n${stdout}`)
}

const store = (node, batchlabel, cwd, env) => {
  const home = join(cwd, "home")
  const made = run(node, [batchlabel, "token", "create", "--home", home, "--name", "smoke", "--scope", "write"], { cwd, env })
  must(isQuiet(made.stderr), `the store warns: ${made.stderr}`)
  const token = made.stdout.trim()
  const { stdout } = run(node, [batchlabel, "token", "list", "--home", home], { cwd, env })
  must(/ write +valid .*smoke/.test(stdout), `the store has lost a token: ${stdout}`)
  return { home, token }
}

const serve = async (node, batchlabel, { home, token }, cwd, env) => {
  const args = [batchlabel, "serve", "--json", "--home", home, "--port", "0"]
  const server = spawn(node, args, { cwd, env: { ...env, OPENAI_API_KEY: "sk-smoke" }, stdio: ["ignore", "pipe", "pipe"] })
  let said = ""
  server.stderr.on("data", (text) => (said += text))
  const ended = once(server, "exit")
  try {
    const line = once(createInterface({ input: server.stdout }), "line")
    const [first] = await Promise.race([line, ended.then(() => [undefined])])
    must(first !== undefined, `the server ended: ${said}`)
    const { url } = JSON.parse(first)
    const status = async (path, headers = {}) => (await fetch(`${url}${path}`, { headers })).status
    must((await status("/healthz")) === 200, "the server is not well")
    must((await status("/")) === 200, "there is no page")
    must((await status("/v1/jobs")) === 401, "anyone may ask for jobs")
    must((await status("/v1/jobs", { authorization: `Bearer ${token}` })) === 200, "the token lets nobody in")
    server.kill("SIGTERM")
    const [code] = await ended
    must(code === 0, `the server ended with ${code}: ${said}`)
    must(!/ExperimentalWarning|DeprecationWarning/.test(said), `the server warns: ${said}`)
  } finally {
    server.kill("SIGKILL")
  }
}

install()
build()
const folder = mkdtempSync(join(tmpdir(), "batchlabel-smoke-"))
let failed = 0
try {
  for (const major of majors) {
    const cwd = join(folder, major)
    try {
      const { node, version } = nodeOf(major, join(cwd, "node"))
      // Node 20 has no SQLite of its own.
      const batchlabel =
        major === "20" && own !== "20" ? installed(node, join(cwd, "command")) : join(root, "apps/cli/dist/batchlabel.js")
      const env = { PATH: process.env.PATH, HOME: cwd, LANG: "en_US.UTF-8" }
      demo(node, batchlabel, cwd, env)
      const kept = store(node, batchlabel, cwd, env)
      await serve(node, batchlabel, kept, cwd, env)
      console.error(`· Node ${version}: demo, store and server are well`)
    } catch (error) {
      failed++
      console.error(`· Node ${major}: ${error instanceof Error ? error.message : error}`)
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (failed > 0) process.exitCode = 1

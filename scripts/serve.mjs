// npm run serve: installs, builds, and serves the page and the API at one address. Without OPENAI_API_KEY (in the environment or in .env)
// a simulator on this machine answers in OpenAI's place. Arguments go on to the server: npm run serve -- --port 8080
import { execFileSync, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { build, install, root } from "./pnpm.mjs"

install()
build()

const dotEnv = join(process.cwd(), ".env")
if (existsSync(dotEnv)) process.loadEnvFile(dotEnv)
const args = process.argv.slice(2)
const batchlabel = join(root, "apps/cli/dist/batchlabel.js")
const env = { ...process.env }
env.BATCHLABEL_HOME ??= join(root, ".batchlabel")

/** Both end with this process. */
const children = []
const start = (file, parameters, options) => {
  const child = spawn(process.execPath, [file, ...parameters], options)
  children.push(child)
  return child
}
const stop = (signal) => {
  for (const child of children) child.kill(signal)
}
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop(signal))

/** Starts the simulator; its address once it listens. What it knows is kept, so that jobs go on after the next start. */
const simulate = () =>
  new Promise((resolve, reject) => {
    const folder = join(env.BATCHLABEL_HOME, "simulator")
    const rules = join(root, "apps/cli/sample/rules.json")
    const times = ["--validating", "2s", "--per-request", "100ms", "--finalizing", "1s"]
    const simulator = start(
      join(root, "packages/openai-simulator/dist/bin.js"),
      ["--dir", folder, "--rules", rules, "--watch-stdin", ...times],
      { stdio: ["pipe", "pipe", "inherit"] }
    )
    simulator.once("exit", (code) => reject(new Error(`the simulator ended with ${code}`)))
    simulator.stdout.once("data", (text) => resolve(String(text).trim()))
  })

if ((env.OPENAI_API_KEY ?? "").trim() === "") {
  console.error("· no OPENAI_API_KEY: answers come from a simulator on this machine, by rules, and cost nothing")
  env.OPENAI_API_KEY = "sk-of-the-simulator"
  env.OPENAI_BASE_URL = await simulate()
  for (const name of ["POLL_INTERVAL", "POLL_CAP", "LIST_LAG", "OUTPUT_LAG"]) env[`BATCHLABEL_${name}`] ??= "1s"
}

// A token for this week, so that whoever starts the server can log in. Its owner is the same at every start, and so are the jobs it sees.
const token = execFileSync(
  process.execPath,
  [batchlabel, "token", "create", "--name", "npm run serve", "--owner", "npm run serve", "--scope", "admin", "--days", "7"],
  { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }
).trim()
console.error(`· log in with this token, which is shown only here: ${token}`)
const child = start(batchlabel, ["serve", ...args], { env, stdio: "inherit" })
child.once("exit", (code) => {
  stop("SIGTERM")
  process.exitCode = code ?? 0
})

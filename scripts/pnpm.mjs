// Runs the pinned pnpm through npx, so that a fresh machine needs nothing but Node and npm.
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, statSync } from "node:fs"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("..", import.meta.url))
const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, "utf8"))
const windows = process.platform === "win32"

/** Runs a command in the repository, with its output on this terminal; ends this process with its code when it fails. */
export const run = (command, args, options = {}) => {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: windows,
    ...options,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", ...options.env }
  })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** The same, for the pinned pnpm. */
export const pnpm = (args, options) => run("npx", ["--yes", packageManager, ...args], options)

/** Installs from the lockfile, unless that is what stands in node_modules already. */
export const install = () => {
  const installed = `${root}node_modules/.modules.yaml`
  const lock = `${root}pnpm-lock.yaml`
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(lock).mtimeMs) return
  console.error("· installing dependencies (first time only; a native module may compile for about a minute)")
  pnpm(["install", "--frozen-lockfile", "--reporter=append-only"], { stdio: ["ignore", 2, 2] })
}

/** A turbo task over the workspace, from its cache where nothing changed. Through pnpm, because turbo looks for it on the path. */
export const turbo = (task) => pnpm(["exec", "turbo", "run", task, "--output-logs=errors-only"], { stdio: ["ignore", 2, 2] })

/** Builds every package. */
export const build = () => {
  console.error("· building (cached by turbo)")
  turbo("build")
}

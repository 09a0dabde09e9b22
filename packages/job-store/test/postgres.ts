/**
 * A PostgreSQL server for tests: the one of `DATABASE_URL_TEST`, else a throwaway cluster of the Debian package's binaries on the loopback
 * interface, which ends with this process whatever happens to it.
 */
import { spawn } from "node:child_process"
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Server {
  /** Of a database in which schemas can be made. */
  readonly url: string
  readonly stop: () => Promise<void>
}

interface User {
  readonly uid: number
  readonly gid: number
}

/** Why there is no server, for the name of the test that is skipped. */
export const absence = "no DATABASE_URL_TEST, and no /usr/lib/postgresql/*/bin/initdb (apt-get install postgresql)"

const binaries = (): string | undefined => {
  const root = "/usr/lib/postgresql"
  if (!existsSync(root)) return undefined
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, "bin"))
    .find((bin) => existsSync(join(bin, "initdb")) && existsSync(join(bin, "postgres")))
}

/** PostgreSQL does not run as root: as root it is run as the user of the Debian package. */
const user = (): User | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("postgres:"))
  const [, , uid, gid] = line?.split(":") ?? []
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port"))))
    })
  })

const run = (command: string, args: ReadonlyArray<string>, as: User | undefined, cwd: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...as,
      cwd,
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
      stdio: ["ignore", "ignore", "pipe"]
    })
    let errors = ""
    child.stderr.on("data", (chunk) => {
      errors += String(chunk)
    })
    child.once("error", reject)
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}: ${errors}`))))
  })

// The shell between ends the server and removes its folder when its input ends: also after the test process was killed.
const guard = '"$@" & server=$!; read -r _; kill -INT $server; wait $server; rm -rf "$0"'

const launch = async (bin: string, folder: string, as: User | undefined): Promise<Server> => {
  const data = join(folder, "data")
  const port = await freePort()
  const settings = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=200",
    "listen_addresses=127.0.0.1"
  ]
  const server = [
    join(bin, "postgres"),
    "-D",
    data,
    "-p",
    String(port),
    "-k",
    folder,
    ...settings.flatMap((setting) => ["-c", setting])
  ]
  const child = spawn("/bin/sh", ["-c", guard, folder, ...server], {
    ...as,
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    stdio: ["pipe", "ignore", "pipe"],
    // In a group of its own, so that what kills the tests with all their group leaves the shell to clean up.
    detached: true
  })
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let log = ""
    child.stderr.on("data", (chunk) => {
      log += String(chunk)
      if (log.includes("database system is ready to accept connections")) resolve()
      // The shell stands on when the server itself could not start.
      else if (log.includes("FATAL")) child.stdin.end()
    })
    child.once("error", reject)
    void exited.then(() => reject(new Error(`the server ended early: ${log}`)))
  })
  child.unref()
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      child.ref()
      child.stdin.end()
      await exited
    }
  }
}

/** A server, or `undefined` where there is none. */
export const start = async (): Promise<Server | undefined> => {
  const given = process.env["DATABASE_URL_TEST"]
  if (given !== undefined && given !== "") return { url: given, stop: async () => {} }
  const bin = binaries()
  if (bin === undefined) return undefined
  const as = user()
  const folder = mkdtempSync(join(tmpdir(), "batchlabel-postgres-"))
  if (as !== undefined) chownSync(folder, as.uid, as.gid)
  try {
    const options = ["-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
    await run(join(bin, "initdb"), ["-D", join(folder, "data"), ...options], as, folder)
    return await launch(bin, folder, as)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

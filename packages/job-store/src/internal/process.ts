/** Who this process is, and whether another one of this machine still lives. */
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"

export interface ProcessIdentity {
  /** A machine since its last start, and the space of process ids in it: pids mean something only within. */
  readonly host: string
  readonly pid: number
  /** When the process started, in the kernel's own unit; empty where the system does not tell. A pid is given to another one day. */
  readonly started: string
}

const orEmpty = (read: () => string): string => {
  try {
    return read().trim()
  } catch {
    return ""
  }
}

interface Status {
  readonly state: string
  readonly started: string
}

/** `/proc/<pid>/stat`: the name in parentheses may hold anything, so what counts comes after the last one. Fields 3 and 22. */
const status = (pid: number): Status | undefined => {
  const stat = orEmpty(() => readFileSync(`/proc/${pid}/stat`, "latin1"))
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  const [state, started] = [fields[0], fields[19]]
  return state === undefined || started === undefined ? undefined : { state, started }
}

export const self = (): ProcessIdentity => ({
  host: [
    hostname(),
    orEmpty(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1")),
    orEmpty(() => readlinkSync("/proc/self/ns/pid"))
  ].join(" "),
  pid: process.pid,
  started: status(process.pid)?.started ?? ""
})

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Not allowed to signal it: it is someone else's, and alive.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH")
  }
}

/** Whether a process is known to be gone: certain only of this machine, and `false` where it cannot be told. */
export const isGone = (own: ProcessIdentity, other: ProcessIdentity): boolean => {
  if (own.host !== other.host) return false
  if (!exists(other.pid)) return true
  const now = status(other.pid)
  if (now === undefined) return false
  // A zombie waits for its parent to take note; it does nothing more.
  return now.state === "Z" || now.state === "X" || (other.started !== "" && now.started !== other.started)
}

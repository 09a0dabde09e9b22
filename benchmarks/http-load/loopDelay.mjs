// Preloaded into the server: on SIGUSR2 it writes how late its event loop was since the last time, in milliseconds, to LOOP_DELAY_FILE.
import { renameSync, writeFileSync } from "node:fs"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { isMainThread } from "node:worker_threads"

const path = process.env.LOOP_DELAY_FILE
if (isMainThread && path !== undefined && process.argv.includes("serve")) {
  const resolution = 5
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  process.on("SIGUSR2", () => {
    const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution)
    writeFileSync(`${path}.new`, JSON.stringify({ p99: late(delay.percentile(99)), max: late(delay.max) }))
    renameSync(`${path}.new`, path)
    delay.reset()
  })
}

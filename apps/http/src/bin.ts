#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { main } from "./Main.js"

// What is still under way when a stop has taken its time is stored, and safe to be left.
const giveUp = (): void => {
  setTimeout(() => process.exit(0), 9_800).unref()
}
process.once("SIGTERM", giveUp)
process.once("SIGINT", giveUp)

NodeRuntime.runMain(main(process.argv.slice(2)))

// npm run demo: installs, builds, and runs the guide's three steps offline on a sample, answered by a simulator on this machine.
import { build, install, root, run } from "./pnpm.mjs"

install()
build()
run("node", [`${root}apps/cli/dist/batchlabel.js`, "demo", ...process.argv.slice(2)])

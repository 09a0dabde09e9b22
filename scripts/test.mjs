// npm test: installs, builds and runs every test of the workspace in one vitest run.
import { build, install, root, run } from "./pnpm.mjs"

install()
build()
run("node", [`${root}node_modules/vitest/vitest.mjs`, "run", ...process.argv.slice(2)])

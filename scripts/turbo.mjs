// npm run build: installs what is missing, then runs the turbo task of that name.
import { install, turbo } from "./pnpm.mjs"

install()
for (const task of process.argv.slice(2)) turbo(task)

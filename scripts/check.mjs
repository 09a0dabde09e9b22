// npm run check: type-checks packages, apps and tests as one program, so that the libraries they share are read once; the page has its own.
import { install, root, run } from "./pnpm.mjs"

install()
for (const project of ["tsconfig.json", "apps/web/tsconfig.json"]) {
  run("node", [`${root}node_modules/typescript/bin/tsc`, "--noEmit", "-p", project])
}

// npm run release: takes the versions that `changeset version` set to the registry. Each package's prepack builds it, so that a clean clone
// will do. Arguments go on to changeset: npm run release -- --no-git-tag
import { install, pnpm } from "./pnpm.mjs"

install()
pnpm(["exec", "changeset", "publish", ...process.argv.slice(2)])

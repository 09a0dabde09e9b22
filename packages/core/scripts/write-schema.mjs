// The last step of the build: dist/task.schema.json, which editors check task files against.
import { writeFileSync } from "node:fs"
import { jsonSchema } from "../dist/TaskFile.js"

writeFileSync(new URL("../dist/task.schema.json", import.meta.url), `${JSON.stringify(jsonSchema(), null, 2)}\n`)

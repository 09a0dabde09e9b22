// The fields that every published package.json shares. `node scripts/manifests.mjs` writes them; test/manifests.test.ts holds them.
// The address of the repository stands once, in the root package.json.
import { readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { published } from "./packages.mjs"
import { root } from "./pnpm.mjs"

const read = (path) => JSON.parse(readFileSync(path, "utf8"))

/** Keywords by which a package is found, beside those of all. */
const keywords = {
  "@batchlabel/core": ["prompt", "few-shot", "liquidjs"],
  "@batchlabel/cost": ["tokens", "pricing", "estimate"],
  "@batchlabel/csv-io": ["csv", "cp949", "euc-kr", "encoding", "stream"],
  "@batchlabel/dataset": ["csv", "jsonl", "split", "merge"],
  "@batchlabel/http": ["rest", "server", "webhooks"],
  "@batchlabel/http-api": ["openapi", "client", "rest"],
  "@batchlabel/job-store": ["jobs", "leases", "sqlite", "postgresql"],
  "@batchlabel/labeling": ["csv", "pipeline", "classification"],
  "@batchlabel/messages": ["korean", "i18n"],
  "@batchlabel/multipart": ["multipart", "form-data", "upload"],
  "@batchlabel/openai-batch": ["batches", "jsonl", "retry"],
  "@batchlabel/openai-simulator": ["mock", "simulator", "testing", "offline"],
  "@batchlabel/tokens": ["tokenizer", "tiktoken", "bpe"],
  batchlabel: ["cli", "csv", "classification"]
}
const common = ["openai", "batch-api", "labeling", "effect"]

/** What the published package in `folder` has to say. */
export const sharedFields = ({ folder, name }) => {
  const { author, bugs, homepage, license, repository } = read(join(root, "package.json"))
  const directory = relative(root, folder).replaceAll("\\", "/")
  return {
    license,
    author,
    homepage: `${homepage.replace(/#readme$/, "")}/tree/main/${directory}#readme`,
    repository: { ...repository, directory },
    bugs,
    keywords: [...common, ...(keywords[name] ?? [])]
  }
}

/** Every published package, with its manifest as it stands. */
export const manifests = () =>
  published().map((one) => ({ ...one, path: join(one.folder, "package.json"), manifest: read(join(one.folder, "package.json")) }))

const write = ({ folder, manifest, name, path }) => {
  const { description, ...rest } = manifest
  const shared = sharedFields({ folder, name })
  for (const key of Object.keys(shared)) delete rest[key]
  const { name: _, type, version, ...others } = rest
  const scripts = { ...others.scripts, prepack: "node ../../scripts/prepack.mjs" }
  const files = [...new Set([...others.files, "LICENSE"])]
  writeFileSync(path, `${JSON.stringify({ name, version, type, description, ...shared, ...others, files, scripts }, null, 2)}\n`)
}

if (process.argv[1]?.endsWith("manifests.mjs")) manifests().forEach(write)

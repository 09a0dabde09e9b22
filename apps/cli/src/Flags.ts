/** Every flag of the product, so that one name means one thing in all commands. */
import * as Money from "@batchlabel/cost/Money"
import * as Flag from "./Flag.js"
import * as Values from "./Values.js"

const dollars = (text: string): Money.Money | undefined => {
  const amount = Money.parse(text)
  return amount === undefined || amount < 0n ? undefined : amount
}

export const input = Flag.text("input", "file", { group: "input", alias: "i" })
export const output = Flag.text("output", "file", { group: "output", alias: "o" })

/** How an input file is read. */
export const reading = {
  textColumn: Flag.text("text-column", "name", { group: "input" }),
  encoding: Flag.choice("encoding", "name", { group: "input" }, ["auto", "utf-8", "utf-16le", "utf-16be", "cp949"]),
  delimiter: Flag.text("delimiter", "char", { group: "input" }),
  onBadRow: Flag.choice("on-bad-row", "name", { group: "input" }, ["fail", "skip"])
}

/** What is asked. */
export const task = {
  task: Flag.text("task", "file", { group: "task" }),
  preset: Flag.text("preset", "name", { group: "task" }),
  model: Flag.text("model", "name", { group: "task" }),
  system: Flag.text("system", "text", { group: "task" }),
  fewShot: Flag.toggle("few-shot", { group: "task" }),
  allowUnknownParameters: Flag.toggle("allow-unknown-parameters", { group: "task" }),
  allowRetiredModel: Flag.toggle("allow-retired-model", { group: "task" }),
  temperature: Flag.value("temperature", "number", { group: "task" }, "temperature", Values.temperature)
}

/** How the work is cut and paced. */
export const shards = {
  shardRows: Flag.value("shard-rows", "number", { group: "shards" }, "count", Values.count),
  shardBytes: Flag.value("shard-bytes", "bytes", { group: "shards" }, "size", Values.bytes),
  shardTokens: Flag.value("shard-tokens", "number", { group: "shards" }, "count", Values.count),
  tier: Flag.choice("tier", "number", { group: "shards", variable: "BATCHLABEL_TIER" }, ["1", "2", "3", "4", "5"]),
  enqueuedLimit: Flag.value(
    "enqueued-limit",
    "number",
    { group: "shards", variable: "BATCHLABEL_ENQUEUED_LIMIT" },
    "count",
    Values.count
  ),
  attempts: Flag.value("attempts", "number", { group: "shards" }, "count", Values.count)
}

/** Where prices come from. */
export const prices = {
  prices: Flag.text("prices", "file", { group: "cost", variable: "BATCHLABEL_PRICES" }),
  priceIn: Flag.value("price-in", "dollars", { group: "cost" }, "price", Values.price),
  priceOut: Flag.value("price-out", "dollars", { group: "cost" }, "price", Values.price)
}

/** What may be spent. */
export const spending = {
  maxCost: Flag.value("max-cost", "dollars", { group: "cost" }, "dollars", dollars),
  confirmAbove: Flag.value(
    "confirm-above",
    "dollars",
    { group: "cost", variable: "BATCHLABEL_CONFIRM_ABOVE" },
    "dollars",
    dollars
  ),
  yes: Flag.toggle("yes", { group: "cost", alias: "y" })
}

/** Which job an input belongs to, and what is asked again. */
export const identity = {
  new: Flag.toggle("new", { group: "job" }),
  matchRows: Flag.toggle("match-rows", { group: "job" }),
  noCache: Flag.toggle("no-cache", { group: "job" })
}

export const matchRows = identity.matchRows
export const batchId = Flag.text("batch-id", "id", { group: "job", alias: "b" })
export const guideFiles = Flag.text("guide-files", "guide", { group: "output", variable: "BATCHLABEL_GUIDE_FILES" })
export const home = Flag.text("home", "folder", { group: "job", variable: "BATCHLABEL_HOME" })

/** How the labelled file is written. */
export const writing = {
  force: Flag.toggle("force", { group: "output", alias: "f" }),
  bom: Flag.toggle("bom", { group: "output" }),
  safeCells: Flag.toggle("safe-cells", { group: "output" }),
  provenance: Flag.toggle("provenance", { group: "output" }),
  strict: Flag.toggle("strict", { group: "output" })
}

export const force = writing.force
export const strict = writing.strict
export const partial = Flag.toggle("partial", { group: "output" })
export const exitStatus = Flag.toggle("exit-status", { group: "output" })

const wait = (name: "poll-interval" | "poll-cap" | "backoff" | "backoff-cap" | "list-lag" | "output-lag" | "create-patience") =>
  Flag.value(
    name,
    "time",
    { group: "waits", variable: `BATCHLABEL_${name.toUpperCase().replaceAll("-", "_")}` },
    "duration",
    Values.duration
  )

/** Every wait of the pipeline. */
export const waits = {
  pollInterval: wait("poll-interval"),
  pollCap: wait("poll-cap"),
  backoff: wait("backoff"),
  backoffCap: wait("backoff-cap"),
  listLag: wait("list-lag"),
  outputLag: wait("output-lag"),
  createPatience: wait("create-patience")
}

export const sample = {
  sample: Flag.value("sample", "sample", { group: "job" }, "sample", Values.sample),
  sampleSeed: Flag.value("sample-seed", "number", { group: "job" }, "integer", Values.integer),
  continue: Flag.toggle("continue", { group: "job" })
}

export const rows = Flag.value("rows", "number", { group: "output" }, "count", Values.count)
export const limit = Flag.value("limit", "number", { group: "output" }, "count", Values.count)
export const events = Flag.toggle("events", { group: "output" })
export const all = Flag.toggle("all", { group: "job" })
export const csv = Flag.toggle("csv", { group: "output" })
export const dryRun = Flag.toggle("dry-run", { group: "job" })

/** How files are cut into parts. */
export const parts = {
  rows,
  bytes: Flag.value("bytes", "bytes", { group: "output" }, "size", Values.bytes),
  prefix: Flag.text("prefix", "text", { group: "output" }),
  directory: Flag.text("directory", "folder", { group: "output" })
}

const port = (group: Flag.Group) => Flag.value("port", "number", { group }, "port", Values.port)
const host = (group: Flag.Group) => Flag.text("host", "text", { group })

/** An amount a month, or `none`. */
export type MonthlyCap = bigint | "none"

const monthlyAmount = (text: string): MonthlyCap | undefined => (text === "none" ? text : dollars(text))

const monthly = (name: "monthly-cap" | "owner-cap", variable?: string) =>
  Flag.value(name, "dollars", { group: "server", ...(variable === undefined ? {} : { variable }) }, "dollars", monthlyAmount)

export const monthlyCap = monthly("monthly-cap")

/** The server of `serve`. */
export const server = {
  monthlyCap: monthly("monthly-cap", "BATCHLABEL_MONTHLY_CAP"),
  ownerCap: monthly("owner-cap", "BATCHLABEL_OWNER_CAP"),
  shareAnswers: Flag.toggle("share-answers", { group: "server" }),
  port: port("server"),
  host: host("server"),
  web: Flag.text("web", "folder", { group: "server" }),
  publicUrl: Flag.text("public-url", "url", { group: "server" }),
  allowPrivateWebhooks: Flag.toggle("allow-private-webhooks", { group: "server" }),
  firstToken: Flag.toggle("first-token", { group: "server" })
}

/** A token for the server. */
export const token = {
  name: Flag.text("name", "name", { group: "server" }),
  owner: Flag.text("owner", "name", { group: "server" }),
  monthlyCap,
  scope: Flag.choice("scope", "name", { group: "server" }, ["read", "write", "admin"]),
  days: Flag.value("days", "number", { group: "server" }, "count", Values.count)
}

/** The simulator of `simulate` and `demo`. */
export const simulator = {
  port: port("simulator"),
  host: host("simulator"),
  dir: Flag.text("dir", "folder", { group: "simulator" }),
  rules: Flag.text("rules", "file", { group: "simulator" }),
  scenario: Flag.text("scenario", "file", { group: "simulator" }),
  apiKey: Flag.text("api-key", "text", { group: "simulator" }),
  seed: Flag.value("seed", "number", { group: "simulator" }, "integer", Values.integer),
  speed: Flag.value("speed", "number", { group: "simulator" }, "number", Values.number),
  validating: Flag.value("validating", "time", { group: "simulator" }, "duration", Values.duration),
  perRequest: Flag.value("per-request", "time", { group: "simulator" }, "duration", Values.duration),
  finalizing: Flag.value("finalizing", "time", { group: "simulator" }, "duration", Values.duration)
}

/** Flags that every command takes. `--log-level` is `@effect/cli`'s own. */
export const common = {
  lang: Flag.choice("lang", "name", { group: "common" }, ["ko", "en"]),
  json: Flag.toggle("json", { group: "common" })
}

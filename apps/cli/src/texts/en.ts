import * as Words from "@batchlabel/messages/Words"
import { enHelp } from "./enHelp.js"
import type { ko } from "./ko.js"

const until = (time: string | undefined): string => (time === undefined ? "" : `, until ${time}`)

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** All texts of the command line; the lines of the guide in translation. */
export const en: typeof ko = {
  ...enHelp,
  status: (status) => Words.status(status, "en"),
  reason: (reason) => Words.reason(reason, "en"),
  wait: (reason) => Words.wait(reason, "en"),

  guide: {
    creating: (rows) => `🔄 Creating the batch file... (${counted(rows, "article")})`,
    created: (path) => `✅ Batch file created: ${path}`,
    uploading: "📤 Uploading the batch...",
    uploaded: (id) => `✅ File uploaded: ${id}`,
    batchMade: "✅ Batch created!",
    batchId: (id) => `   Batch ID: ${id}`,
    status: (status) => `   Status: ${status}`,
    due: "   Due: within 24 hours",
    infoSaved: (path) => `✅ Batch info saved: ${path}`,
    remember: (infoPath) => `   Keep the batch ID${infoPath === undefined ? "" : ` (it is also in ${infoPath})`}`,
    heading: "📊 Batch status",
    id: (id) => `   ID: ${id}`,
    progress: (done, total, share) => `   Progress: ${done}/${total} (${share})`,
    busy: (what) => `   ⏳ Still ${what}... check again later`,
    completed: "   ✅ Completed! Now download the results",
    failed: "   ❌ Failed: OpenAI did not accept the batch",
    cancelled: "   🚫 Cancelled: you can download the results so far",
    ready: "   📦 You can download the results so far",
    stopped: "   ⛔ Stopped: fix the problem below, then run again to continue",
    loading: (path) => `📂 Loading the original data: ${path}`,
    loaded: (rows) => `✅ ${counted(rows, "article")} loaded`,
    downloading: "⬇️ Downloading the results...",
    downloaded: "✅ Results downloaded",
    labeled: (count) => `   Succeeded: ${count}`,
    failedRows: (count) => `   Failed: ${count}`,
    pending: (count) => `   Pending: ${count}`,
    saving: "💾 Saving the results...",
    saved: (path) => `✅ Results saved: ${path}`,
    distribution: "📊 Label distribution:",
    label: (value, name, count, share) => `   ${value} (${name}): ${count} (${share})`,
    plainLabel: (value, count, share) => `   ${value}: ${count} (${share})`,
    moreLabels: (count) => `   … and ${counted(count, "more label")} (all with --json)`,
    failures: (path, count) => `⚠️ Rows that failed: ${path} (${count})`,
    done: "✨ Labelling done!",
    partlyDone: "✨ The results so far are saved"
  },

  job: {
    made: (id) => `🆔 Job ID: ${id}`,
    reused: (id) => `♻️ Continuing the existing job: ${id}`,
    retrying: (id, of, rows) => `🔁 Retrying ${counted(rows, "failed row")} of job ${of}: ${id}`,
    toSend: (rows, requests) => `📤 To send: ${counted(requests, "request")} (${counted(rows, "row")})`,
    cap: (amount, spent) => `🧢 Spending cap: ${amount} (${spent} spent so far)`,
    noCap: "🧢 Spending cap: none (--max-cost)",
    batches: (count) => `   ${counted(count, "batch", "batches")}:`,
    batch: (shard, id, status, progress) => `     ${shard}. ${id}  ${status}  ${progress}`,
    moreBatches: (count) => `     … and ${count} more (batchlabel show)`,
    held: (count) =>
      `⏳ ${counted(count, "batch is", "batches are")} not sent yet: batchlabel check or run sends ${count === 1 ? "it" : "them"} next`,
    waiting: (shards, reason, since, to) => `   ⏸ Batch ${shards} ${reason} (since ${since}${until(to)})`,
    moreWaits: (count) => `   ⏸ … and ${count} more`,
    known: (count) => `♻️ ${counted(count, "known answer is", "known answers are")} reused (at no cost)`,
    knownSaved: (count, amount) => `♻️ ${counted(count, "known answer is", "known answers are")} reused (saves about ${amount})`,
    duplicates: (count) => `🔗 ${counted(count, "duplicate row is", "duplicate rows are")} sent only once`,
    skipped: (empty, bad, large) => `⚠️ Rows not sent: ${empty} empty, ${bad} malformed, ${large} too large`,
    allKnown: "✅ All answers are already known. Nothing to send",
    expected: (amount, requests) => `💰 Expected cost: ${amount} (${counted(requests, "request")})`,
    unpriced: (model) => `💰 Expected cost: no price is known for '${model}' (--price-in, --price-out)`,
    confirm: (requests, amount) => `Send ${counted(requests, "request")} for about ${amount}?`,
    confirmUnpriced: (requests) => `Send ${counted(requests, "request")} at an unknown cost?`,
    declined: "Nothing was sent.",
    spent: (amount) => `💰 Actual cost: ${amount}`,
    spentUnpriced: "💰 Actual cost: unknown, no price for this model (batchlabel cost)",
    reasonLine: (reason, name, count) => `   - ${reason} (${name}): ${count}`,
    resubmit: (path) => `   Try again: batchlabel retry, or batchlabel submit --input ${path}`,
    busyElsewhere: "⏳ Another process is working on this job",
    cancelling: (id) => `🚫 Cancelling the job: ${id} (up to 10 minutes; paid results are kept)`,
    toCancel: (id, status, path, rows) => `🚫 Cancelling job ${id} (${status}) · ${path} · ${counted(rows, "row")}`,
    toCancelDetail: (open, batches, spent, reserved) =>
      `   ${counted(open, "request")} unanswered · ${counted(batches, "batch", "batches")} running · ${spent} spent, ${reserved} reserved`,
    confirmCancel: (id) => `Cancel job ${id}? Unanswered requests will not be answered.`,
    notCancelled: "Nothing was cancelled.",
    cancelled: (id) => `🚫 The job is cancelled: ${id}`,
    alreadyOver: (id, status) => `the job has already ended: ${id} (${status})`,
    recovered: (id, batches) => `🛟 Job recovered: ${id} (${counted(batches, "batch", "batches")})`,
    recoverable: (count) => `${counted(count, "job")} found at the API:`,
    recoverHeader: ["  Job", "Created", "Batches", "Requests", "Status"],
    recoverHint: "To bring one back: batchlabel recover <job id> --input <the original CSV>",
    noneAtApi: "No batches of this program at the API",
    none: "No jobs"
  },

  waiting: (what, address, seconds, tries, failed) =>
    `⏳ Waiting for ${address}: ${what}, for ${seconds} s, attempt ${tries}${failed === undefined ? "" : ` (before: ${failed})`}`,

  detached: {
    title: "👋 Detached. Created batches keep running at OpenAI.",
    broken: "⚠️ Ended early. The job and its batches are saved:",
    goOn: (command) => `   To continue: ${command}`,
    stopping: "⏹ Finishing the current step... (press again to stop immediately)",
    stopped: "⏹ Stopped. Run the same command to continue."
  },

  live: {
    title: (id, model, input) => `Job ${id} · ${model} · ${input}`,
    header: ["Batch", "Status", "Progress", ""],
    more: (count) => `… and ${count} more`,
    total: (done, total, share) => `Total ${done}/${total} (${share})`,
    rate: (rate) => `${rate} rows/s`,
    eta: (time) => `about ${time} left`,
    tokens: (count) => `${count} tokens in flight`,
    money: (amount) => `${amount} so far`,
    failed: (count) => `${count} failed`,
    elapsed: (time) => `${time} elapsed`,
    line: (status, done, total, share, failed) =>
      `Status: ${status} · ${done}/${total} (${share})${failed === 0 ? "" : ` · ${failed} failed`}`,
    reading: "Reading",
    rowsPerSecond: (rate) => `${rate} rows/s`,
    hours: " h",
    minutes: " min",
    seconds: " s"
  },

  list: {
    header: ["Job", "Created", "Status", "Rows", "Requests", "Labelled", "Failed", "Cost", "Input"]
  },

  show: {
    job: "Job",
    created: "Created",
    status: "Status",
    input: "Input",
    output: "Output",
    task: "Task",
    model: "Model",
    folder: "Folder",
    rows: "Rows",
    rowsDetail: (p) =>
      `${p.requests} requests · ${p.duplicates} duplicate · ${p.known} known · ${p.empty} empty · ${p.bad} malformed · ${p.large} too large · ${p.unsampled} outside the sample`,
    result: "Result",
    resultDetail: (labeled, failed, open) => `${labeled} labelled · ${failed} failed · ${open} open`,
    cost: "Cost",
    costDetail: (spent, reserved, cap) => `${spent} spent · ${reserved} reserved${cap === undefined ? "" : ` · cap ${cap}`}`,
    tokens: "Tokens",
    tokensDetail: (input, output, flying) => `${input} in · ${output} out · ${flying} in flight`,
    batches: "Batches",
    events: "Events"
  },

  estimate: {
    heading: "💰 Estimate",
    rows: (rows, requests, duplicates, known, skipped) =>
      `   Rows: ${rows} (${requests} requests, ${duplicates} duplicate, ${known} known, ${skipped} not sent)`,
    batches: (count) => `   Batches: ${count}`,
    input: (range, encoding, assumed) => `   Input tokens: ${range} (${encoding}${assumed ? ", assumed" : ""})`,
    output: (range) => `   Output tokens: ${range}`,
    sampled: (n) => `   Input tokens are estimated from a sample of ${n} (95% interval)`,
    counted: "   Input tokens are counted for all requests",
    batchCost: (range) => `   Batch cost: ${range}`,
    sum: (text) => `   Sum: ${text}`,
    normalCost: (range, saving) => `   Standard API cost: ${range} (you save ${saving})`,
    noPrice: "   Cost: unknown (no price)",
    to: " to "
  },

  cost: {
    heading: (id) => `💰 Cost of job ${id}`,
    byModel: (model, requests, input, output, amount) =>
      `   ${model}: ${amount} (${counted(requests, "request")}, ${input} tokens in, ${output} out)`,
    byShard: (shard, requests, input, output, amount) =>
      `     Batch ${shard}: ${amount} (${counted(requests, "request")}, ${input} in, ${output} out)`,
    total: (amount, unpriced) => `   Total: ${amount}${unpriced === 0 ? "" : ` (excluding ${unpriced} without a price)`}`,
    estimated: (range, actual, inside) =>
      `   Estimated: ${range} → actual: ${actual} (${inside ? "inside" : "outside"} the range)`,
    allJobs: (jobs, amount, unpriced) =>
      `💰 ${counted(jobs, "job")} in all: ${amount}${unpriced === 0 ? "" : ` (excluding ${unpriced} without a price)`}`,
    none: "   Nothing spent yet",
    unknown: "no price"
  },

  sample: {
    chosen: (rows, of, seed) => `🎲 A sample of ${rows} of ${of} rows (seed ${seed})`,
    projected: (range, n, of) => `💰 Projected cost of all rows: ${range} (from ${n} of ${counted(of, "request")}, 95% interval)`,
    next: (command) => `   Label the rest: ${command}`
  },

  preview: {
    heading: (shown, columns) => `👀 Preview of ${counted(shown, "request")} (columns: ${columns}). Nothing is sent`,
    row: (row, id) => `── row ${row} · ${id}`,
    skippedRow: (row) => `── row ${row} · not sent (empty text or malformed row)`,
    failedRow: (row, why) => `── row ${row} · cannot build a request: ${why}`,
    role: (role) => `[${role}]`,
    constant: "── sent with every request",
    body: "Request body:"
  },

  init: {
    written: (path) => `✅ Task file written: ${path}`,
    next: (path) => `   Edit it, then run: batchlabel preview --input <CSV> --task ${path}`
  },

  parts: {
    written: (path, rows) => `   ${path} (${counted(rows, "row")})`,
    split: (rows, parts) => `✅ ${counted(rows, "row")} in ${counted(parts, "file")}`,
    merged: (path, rows, files) => `✅ ${counted(files, "file")}, ${counted(rows, "row")} merged: ${path}`
  },

  cache: {
    cleared: (count) => `✅ ${counted(count, "answer")} removed`,
    found: (count, location, spent) =>
      `🗑 ${counted(count, "paid answer")} in ${location}; its jobs cost ${spent}. Sending them again costs again`,
    empty: "No answers to remove",
    confirm: (count) => `Remove ${counted(count, "paid answer")}?`,
    kept: "Nothing was removed."
  },

  agreement: { question: (question) => `❓ ${question} Type yes to continue [y/N] ` },

  store: {
    good: (location) => `✅ No faults: ${location}`,
    faults: (count, location) => `⚠️ ${counted(count, "fault")}: ${location}`,
    absent: (location) => `no job store: ${location}`,
    ignored:
      "ℹ️ DATABASE_URL is ignored. To store jobs there, set BATCHLABEL_USE_DATABASE_URL=true or rename it to BATCHLABEL_DATABASE_URL."
  },

  clean: {
    found: (count) => `${counted(count, "file")} of finished jobs:`,
    file: (id, kind, job) => `   ${id}  ${kind}  ${job}`,
    removed: (count) => `✅ ${counted(count, "file")} deleted`,
    nothing: "Nothing to delete",
    dry: "Nothing was deleted (--dry-run)",
    kept: "Nothing was deleted",
    confirm: (count) => `Delete ${counted(count, "file")} at OpenAI?`
  },

  doctor: {
    names: {
      api: "API",
      clock: "Clock",
      input: "Input",
      column: "Column",
      disk: "Disk",
      limit: "Limit",
      home: "Job folder",
      output: "Output",
      guide: "Guide files",
      store: "Store"
    },
    api: "the key is accepted and the API answers",
    clock: (seconds) => `this machine's clock is off from the API's by ${seconds} s`,
    input: (path, encoding, delimiter, bytes) => `${path} (${encoding}, delimiter '${delimiter}', ${bytes})`,
    column: (column) => `column '${column}' exists and fits the task`,
    home: (path) => `the job folder is writable: ${path}`,
    output: (path) => `the result is writable: ${path}`,
    guide: (path) => `batch_openai.jsonl and batch_info_openai.json are writable: ${path}`,
    disk: (free, needed) => `${free} free, about ${needed} needed`,
    limit: (model, tokens) => `enqueued-token limit of ${model}: ${tokens}`,
    noLimit: (model) => `the enqueued-token limit of ${model} is unknown (--enqueued-limit)`,
    store: (path) => `the job store is usable: ${path}`,
    allGood: "✅ Everything is in place",
    someBad: (count) => `❌ ${counted(count, "problem")} to fix`
  },

  simulate: {
    running: (url) => `🧪 Simulator: ${url}`,
    use: "   In another terminal:",
    noModel: "   Not a model: it answers by rules. Stop it with Ctrl-C"
  },

  serve: {
    running: (url) => `🌐 Page and API: ${url}`,
    docs: (url) => `   API documentation: ${url}/docs`,
    token: (secret) => `   Sign in with this token (shown only once): ${secret}`,
    makeToken: (command) => `   Sign in with a token. To create one: ${command}`,
    limits: (server, owner) =>
      `   Spending limits a month (UTC): ${server} for the whole server, ${owner} for each owner without a cap of its own (--monthly-cap, --owner-cap, \`owner limit\`)`,
    stop: "   Stop it with Ctrl-C; jobs continue at the next start"
  },

  token: {
    once: (id) => `🔑 Created token ${id}. It is shown only once; keep it safe`,
    header: ["ID", "Scope", "State", "Created", "Valid until", "Last used", "Owner", "Monthly cap", "Name"],
    state: { valid: "valid", expired: "expired", revoked: "revoked" },
    none: "No tokens",
    revoked: (id) => `✅ Revoked token ${id}`,
    limited: (id, amount) => `✅ Monthly cap of token ${id}: ${amount}`
  },

  owner: {
    header: ["Owner", "Spent", "Reserved", "Monthly cap", "Tokens"],
    noLimit: "no limit",
    limited: (name, amount) => `✅ Monthly cap of ${name}: ${amount}. Waiting jobs continue within a minute`,
    resets: (time) => `The month ends at ${time}`
  },

  demo: {
    intro: "🧪 Demo: a simulator on this machine answers, not OpenAI. It costs nothing.",
    folder: (path) => `   Folder: ${path}`,
    step: (command) => `$ ${command}`,
    outro: (rows, seconds) =>
      `🧪 Demo finished: a simulator labelled ${counted(rows, "article")} by rules (${seconds} s). These are not answers of a model.`,
    files: "   Files written:",
    file: (path, what) => `     ${path}  ${what}`,
    kinds: {
      input: "the input: 300 articles",
      labeled: "the labelled CSV",
      failed: "rows that failed",
      info: "the batch info",
      requests: "the requests that were sent"
    },
    next: "   For real: export OPENAI_API_KEY=sk-…, then batchlabel run --input … --output …"
  },

  notice: (text) => `⚠️ ${text}`,
  error: (text, code) => `❌ ${text} [${code}]`
}

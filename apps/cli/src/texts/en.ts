import { enHelp } from "./enHelp.js"
import type { ko } from "./ko.js"

const statuses: Readonly<Record<string, string>> = {
  preparing: "preparing",
  waiting: "waiting to be sent",
  validating: "validating",
  in_progress: "processing",
  finalizing: "finalizing",
  completed: "completed",
  failed: "failed",
  expired: "expired",
  cancelling: "cancelling",
  cancelled: "cancelled",
  stopped: "stopped",
  planned: "about to be uploaded",
  uploading: "uploading",
  uploaded: "uploaded",
  creating: "being created",
  collected: "collected",
  rejected: "not taken",
  lost: "unknown to the API",
  abandoned: "not sent"
}

const reasons: Readonly<Record<string, string>> = {
  invalid_answer: "the answer is not one of the labels",
  refused: "the model declined",
  truncated: "the answer was cut",
  api_error: "the API answered with an error",
  infrastructure: "lost inside the API",
  expired: "not run in time",
  cancelled: "cancelled",
  missing: "in neither result file",
  results_unreadable: "paid for, but its results could not be read",
  row_too_large: "the row is too large",
  empty_text: "the text is empty",
  bad_record: "a broken CSV row",
  budget: "the spending cap"
}

const waits: Readonly<Record<string, string>> = {
  asked: "waits for the answers of another job, which has asked the same",
  tokens: "waits for room in the token queue",
  rate: "waits for the hourly limit of batches",
  budget: "waits because of the spending cap",
  limit: "waits because of this month's spending limit",
  backoff: "rests, because the API would not take it"
}

const until = (time: string | undefined): string => (time === undefined ? "" : `, until ${time}`)

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** All texts of the command line; the lines of the guide in translation. */
export const en: typeof ko = {
  ...enHelp,
  status: (status) => statuses[status] ?? status,
  reason: (reason) => reasons[reason] ?? reason,
  wait: (reason) => waits[reason] ?? reason,

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
    remember: (infoPath) => `   Remember the batch ID${infoPath === undefined ? "" : ` (it is also in ${infoPath})`}`,
    heading: "📊 Batch status",
    id: (id) => `   ID: ${id}`,
    progress: (done, total, share) => `   Progress: ${done}/${total} (${share})`,
    busy: (what) => `   ⏳ Still ${what}... check again later`,
    completed: "   ✅ Completed! Now download the results",
    failed: "   ❌ Failed: the batch was not accepted",
    cancelled: "   🚫 Cancelled: the results so far can be downloaded",
    ready: "   📦 The results so far can be downloaded",
    stopped: "   ⛔ Stopped: correct what is said below and run again to go on",
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
    moreLabels: (count) => `   … and ${counted(count, "label")} more (--json shows all)`,
    failures: (path, count) => `⚠️ Rows that failed: ${path} (${count})`,
    done: "✨ Labelling done!",
    partlyDone: "✨ The results so far are saved"
  },

  job: {
    made: (id) => `🆔 Job ID: ${id}`,
    reused: (id) => `♻️ Going on with the job that is there: ${id}`,
    retrying: (id, of, rows) => `🔁 Asking again ${counted(rows, "failed row")} of job ${of}: ${id}`,
    toSend: (rows, requests) => `📤 To be sent: ${counted(requests, "request")} (${counted(rows, "row")})`,
    cap: (amount, spent) => `🧢 Spending cap: ${amount} (${spent} of it spent so far)`,
    noCap: "🧢 Spending cap: none (--max-cost)",
    batches: (count) => `   ${counted(count, "batch", "batches")}:`,
    batch: (shard, id, status, progress) => `     ${shard}. ${id}  ${status}  ${progress}`,
    moreBatches: (count) => `     … and ${count} more (batchlabel show)`,
    held: (count) =>
      `⏳ ${counted(count, "batch is", "batches are")} not sent yet: batchlabel check or run sends ${count === 1 ? "it" : "them"} in turn`,
    waiting: (shards, reason, since, to) => `   ⏸ Batch ${shards} ${reason} (since ${since}${until(to)})`,
    moreWaits: (count) => `   ⏸ … and ${count} more`,
    known: (count) => `♻️ ${counted(count, "known answer is", "known answers are")} used again (not paid for)`,
    knownSaved: (count, amount) =>
      `♻️ ${counted(count, "known answer is", "known answers are")} used again (saves about ${amount})`,
    duplicates: (count) =>
      `🔗 ${counted(count, "row repeats", "rows repeat")} the text of another and ${count === 1 ? "is" : "are"} asked once`,
    skipped: (empty, bad, large) => `⚠️ Rows not asked: ${empty} empty, ${bad} broken, ${large} too large`,
    allKnown: "✅ The answers of all rows are known. There is nothing to send",
    expected: (amount, requests) => `💰 Expected cost: ${amount} (${counted(requests, "request")})`,
    unpriced: (model) => `💰 Expected cost: no price is known for '${model}' (--price-in, --price-out)`,
    confirm: (requests, amount) => `Send ${counted(requests, "request")} for about ${amount}?`,
    confirmUnpriced: (requests) => `Send ${counted(requests, "request")}, at a cost that is not known?`,
    declined: "Nothing was sent.",
    spent: (amount) => `💰 Actual cost: ${amount}`,
    spentUnpriced: "💰 Actual cost: not known, for there is no price (batchlabel cost)",
    reasonLine: (reason, name, count) => `   - ${reason} (${name}): ${count}`,
    resubmit: (path) => `   Try again: batchlabel retry, or batchlabel submit --input ${path}`,
    busyElsewhere: "⏳ Another process is at work on this job",
    cancelling: (id) => `🚫 Cancelling the job: ${id} (up to 10 minutes; what was paid for is kept)`,
    toCancel: (id, status, path, rows) => `🚫 To be cancelled: job ${id} (${status}) · ${path} · ${counted(rows, "row")}`,
    toCancelDetail: (open, batches, spent, reserved) =>
      `   ${counted(open, "request")} without an answer yet · ${counted(batches, "batch", "batches")} at work · ${spent} spent, ${reserved} reserved`,
    confirmCancel: (id) => `Cancel job ${id}? What has no answer yet will get none.`,
    notCancelled: "Nothing was cancelled.",
    cancelled: (id) => `🚫 The job is cancelled: ${id}`,
    alreadyOver: (id, status) => `the job is over already: ${id} (${status})`,
    recovered: (id, batches) => `🛟 The job is back: ${id} (${counted(batches, "batch", "batches")})`,
    recoverable: (count) => `${counted(count, "job")} found at the API:`,
    recoverHeader: ["  Job", "Created", "Batches", "Requests", "Status"],
    recoverHint: "To bring one back: batchlabel recover <job id> --input <the original CSV>",
    noneAtApi: "The API has no batch that batchlabel made",
    none: "There are no jobs"
  },

  waiting: (what, address, seconds, tries, failed) =>
    `⏳ Waiting for ${address}: ${what}, for ${seconds} s, attempt ${tries}${failed === undefined ? "" : ` (before: ${failed})`}`,

  detached: {
    title: "👋 Detached. The batches that were created run on at OpenAI.",
    broken: "⚠️ It ended early. The job is kept, and so are its batches:",
    goOn: (command) => `   To go on: ${command}`,
    stopping: "⏹ Finishing what is under way... (once more to stop at once)",
    stopped: "⏹ Stopped. The same command goes on where it was."
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
    elapsed: (time) => `${time} gone`,
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
      `${p.requests} requests · ${p.duplicates} repeated · ${p.known} known · ${p.empty} empty · ${p.bad} broken · ${p.large} too large · ${p.unsampled} outside the sample`,
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
      `   Rows: ${rows} (${requests} requests, ${duplicates} repeated, ${known} known, ${skipped} not asked)`,
    batches: (count) => `   Batches: ${count}`,
    input: (range, encoding, assumed) => `   Input tokens: ${range} (${encoding}${assumed ? ", assumed" : ""})`,
    output: (range) => `   Output tokens: ${range}`,
    sampled: (n) => `   Input tokens are estimated from ${n} draws (95% interval)`,
    counted: "   Input tokens are counted over all requests",
    batchCost: (range) => `   Batch cost: ${range}`,
    sum: (text) => `   Sum: ${text}`,
    normalCost: (range, saving) => `   Normal API cost: ${range} (you save ${saving})`,
    noPrice: "   Cost: no price is known",
    to: " to "
  },

  cost: {
    heading: (id) => `💰 Cost of job ${id}`,
    byModel: (model, requests, input, output, amount) =>
      `   ${model}: ${amount} (${counted(requests, "request")}, ${input} tokens in, ${output} out)`,
    byShard: (shard, requests, input, output, amount) =>
      `     Batch ${shard}: ${amount} (${counted(requests, "request")}, ${input} in, ${output} out)`,
    total: (amount, unpriced) => `   Total: ${amount}${unpriced === 0 ? "" : ` (without ${unpriced} that have no price)`}`,
    estimated: (range, actual, inside) =>
      `   Estimated: ${range} → actual: ${actual} (${inside ? "inside" : "outside"} the range)`,
    allJobs: (jobs, amount, unpriced) =>
      `💰 ${counted(jobs, "job")} in all: ${amount}${unpriced === 0 ? "" : ` (without ${unpriced} that have no price)`}`,
    none: "   Nothing is spent yet",
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
    skippedRow: (row) => `── row ${row} · not asked (empty text or broken row)`,
    failedRow: (row, why) => `── row ${row} · no request can be made: ${why}`,
    role: (role) => `[${role}]`,
    constant: "── sent with every request",
    body: "Request body:"
  },

  init: {
    written: (path) => `✅ Task file written: ${path}`,
    next: (path) => `   Edit it, then: batchlabel preview --input <CSV> --task ${path}`
  },

  parts: {
    written: (path, rows) => `   ${path} (${counted(rows, "row")})`,
    split: (rows, parts) => `✅ ${counted(rows, "row")} in ${counted(parts, "file")}`,
    merged: (path, rows, files) => `✅ ${counted(files, "file")}, ${counted(rows, "row")} joined: ${path}`
  },

  cache: {
    cleared: (count) => `✅ ${counted(count, "answer")} removed`,
    found: (count, location, spent) =>
      `🗑 ${counted(count, "paid answer")} in ${location}; its jobs have cost ${spent}. Asked again, they are paid for again`,
    empty: "There are no answers to remove",
    confirm: (count) => `Remove ${counted(count, "paid answer")}?`,
    kept: "Nothing was removed."
  },

  agreement: { question: (question) => `❓ ${question} Type yes to go on [y/N] ` },

  store: {
    good: (location) => `✅ No fault found: ${location}`,
    faults: (count, location) => `⚠️ ${counted(count, "fault")}: ${location}`,
    absent: (location) => `there is no store of jobs: ${location}`,
    ignored:
      "ℹ️ DATABASE_URL is not used. To keep the jobs there, set BATCHLABEL_USE_DATABASE_URL=true or name it BATCHLABEL_DATABASE_URL."
  },

  clean: {
    found: (count) => `${counted(count, "file")} of finished jobs:`,
    file: (id, kind, job) => `   ${id}  ${kind}  ${job}`,
    removed: (count) => `✅ ${counted(count, "file")} deleted`,
    nothing: "There is nothing to delete",
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
      home: "Folder of jobs",
      output: "Output",
      guide: "Guide files",
      store: "Store"
    },
    api: "the key is accepted and the API answers",
    clock: (seconds) => `this machine's clock differs from the API's by ${seconds} s`,
    input: (path, encoding, delimiter, bytes) => `${path} (${encoding}, delimiter '${delimiter}', ${bytes})`,
    column: (column) => `column '${column}' is there and fits the task`,
    home: (path) => `the folder of jobs can be written: ${path}`,
    output: (path) => `the result can be written: ${path}`,
    guide: (path) => `batch_openai.jsonl and batch_info_openai.json can be written: ${path}`,
    disk: (free, needed) => `${free} free, about ${needed} needed`,
    limit: (model, tokens) => `enqueued-token limit of ${model}: ${tokens}`,
    noLimit: (model) => `the enqueued-token limit of ${model} is not known (--enqueued-limit)`,
    store: (path) => `the store of jobs can be used: ${path}`,
    allGood: "✅ Everything is in place",
    someBad: (count) => `❌ ${counted(count, "thing")} to correct`
  },

  simulate: {
    running: (url) => `🧪 Simulator: ${url}`,
    use: "   In another terminal:",
    noModel: "   It is no model: it answers by rules. Ctrl-C stops it"
  },

  serve: {
    running: (url) => `🌐 Page and API: ${url}`,
    docs: (url) => `   How to use the API: ${url}/docs`,
    token: (secret) => `   Log in with this token, which is shown only now: ${secret}`,
    makeToken: (command) => `   Log in with a token. To make one: ${command}`,
    limits: (server, owner) =>
      `   Spending limits a month (UTC): ${server} for the whole server, ${owner} for each owner without a cap of its own (--monthly-cap, --owner-cap, \`owner limit\`)`,
    stop: "   Ctrl-C stops it; the jobs go on at the next start"
  },

  token: {
    once: (id) => `🔑 Token ${id} is made. It is shown only now; keep it safe`,
    header: ["ID", "Scope", "State", "Created", "Valid until", "Last used", "Owner", "Monthly cap", "Name"],
    state: { valid: "valid", expired: "expired", revoked: "revoked" },
    none: "There are no tokens",
    revoked: (id) => `✅ Token ${id} is valid no more`,
    limited: (id, amount) => `✅ Monthly cap of token ${id}: ${amount}`
  },

  owner: {
    header: ["Owner", "Spent", "Reserved", "Monthly cap", "Tokens"],
    noLimit: "no limit",
    limited: (name, amount) => `✅ Monthly cap of ${name}: ${amount}. Jobs that waited for it go on within a minute`,
    resets: (time) => `The month ends at ${time}`
  },

  demo: {
    intro: "🧪 Demo: a simulator on this machine answers, not OpenAI. It costs nothing.",
    folder: (path) => `   Folder: ${path}`,
    step: (command) => `$ ${command}`,
    outro: (rows, seconds) =>
      `🧪 End of the demo: a simulator labelled ${counted(rows, "article")} by rules (${seconds} s). These are no answers of a model.`,
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

/**
 * The codes of jobs: `BL50xx`, a retired model, an unwritable folder, and the monthly limits of a server.
 *
 * @since 0.1.0
 */
import * as Problem from "@batchlabel/core/Problem"

type Amounts = {
  readonly limit: string
  readonly spent: string
  readonly reserved: string
  readonly needed: string
  readonly resets: string
}

const over = (whose: string, { limit, needed, reserved, resets, spent }: Amounts): string =>
  `The next batch may cost $${needed} and exceeds the monthly limit of ${whose}, $${limit}, which resets on ${resets}: $${spent} spent, $${reserved} reserved`

/**
 * One plain sentence for each code.
 *
 * @since 0.1.0
 * @category problems
 */
export const sentences = {
  BL5002: (p: { job: string; path: string; changed: ReadonlyArray<string> }) =>
    `The unfinished job ${p.job} of ${p.path} was started with a different ${p.changed.join(", ")}`,
  BL5003: (p: { job: string; path: string }) => `${p.path} has changed since job ${p.job} started`,
  BL5004: (p: { job: string; status: string }) => `Job ${p.job} is not finished: ${p.status}`,
  BL5005: (p: { batch: string }) => `Batch not found: ${p.batch}`,
  BL5006: (p: { batch: string }) => `The metadata of batch ${p.batch} names no job`,
  BL5007: (p: { path: string; input: string }) => `The output ${p.path} would overwrite ${p.input}, which is read`,
  BL5008: (p: { path: string }) => `The output file already exists: ${p.path}`,
  BL5009: (p: { path: string; column: string }) => `No row of ${p.path} has text in column '${p.column}'`,
  BL5010: (p: { job: string }) => `Another process is preparing job ${p.job}`,
  BL5011: (p: { bytes: number; limit: number }) => `The server refused a batch input file of ${p.bytes} bytes as too large`,
  BL5012: (p: { batch: string }) => `The API does not know batch ${p.batch}`,
  BL5014: (p: { path: string; expected: string; found: string }) =>
    `The request file ${p.path} is damaged: sha256 ${p.found} instead of ${p.expected}`,
  BL5016: (p: { job: string }) => `Job ${p.job} has no failed rows`,
  BL5017: (p: { job: string; days: number }) => `OpenAI deletes the result files of job ${p.job} in ${p.days} days`,
  BL5018: (p: { job: string }) => `The recovery of job ${p.job} was interrupted`,
  BL5045: (p: { batch: string; file: string; detail: string; until: string }) =>
    `Cannot read the results of batch ${p.batch}: ${p.file}: ${p.detail}`,
  BL5046: (p: { batch: string; file: string; path: string; detail: string }) =>
    `The collected result file ${p.path} of batch ${p.batch} (${p.file}) is missing or damaged: ${p.detail}`,
  BL5047: (p: { batch: string; file: string; detail: string }) =>
    `${p.file} is not the file that batch ${p.batch} was created from: ${p.detail}`,
  BL5055: (p: { batch: string; reason: string | undefined; kept: number; open: number }) =>
    `Batch ${p.batch} was cancelled from outside${p.reason === undefined ? "" : `: ${p.reason}`}; ${p.kept} answers kept, ${p.open} requests open`,
  BL5056: (p: { batch: string; reason: string }) =>
    `The server ended batch ${p.batch} without running it${p.reason === "" ? "" : `: ${p.reason}`}`,
  BL5057: (p: { batch: string; status: string; end: string }) =>
    `Batch ${p.batch} is still ${p.status} after its deadline, ${p.end}`,
  BL5058: (p: { model: string; limit: number; tokens: number }) =>
    `The enqueued-token limit of ${p.model} that the API reports, ${p.limit}, is too small for requests of ${p.tokens} tokens`,
  BL5059: (p: { job: string; batch: string }) => `This API key sees none of the batches of job ${p.job}, such as ${p.batch}`,
  BL5060: (p: { rounds: number; minutes: number; batch: string; last: string }) =>
    `${p.rounds} batches in a row ended without an answer, the last of them ${p.batch}${p.last === "" ? "" : `: ${p.last}`}`,
  BL5066: (p: { row: number; column: string }) => `Row ${p.row} has a column that the first row does not have: '${p.column}'`,
  BL5067: (p: { detail: string }) => `The input cannot be read: ${p.detail}`,
  BL5068: (p: { kind: "request builder" | "answer reader" | "provider"; id: string }) =>
    `The job was made with a ${p.kind} that this program does not have: '${p.id}'`,
  BL5069: (p: { job: string; status: string }) => `Job ${p.job} is in use and cannot be deleted: ${p.status}`,
  BL6027: (p: { path: string }) => `There is no sample job of ${p.path} with this task`,
  BL5061: (p: { what: string; tries: number; minutes: number; last: string }) =>
    `${p.tries} attempts in a row were refused (${p.what})${p.last === "" ? "" : `: ${p.last}`}`,
  BL5062: (p: { job: string; expected: string; found: string }) =>
    `Job ${p.job} was sent with another task: fingerprint ${p.expected}, not ${p.found}`,
  BL5065: (p: { job: string; path: string }) => `The cost of job ${p.job} has not been confirmed`,
  BL5073: (p: { path: string; failed: string }) => `${p.path} and ${p.failed} are the same file`,
  BL5074: (p: { column: string; key: string }) =>
    `The result column '${p.column}' (columns.${p.key}) would replace the text column`,
  BL5075: (p: { column: string; kept: string }) => `The input column '${p.column}' is kept as '${p.kept}'`,
  BL5173: (p: { path: string; detail: string }) => `Cannot write to the job folder ${p.path}: ${p.detail}`,
  BL5373: (p: { model: string; date: string }) =>
    `Model '${p.model}' is shut down on ${p.date}, before a batch is sure to finish`,
  BL7090: (p: Amounts & { owner: string }) => over(`owner '${p.owner}'`, p),
  BL7091: (p: Amounts & { token: string }) => over(`token ${p.token}`, p),
  BL7092: (p: { needed: string; resets: string }) =>
    `The next batch may cost $${p.needed} and exceeds the monthly limit of the server, which resets on ${p.resets}`,
  BL7093: (p: { model: string }) => `Without a price for '${p.model}' the spending limits cannot be kept`
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Problem.family(sentences)

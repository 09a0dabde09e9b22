/**
 * A model of the Batch API in memory, for schedules of faults under TestClock: what it does is a function of a seed, and it counts every
 * request that is paid for. The real wire is the simulator's business.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import * as CustomId from "@batchlabel/core/CustomId"
import type { Batch } from "@batchlabel/openai-batch/Batch"
import type { FileInfo } from "@batchlabel/openai-batch/FileInfo"
import type * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import * as OpenAiBatchError from "@batchlabel/openai-batch/OpenAiBatchError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Probabilities in [0, 1]. */
export interface Faults {
  /** A call fails before it has done anything, retryably. */
  readonly before: number
  /** A call does its work and its reply is lost. */
  readonly after: number
  /** A look at a batch says that there is none. */
  readonly notFound: number
  /** A new batch is missing from the list for up to `listLag` ms. */
  readonly listLag: number
  readonly queueFull: number
  readonly fileNotReady: number
  readonly expires: number
  /** Somebody cancels a batch on the dashboard while it runs. */
  readonly cancelledElsewhere: number
  /** A completed batch names its files only after a while. */
  readonly lateFiles: number
  /** A request's line: another status, lost, or absent. */
  readonly badLine: number
  /** Result files get lines that belong to nobody, twice the same, or no JSON. */
  readonly strayLines: number
  /**
   * A reply that is not true, though it could be: a batch that claims to have ended with nothing done, an empty list, a refusal of what was
   * done, a download that is something else. Never two among a few calls: one such reply must cost nothing.
   */
  readonly lies: number
}

export const noFaults: Faults = {
  before: 0,
  after: 0,
  notFound: 0,
  listLag: 0,
  queueFull: 0,
  fileNotReady: 0,
  expires: 0,
  cancelledElsewhere: 0,
  lateFiles: 0,
  badLine: 0,
  strayLines: 0,
  lies: 0
}

/** So many calls at least lie between two lies. */
const betweenLies = 12

/** Mulberry32. */
export const random = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

interface Line {
  readonly id: string
  readonly text: string
}

interface FakeBatch {
  readonly id: string
  readonly input: string
  readonly metadata: Readonly<Record<string, string>>
  readonly endpoint: string
  readonly createdAt: number
  readonly listedFrom: number
  readonly begins: number
  readonly ends: number
  readonly fate: "completed" | "expired" | "queue_full" | "file_not_ready"
  readonly filesFrom: number
  readonly lines: ReadonlyArray<Line>
  /** How many lines are done when it ends. */
  readonly done: number
  cancelledAt: number | undefined
  output: ReadonlyArray<string> | undefined
  errors: ReadonlyArray<string> | undefined
}

export interface FakeApi {
  readonly service: OpenAiBatch.Service
  /** How often each request (by digest) was answered and paid for, as of `now`. */
  readonly paid: (now: number) => ReadonlyMap<string, number>
  readonly created: () => number
  /** Request-milliseconds in the queue, of all batches that it took. */
  readonly occupied: () => number
}

const window = 24 * 3_600_000

/** The label of a text that holds `#<n>`: what the model would say. */
export const labelOf = (text: string): number => Number(/#(\d+)/.exec(text)?.[1] ?? 0) % 3

const serverError = (operation: OpenAiBatchError.Operation) =>
  new OpenAiBatchError.OpenAiBatchError({
    operation,
    reason: new OpenAiBatchError.ServerError({ status: 503, detail: "overloaded" })
  })

const refusedConnection = (operation: OpenAiBatchError.Operation) =>
  new OpenAiBatchError.OpenAiBatchError({
    operation,
    reason: new OpenAiBatchError.ConnectionFailed({ code: "ECONNREFUSED", detail: "refused", sent: false })
  })

const notFound = (operation: OpenAiBatchError.Operation) =>
  new OpenAiBatchError.OpenAiBatchError({
    operation,
    reason: new OpenAiBatchError.NotFound({ status: 404, detail: "no such thing" })
  })

const forbidden = (operation: OpenAiBatchError.Operation) =>
  new OpenAiBatchError.OpenAiBatchError({
    operation,
    reason: new OpenAiBatchError.PermissionDenied({ status: 403, detail: "not for you" })
  })

const ends = ["completed", "failed", "expired", "cancelled"] as const

/** The batch as it claims to have ended with nothing done. */
const claiming = (batch: Batch, random: number): Batch => ({
  ...batch,
  status: ends[Math.floor(random * ends.length)] ?? "failed",
  outputFileId: undefined,
  errorFileId: undefined,
  counts: { total: batch.counts?.total ?? 0, completed: 0, failed: 0 }
})

/** Something else than the content of a file; `undefined`: an error. */
const wrongContent = (text: string, files: Iterable<{ readonly text: string }>, random: number): string | undefined => {
  const others = [...files].filter((other) => other.text !== text)
  const contents = [
    undefined,
    "",
    "<html><body>404</body></html>\n",
    '{"error":{"message":"no such file"}}',
    "~".repeat(text.length),
    text.slice(0, Math.floor(text.length / 2)),
    others.at(-1)?.text ?? ""
  ]
  return contents[Math.floor(random * contents.length)]
}

const userText = (line: string): string => {
  const { body }: { body: { messages: ReadonlyArray<{ content: string }> } } = JSON.parse(line)
  return body.messages.at(-1)?.content ?? ""
}

/** A queue that holds so many requests, and how long a batch of so many runs (ms). */
export interface Queue {
  readonly capacity: number
  readonly duration: (requests: number, random: number) => number
}

/** `clockOffset` (ms): how far the API's clock is ahead of this machine's. */
export const make = (seed: number, faults: Faults, queue?: Queue, clockOffset: () => number = () => 0): FakeApi => {
  const next = random(seed)
  const chance = (p: number): boolean => p > 0 && next() < p
  let calls = 0
  let nextLie = 0
  const lies = (): boolean => {
    if (++calls < nextLie || !chance(faults.lies)) return false
    nextLie = calls + betweenLies
    return true
  }
  const files = new Map<string, { readonly info: FileInfo; readonly text: string }>()
  const batches: Array<FakeBatch> = []
  let serial = 0

  const call = <A>(operation: OpenAiBatchError.Operation, act: (now: number) => A | OpenAiBatchError.OpenAiBatchError) =>
    Effect.gen(function* () {
      const now = (yield* Clock.currentTimeMillis) + clockOffset()
      if (chance(faults.before)) return yield* chance(0.5) ? serverError(operation) : refusedConnection(operation)
      const result = act(now)
      if (result instanceof OpenAiBatchError.OpenAiBatchError) return yield* result
      if (chance(faults.after)) return yield* serverError(operation)
      return result
    })

  const lineResult = (line: Line): { readonly output?: string; readonly error?: string } => {
    const wrap = (response: unknown, error: unknown = null) =>
      JSON.stringify({ id: `batch_req_${serial++}`, custom_id: line.id, response, error })
    if (chance(faults.badLine)) {
      const kind = Math.floor(next() * 5)
      if (kind === 0) return {}
      if (kind === 1) return { error: wrap({ status_code: 0, request_id: "", body: {} }) }
      if (kind === 2)
        return {
          error: wrap({ status_code: 429, request_id: "r", body: { error: { message: "slow down", code: "rate_limit" } } })
        }
      if (kind === 3)
        return {
          error: wrap({
            status_code: 400,
            request_id: "r",
            body: { error: { message: "too long", code: "context_length_exceeded" } }
          })
        }
      return { output: answer(line, "잘 모르겠습니다") }
    }
    return { output: answer(line, String(labelOf(userText(line.text)))) }
  }

  const answer = (line: Line, content: string): string =>
    JSON.stringify({
      id: `batch_req_${serial++}`,
      custom_id: line.id,
      response: {
        status_code: 200,
        request_id: "r",
        body: {
          choices: [{ index: 0, message: { role: "assistant", content, refusal: null }, finish_reason: "stop" }],
          usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 }
        }
      },
      error: null
    })

  /** Decides, once, what the result files of a batch hold. */
  const finish = (batch: FakeBatch): void => {
    if (batch.output !== undefined) return
    const output: Array<string> = []
    const errors: Array<string> = []
    const ended = batch.cancelledAt !== undefined && batch.cancelledAt < batch.ends ? "batch_cancelled" : "batch_expired"
    const share =
      batch.cancelledAt === undefined
        ? 1
        : Math.max(0, Math.min(1, (batch.cancelledAt - batch.begins) / (batch.ends - batch.begins)))
    const done = Math.floor(batch.done * share)
    batch.lines.forEach((line, index) => {
      if (index < done) {
        const result = lineResult(line)
        if (result.output !== undefined) output.push(result.output)
        if (result.error !== undefined) errors.push(result.error)
      } else errors.push(JSON.stringify({ id: "x", custom_id: line.id, response: null, error: { code: ended, message: ended } }))
    })
    if (chance(faults.strayLines)) {
      const [first] = output
      if (first !== undefined) output.push(first)
      output.push("{ not json", answer({ id: CustomId.make(999_999, "f".repeat(24)), text: "" }, "1"))
    }
    batch.output = output
    batch.errors = errors
    for (const [kind, lines] of [
      ["output", output],
      ["error", errors]
    ] as const) {
      if (lines.length === 0) continue
      const id = `file-${batch.id}-${kind}`
      files.set(id, {
        info: { id, bytes: 0, createdAt: batch.ends, expiresAt: undefined, filename: `${id}.jsonl`, purpose: "batch_output" },
        text: `${lines.join("\n")}\n`
      })
    }
  }

  const view = (batch: FakeBatch, now: number): Batch => {
    const base = {
      id: batch.id,
      endpoint: batch.endpoint,
      model: undefined,
      inputFileId: batch.input,
      outputFileId: undefined,
      errorFileId: undefined,
      createdAt: batch.createdAt,
      inProgressAt: undefined,
      finalizingAt: undefined,
      completedAt: undefined,
      failedAt: undefined,
      expiredAt: undefined,
      cancellingAt: undefined,
      cancelledAt: undefined,
      expiresAt: batch.createdAt + window,
      counts: { total: batch.lines.length, completed: 0, failed: 0 },
      usage: undefined,
      metadata: batch.metadata,
      errors: []
    } satisfies Omit<Batch, "status">
    const withFiles = () => {
      finish(batch)
      return {
        outputFileId: batch.output?.length === 0 ? undefined : `file-${batch.id}-output`,
        errorFileId: batch.errors?.length === 0 ? undefined : `file-${batch.id}-error`
      }
    }
    if (batch.cancelledAt !== undefined && batch.cancelledAt < batch.ends && batch.cancelledAt <= now) {
      return { ...base, ...withFiles(), status: "cancelled", cancelledAt: batch.cancelledAt }
    }
    if (now < batch.begins) return { ...base, status: "validating" }
    if (batch.fate === "queue_full" || batch.fate === "file_not_ready") {
      const error =
        batch.fate === "queue_full"
          ? {
              code: "token_limit_exceeded",
              message: "Enqueued token limit reached for gpt-4o-mini in organization org-x. Limit: 2,000,000 enqueued tokens."
            }
          : { code: "invalid_request", message: "Cannot find file 'file-x'." }
      return { ...base, status: "failed", failedAt: batch.begins, errors: [{ ...error, param: undefined, line: undefined }] }
    }
    if (now < batch.ends) return { ...base, status: "in_progress" }
    if (batch.fate === "expired") return { ...base, ...withFiles(), status: "expired", expiredAt: batch.ends }
    return { ...base, ...(now < batch.filesFrom ? {} : withFiles()), status: "completed", completedAt: batch.ends }
  }

  const find = (id: string): FakeBatch | undefined => batches.find((batch) => batch.id === id)

  const service: OpenAiBatch.Service = {
    clockOffset: Effect.sync(clockOffset),
    upload: ({ name, path }) =>
      call("upload", (now) => {
        const id = `file-${serial++}`
        const text = readFileSync(path, "utf8")
        const info: FileInfo = { id, bytes: text.length, createdAt: now, expiresAt: undefined, filename: name, purpose: "batch" }
        files.set(id, { info, text })
        return info
      }),
    create: ({ endpoint, inputFileId, metadata }) =>
      call("create", (now) => {
        const file = files.get(inputFileId)
        if (file === undefined) return notFound("create")
        const lines = file.text
          .split("\n")
          .filter((text) => text !== "")
          .map((text): Line => ({ id: String(JSON.parse(text).custom_id), text }))
        const enqueued = batches.reduce(
          (sum, batch) => sum + (batch.fate === "completed" && now < batch.ends ? batch.lines.length : 0),
          0
        )
        const overflows = queue !== undefined && enqueued + lines.length > queue.capacity
        const fate =
          overflows || chance(faults.queueFull)
            ? "queue_full"
            : chance(faults.fileNotReady)
              ? "file_not_ready"
              : chance(faults.expires)
                ? "expired"
                : "completed"
        const begins = queue === undefined ? now + Math.floor(next() * 60_000) : now
        const ends =
          fate === "expired" ? now + window : begins + Math.floor(queue?.duration(lines.length, next()) ?? next() * 8 * 3_600_000)
        const batch: FakeBatch = {
          id: `batch_${serial++}`,
          input: inputFileId,
          metadata,
          endpoint,
          createdAt: now,
          listedFrom: chance(faults.listLag) ? now + Math.floor(next() * 50_000) : now,
          begins,
          ends,
          fate,
          filesFrom: chance(faults.lateFiles) ? ends + Math.floor(next() * 300_000) : ends,
          lines,
          done: fate === "expired" ? Math.floor(next() * lines.length) : lines.length,
          cancelledAt: fate === "completed" && chance(faults.cancelledElsewhere) ? begins + next() * (ends - begins) : undefined,
          output: undefined,
          errors: undefined
        }
        batches.push(batch)
        if (!lies()) return view(batch, now)
        return next() < 0.5 ? notFound("create") : claiming(view(batch, now), next())
      }),
    retrieve: (id) =>
      call("retrieve", (now) => {
        const batch = find(id)
        if (batch === undefined || chance(faults.notFound)) return notFound("retrieve")
        return lies() ? claiming(view(batch, now), next()) : view(batch, now)
      }),
    list: () =>
      Stream.unwrap(
        call("list", (now) => {
          const empty = lies()
          return Stream.fromIterable(
            batches
              .filter((batch) => batch.listedFrom <= now && !empty)
              .toReversed()
              .map((batch) => view(batch, now))
          )
        })
      ),
    cancel: (id) =>
      call("cancel", (now) => {
        const batch = find(id)
        if (batch === undefined) return notFound("cancel")
        if (now < batch.ends) batch.cancelledAt = Math.min(batch.cancelledAt ?? now, now)
        return view(batch, now)
      }),
    file: (id) => call("file", () => files.get(id)?.info ?? notFound("file")),
    files: () => Stream.unwrap(call("files", () => Stream.fromIterable([...files.values()].map(({ info }) => info)))),
    download: ({ fileId, path }) =>
      call("download", () => {
        const file = files.get(fileId)
        if (file === undefined) return notFound("download")
        const text = lies() ? wrongContent(file.text, files.values(), next()) : file.text
        if (text === undefined) return next() < 0.5 ? notFound("download") : forbidden("download")
        writeFileSync(`${path}.partial`, text)
        renameSync(`${path}.partial`, path)
        return { bytes: text.length }
      }),
    deleteFile: (id) =>
      call("deleteFile", () => {
        if (!files.delete(id)) return notFound("deleteFile")
        return undefined
      })
  }

  return {
    service,
    created: () => batches.length,
    occupied: () =>
      batches.reduce(
        (sum, { createdAt, ends, fate, lines }) => (fate === "completed" ? sum + lines.length * (ends - createdAt) : sum),
        0
      ),
    paid: (now) => {
      const counts = new Map<string, number>()
      for (const batch of batches) {
        const runs = batch.fate === "completed" || batch.fate === "expired"
        if (!runs || (now < batch.ends && batch.cancelledAt === undefined)) continue
        finish(batch)
        const seen = new Set<string>()
        for (const text of batch.output ?? []) {
          if (!text.startsWith('{"id"')) continue
          const digest = CustomId.parse(String(JSON.parse(text).custom_id))?.digest ?? ""
          // A line that is given twice in one file was run and paid once.
          if (digest === "f".repeat(24) || seen.has(digest)) continue
          seen.add(digest)
          counts.set(digest, (counts.get(digest) ?? 0) + 1)
        }
      }
      return counts
    }
  }
}

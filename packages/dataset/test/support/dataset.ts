import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Prompt from "@batchlabel/core/Prompt"
import * as Task from "@batchlabel/core/Task"
import * as CsvReader from "@batchlabel/csv-io/CsvReader"
import * as CsvWriter from "@batchlabel/csv-io/CsvWriter"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Splitter from "../../src/Splitter.js"

export const task: Task.Task = Either.getOrThrow(
  Task.decode(
    {
      name: "parity",
      labels: [
        { value: 0, name: "even" },
        { value: 1, name: "odd" }
      ],
      system: "Say 0 or 1.",
      template: "{{ text }}",
      model: "gpt-4o-mini",
      answer: "number",
      endpoint: "/v1/chat/completions",
      parameters: { temperature: 0 }
    },
    "test"
  )
)

export const header = ["text", "title"]
export const prompt: Prompt.Prompt = Either.getOrThrow(Prompt.compile(task, header))

// In memory, where there is such a place: to flush files to a disk is most of what these tests would do.
const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

/** A folder that is gone when the scope closes. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(parent, "batchlabel-dataset-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export const csvOf = (path: string, rows: ReadonlyArray<ReadonlyArray<string>>): void =>
  writeFileSync(path, CsvWriter.stringify([header, ...rows], {}))

export const noLimits: Splitter.ShardLimits = { requests: 50_000, bytes: 190_000_000, tokens: Number.MAX_SAFE_INTEGER }

export const open = (path: string) => CsvReader.open(path)

export interface RequestOnDisk {
  readonly custom_id: string
  readonly method: string
  readonly url: string
  readonly body: { readonly model: string; readonly messages: ReadonlyArray<{ readonly role: string; readonly content: string }> }
}

export const requestsIn = (path: string): ReadonlyArray<RequestOnDisk> =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): RequestOnDisk => JSON.parse(line))

/** A line of an output file that answers a request with a text. */
export const answered = (customId: string, content: string): string =>
  JSON.stringify({
    id: "batch_req_1",
    custom_id: customId,
    response: {
      status_code: 200,
      request_id: "req_1",
      body: {
        choices: [{ index: 0, message: { role: "assistant", content, refusal: null }, finish_reason: "stop" }],
        usage: { prompt_tokens: 20, completion_tokens: 1, total_tokens: 21 }
      }
    },
    error: null
  })

/** As UTF-8 has it: halves of surrogate pairs become U+FFFD. */
export const wellFormed = (text: string): string => Buffer.from(text, "utf8").toString("utf8")

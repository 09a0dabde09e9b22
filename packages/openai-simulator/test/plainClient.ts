/**
 * A client over plain fetch, which hides nothing of what the simulator does, and the request files that tests send.
 */
import type { BatchObject } from "../src/internal/batches.js"
import type { FileObject } from "../src/internal/files.js"
import { type Options, type Simulator, start } from "../src/Simulator.js"

export interface Reply<A> {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: A
}

export interface Failure {
  readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string | null }
}

export interface ResultLine {
  readonly id: string
  readonly custom_id: string | null
  readonly response: {
    readonly status_code: number
    readonly request_id: string
    readonly body: {
      readonly choices?: ReadonlyArray<{ readonly message: { readonly content: string | null } }>
      readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number }
      readonly error?: Failure["error"]
    }
  } | null
  readonly error: { readonly code: string; readonly message: string } | null
}

export interface PlainClient {
  readonly simulator: Simulator
  readonly call: <A = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>
  ) => Promise<Reply<A>>
  readonly upload: <A = FileObject>(text: string, filename?: string, fields?: Record<string, string>) => Promise<Reply<A>>
  readonly control: <A = unknown>(method: string, path: string, body?: unknown) => Promise<Reply<A>>
  readonly create: <A = BatchObject>(fileId: string, metadata?: Record<string, string>) => Promise<Reply<A>>
  /** Uploads the lines and creates a batch of them; gives its id. */
  readonly submit: (lines: ReadonlyArray<string>, metadata?: Record<string, string>) => Promise<string>
  readonly batch: (id: string) => Promise<BatchObject>
  /** The lines of a file, parsed. */
  readonly lines: (fileId: string | null) => Promise<ReadonlyArray<ResultLine>>
  readonly listed: () => Promise<ReadonlyArray<string>>
}

const parsed = <A>(text: string): A => {
  try {
    return JSON.parse(text)
  } catch {
    return JSON.parse("null")
  }
}

const replyOf = async <A>(response: Response): Promise<Reply<A>> => {
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parsed(text) }
}

export const clientOf = (simulator: Pick<Simulator, "url" | "controlUrl">, key = "sk-test-0123456789") => {
  const auth = { authorization: `Bearer ${key}` }
  const call: PlainClient["call"] = async (method, path, body, headers = {}) =>
    replyOf(
      await fetch(`${simulator.url}${path}`, {
        method,
        headers: { ...auth, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
    )
  const upload: PlainClient["upload"] = async (text, filename = "in.jsonl", fields = { purpose: "batch" }) => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append("file", new File([text], filename))
    return replyOf(await fetch(`${simulator.url}/files`, { method: "POST", headers: auth, body: form }))
  }
  const create: PlainClient["create"] = (fileId, metadata) =>
    call("POST", "/batches", {
      input_file_id: fileId,
      endpoint: "/v1/chat/completions",
      completion_window: "24h",
      ...(metadata === undefined ? {} : { metadata })
    })
  const submit: PlainClient["submit"] = async (lines, metadata) => {
    const file = await upload(`${lines.join("\n")}\n`)
    const batch = await create(file.json.id, metadata)
    if (batch.status !== 200) throw new Error(`create: ${batch.status} ${batch.text}`)
    return batch.json.id
  }
  const control: PlainClient["control"] = async (method, path, body) =>
    replyOf(
      await fetch(`${simulator.controlUrl}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    )
  return {
    call,
    upload,
    control,
    create,
    submit,
    batch: async (id: string) => (await call<BatchObject>("GET", `/batches/${id}`)).json,
    lines: async (fileId: string | null) =>
      (await call("GET", `/files/${fileId}/content`)).text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => parsed<ResultLine>(line)),
    listed: async () =>
      (await call<{ readonly data: ReadonlyArray<BatchObject> }>("GET", "/batches")).json.data.map((batch) => batch.id)
  }
}

/** Runs a test against a simulator of its own. */
export const withSimulator = async (options: Options, test: (client: PlainClient) => Promise<void>): Promise<void> => {
  const simulator = await start({ tokens: "bytes", patience: 240_000, ...options })
  try {
    await test({ simulator, ...clientOf(simulator) })
  } finally {
    await simulator.close()
  }
}

/** What a call was cut short by, or the text of its reply. */
export const outcomeOf = (call: Promise<Reply<unknown>>): Promise<string> =>
  call.then(
    (reply) => String(reply.status),
    () => "cut"
  )

export const requestLine = (customId: string, text = customId, more: object = {}): string =>
  JSON.stringify({
    custom_id: customId,
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: "gpt-4o-mini", messages: [{ role: "user", content: text }], ...more }
  })

/** `n` lines with the custom_ids row-0, row-1, … */
export const requestLines = (n: number): ReadonlyArray<string> => Array.from({ length: n }, (_, i) => requestLine(`row-${i}`))

export const rows = (n: number): ReadonlyArray<string> => Array.from({ length: n }, (_, i) => `row-${i}`)

export const customIds = (lines: ReadonlyArray<ResultLine>): ReadonlyArray<string> =>
  lines.map((line) => String(line.custom_id)).sort((a, b) => a.localeCompare(b, "en", { numeric: true }))

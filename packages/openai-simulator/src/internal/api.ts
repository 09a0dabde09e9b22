/**
 * The operations of the API: each reads its request, then acts when it is told to, and gives its reply.
 */

import { hash, randomUUID } from "node:crypto"
import { rmSync } from "node:fs"
import type { IncomingMessage } from "node:http"
import type { CallFault } from "../Scenario.js"
import type { Answerer } from "./answers.js"
import type { Batches, Scope } from "./batches.js"
import { readJson } from "./body.js"
import type { Clock } from "./clock.js"
import { type Endpoint, requestFault } from "./contract/request.js"
import { seedsOf } from "./embeddingBody.js"
import type { Facts, Faults } from "./faults.js"
import { type Files, fileObject, seconds } from "./files.js"
import type { JsonObject } from "./json.js"
import { recordCall } from "./ledger.js"
import type { Models } from "./models.js"
import { readMultipart } from "./multipart.js"
import { newBatch, queryLimit, queryOrder, uploadParameters } from "./parameters.js"
import type { Reply } from "./reply.js"
import { makeReply } from "./replyBody.js"
import { messagesOf, promptTokens } from "./requestBody.js"
import type { Route } from "./routes.js"
import type { Store } from "./store.js"
import { chatEvents, responseEvents } from "./streamEvents.js"
import type { TokenCounter } from "./tokens.js"

export interface ApiContext {
  readonly store: Store
  readonly clock: Clock
  readonly files: Files
  readonly batches: Batches
  readonly faults: Faults
  readonly answerer: Answerer
  readonly tokens: () => Promise<TokenCounter>
  readonly models: Models
  /** What uploads are called instead of their own names. */
  readonly filename: string | undefined
}

/** A request that was read whole. */
export interface Call {
  /** What fault rules ask for. */
  readonly facts: Facts
  /** Acts; `faults` are those that strike this call. */
  readonly act: (faults: ReadonlyArray<CallFault>) => Reply | Promise<Reply>
  /** Frees what reading has taken, whether it acted or not. */
  readonly release?: () => void
}

/** Whether the reply speaks of another batch or file than was asked for. */
const isOther = (faults: ReadonlyArray<CallFault>): boolean => faults.some(({ fault }) => fault === "other")

/** A call that is answered by a cut connection. */
export class Dropped extends Error {}

const ok = (json: unknown, headers?: Readonly<Record<string, string>>): Reply =>
  headers === undefined ? { status: 200, json } : { status: 200, json, headers }

const page = <A extends { readonly id: string }>(data: ReadonlyArray<A>, hasMore: boolean): Reply =>
  ok({ object: "list", data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: hasMore })

export const receive = async (
  { id, operation }: Route,
  request: IncomingMessage,
  query: URLSearchParams,
  scope: Scope,
  context: ApiContext
): Promise<Call> => {
  const { batches, files, models, store } = context
  const { project } = scope
  const ofFile = { filename: store.files.get(id)?.filename }
  const after = query.get("after") ?? undefined
  const fileOf = (struck: ReadonlyArray<CallFault>): string =>
    (isOther(struck) ? files.another(project, id)?.id : undefined) ?? id
  const batchOf = async (struck: ReadonlyArray<CallFault>): Promise<string> => {
    if (!isOther(struck)) return id
    const { data } = await batches.list(project, { after: undefined, limit: 100 })
    return data.find((batch) => batch.id !== id)?.id ?? id
  }
  switch (operation) {
    case "files.upload":
      return upload(request, scope, context)
    case "files.list": {
      const purpose = query.get("purpose") ?? undefined
      const limit = queryLimit(query, 10_000, 10_000)
      const order = queryOrder(query)
      return {
        facts: {},
        act: () => {
          const { data, hasMore } = files.list(project, { after, limit, order, purpose })
          return page(data.map(fileObject), hasMore)
        }
      }
    }
    case "files.retrieve":
      return { facts: ofFile, act: (struck) => ok(fileObject(files.get(project, fileOf(struck)))) }
    case "files.content":
      return {
        facts: ofFile,
        act: (struck) => {
          const { bytes, filename, id: shown } = files.get(project, fileOf(struck))
          return { file: { id: shown, path: store.contentPath(shown), bytes, filename } }
        }
      }
    case "files.delete":
      return {
        facts: ofFile,
        act: () => {
          files.remove(project, id)
          return ok({ id, object: "file", deleted: true })
        }
      }
    case "batches.create": {
      const batch = newBatch(await readJson(request))
      return {
        facts: { metadata: batch.metadata },
        act: async (faults) => {
          const lag = faults.find((one) => one.fault === "list_lag")
          const given = lag === undefined ? undefined : { lists: lag.lists ?? (lag.ms === undefined ? 1 : 0), ms: lag.ms ?? 0 }
          return ok(await batches.create(scope, { ...batch, lag: given }))
        }
      }
    }
    case "batches.list": {
      const limit = queryLimit(query, 100, 20)
      return {
        facts: {},
        act: async () => {
          const { data, hasMore } = await batches.list(project, { after, limit })
          return page(data, hasMore)
        }
      }
    }
    case "batches.retrieve":
      return {
        facts: { metadata: batches.metadata(project, id) },
        act: async (struck) => ok(await batches.retrieve(project, await batchOf(struck)))
      }
    case "batches.cancel":
      return { facts: { metadata: batches.metadata(project, id) }, act: async () => ok(await batches.cancel(project, id)) }
    case "chat.completions":
      return completion("/v1/chat/completions", await readJson(request), context)
    case "responses":
      return completion("/v1/responses", await readJson(request), context)
    case "embeddings":
      return completion("/v1/embeddings", await readJson(request), context)
    case "models.list":
      return { facts: {}, act: () => ok({ object: "list", data: models.all() }) }
    case "models.retrieve":
      return { facts: {}, act: () => ok(models.get(id)) }
  }
}

const upload = async (request: IncomingMessage, scope: Scope, { faults, filename, files, store }: ApiContext): Promise<Call> => {
  const path = store.temporaryPath()
  const release = () => rmSync(path, { force: true })
  try {
    const body = await readMultipart(request, request.headers["content-type"] ?? "", path, faults.scenario().limits.fileBytes)
    const sent = uploadParameters(body)
    const parameters = { ...sent, filename: filename ?? sent.filename }
    return {
      facts: { filename: parameters.filename },
      release,
      act: (struck) => {
        const hiding = struck.find((one) => one.fault === "file_not_found")
        const hidden =
          hiding === undefined
            ? undefined
            : { refusals: hiding.uses ?? (hiding.ms === undefined ? 1 : 0), ms: hiding.ms ?? 0, as: hiding.as }
        return ok(fileObject(files.add(scope.project, { path, ...parameters, hidden })))
      }
    }
  } catch (error) {
    release()
    throw error
  }
}

// The limits of synchronous calls, which are no batch limits: a client may read them but must not be led by them.
const rateHeaders = {
  "x-ratelimit-limit-requests": "10000",
  "x-ratelimit-remaining-requests": "9999",
  "x-ratelimit-reset-requests": "6ms"
}

const completion = (
  endpoint: Endpoint,
  body: JsonObject,
  { answerer, clock, models, store, tokens: counter }: ApiContext
): Call => ({
  facts: {},
  act: async () => {
    const fault = requestFault(endpoint, body)
    if (fault !== undefined) throw fault
    models.get(String(body["model"]))
    const messages = messagesOf(endpoint, body)
    const digest = hash("sha256", JSON.stringify(body)).slice(0, 16)
    const answer = await answerer.answer({ endpoint, customId: undefined, body, messages, digest, attempt: "" })
    const tokens = await counter()
    const inputTokens = promptTokens(endpoint, body, messages, tokens)
    const seeds = endpoint === "/v1/embeddings" ? seedsOf(body) : undefined
    const created = seconds(clock.now())
    const context = { endpoint, tokens, salt: store.salt, created, key: randomUUID() }
    const reply = makeReply({ settings: body, answer, inputTokens, seeds }, "", context)
    if (reply.status === 0) throw new Dropped()
    if (reply.status === 200) recordCall(store, reply.usage.input, reply.usage.output)
    if (reply.status !== 200 || body["stream"] !== true) return { status: reply.status, json: reply.body, headers: rateHeaders }
    return { events: eventsOf(endpoint, body, reply.body, tokens), headers: rateHeaders }
  }
})

const eventsOf = (endpoint: Endpoint, body: JsonObject, reply: JsonObject, tokens: TokenCounter): ReadonlyArray<string> =>
  endpoint === "/v1/chat/completions" ? chatEvents(body, reply, tokens) : responseEvents(reply, tokens)

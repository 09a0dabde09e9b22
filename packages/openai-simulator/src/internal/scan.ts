/**
 * Reads a batch's input file as validation does: checks every line, counts its prompt tokens, decides its answer. One pass, flat memory.
 */
import { hash } from "node:crypto"
import { renameSync } from "node:fs"
import type { Answer, Answerer } from "./answers.js"
import { type Endpoint, requestFault } from "./contract/request.js"
import { seedsOf } from "./embeddingBody.js"
import { cannotFindFile } from "./fate.js"
import type { JsonObject } from "./json.js"
import { readLines } from "./lineReader.js"
import { openLines } from "./lineWriter.js"
import { messagesOf, promptTokens } from "./requestBody.js"
import { makeLineChecker, type RequestLine } from "./requestLine.js"
import type { BatchRecord, Scan, Store } from "./store.js"
import type { TokenCounter } from "./tokens.js"
import { makeWorkEncoder, type Work } from "./workFile.js"

export interface ScanContext {
  readonly store: Store
  readonly answerer: Answerer
  readonly tokens: () => Promise<TokenCounter>
  readonly knows: (model: string) => boolean
  readonly maxRequests: number
}

export const workPath = (store: Store, batchId: string): string => store.batchPath(batchId, "work")

export const scanInput = async (batch: BatchRecord, context: ScanContext): Promise<Scan> => {
  const { answerer, knows, maxRequests, store } = context
  const tokens = await context.tokens()
  const checker = makeLineChecker(batch.endpoint, knows, maxRequests)
  const encode = makeWorkEncoder()
  const attempt = batch.metadata?.["attempt"] ?? ""
  const path = store.temporaryPath()
  const out = await openLines(path)
  let total = 0
  let inputTokens = 0
  let model = ""
  try {
    for await (const lines of readLines(store.contentPath(batch.inputFileId))) {
      for (const line of lines) {
        const request = checker.check(line)
        if (request === undefined) continue
        const work = await workOf(request, batch.endpoint, attempt, answerer, tokens)
        const wait = out.write(encode(work))
        if (wait !== undefined) await wait
        total++
        inputTokens += work.inputTokens
        model = request.model
      }
    }
  } catch (error) {
    if (!isMissing(error)) throw error
    await out.close()
    return { total: 0, model, inputTokens: 0, errors: [cannotFindFile(batch.inputFileId)] }
  }
  await out.close()
  renameSync(path, workPath(store, batch.id))
  return { total, model, inputTokens, errors: checker.finish() }
}

/** What a line will be answered, and all that its reply needs. What OpenAI refuses is answered with the refusal, without asking. */
const workOf = async (
  { body, customId }: RequestLine,
  endpoint: Endpoint,
  attempt: string,
  answerer: Answerer,
  tokens: TokenCounter
): Promise<Work> => {
  const digest = hash("sha256", JSON.stringify(body)).slice(0, 16)
  const { input: _, messages: __, ...settings } = body
  const fault = requestFault(endpoint, body)
  if (fault !== undefined) return { customId, settings, answer: refusal(fault.status, fault.body), inputTokens: 0, digest }
  const messages = messagesOf(endpoint, body)
  const inputTokens = promptTokens(endpoint, body, messages, tokens)
  const asked = answerer.answer({ endpoint, customId, body, messages, digest, attempt })
  const answer = asked instanceof Promise ? await asked : asked
  const seeds = endpoint === "/v1/embeddings" ? seedsOf(body) : undefined
  return { customId, settings, answer, inputTokens, digest, seeds }
}

const refusal = (status: number, body: JsonObject): Answer => ({ fixed: { status, body } })

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT"

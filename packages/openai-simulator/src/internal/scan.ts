/**
 * Reads a batch's input file as validation does: checks every line, counts its prompt tokens, decides its answer. One pass, flat memory.
 */
import { hash } from "node:crypto"
import { renameSync } from "node:fs"
import type { Answerer } from "./answers.js"
import { cannotFindFile } from "./fate.js"
import { readLines } from "./lineReader.js"
import { openLines } from "./lineWriter.js"
import { messagesOf } from "./requestBody.js"
import { makeLineChecker } from "./requestLine.js"
import type { BatchRecord, Scan, Store } from "./store.js"
import type { TokenCounter } from "./tokens.js"
import { makeWorkEncoder } from "./workFile.js"

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
        const messages = messagesOf(batch.endpoint, request.body)
        const digest = hash("sha256", JSON.stringify(request.body)).slice(0, 16)
        const counted = tokens.messages(messages)
        const { input: _, messages: __, ...settings } = request.body
        const answer = answerer.answer(messages, { digest, attempt })
        const wait = out.write(encode({ customId: request.customId, settings, answer, inputTokens: counted, digest }))
        if (wait !== undefined) await wait
        total++
        inputTokens += counted
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

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT"

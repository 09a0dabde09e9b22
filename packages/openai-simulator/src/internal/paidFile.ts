/**
 * What was paid in a batch, beside its record: 16 bytes a line (8 of the custom_id's sha256, 8 of the body's) for counting at a million
 * lines, and the same lines as text for those who want to know which.
 */
import { hash } from "node:crypto"
import { renameSync } from "node:fs"
import { open } from "node:fs/promises"
import { openLines } from "./lineWriter.js"
import type { Store } from "./store.js"
import type { Work } from "./workFile.js"

export interface PaidWriter {
  readonly add: (work: Work, usage: { readonly input: number; readonly output: number }) => Promise<void> | undefined
  /** Gives the number of lines. */
  readonly close: () => Promise<number>
}

export const paidDigestsPath = (store: Store, batchId: string): string => store.batchPath(batchId, "paid")

/** Lines of `[customId, inputTokens, outputTokens]`. */
export const paidLinesPath = (store: Store, batchId: string): string => store.batchPath(batchId, "paid-lines")

export const bytesPerLine = 16

export const makePaidWriter = async (store: Store, batchId: string): Promise<PaidWriter> => {
  const lines = await openLines(store.temporaryPath())
  let digests: Array<string> = []
  const path = store.temporaryPath()
  const file = await open(path, "w")
  let count = 0
  const flush = async () => {
    const bytes = Buffer.from(digests.join(""), "hex")
    digests = []
    await file.writeFile(bytes)
  }
  return {
    add: (work, { input, output }) => {
      count++
      digests.push(hash("sha256", work.customId).slice(0, 16), work.digest)
      const wait = lines.write(`${JSON.stringify([work.customId, input, output])}\n`)
      if (wait === undefined && digests.length < 16_384) return undefined
      return Promise.all([wait, flush()]).then(() => undefined)
    },
    close: async () => {
      await flush()
      await Promise.all([file.close(), lines.close()])
      renameSync(path, paidDigestsPath(store, batchId))
      renameSync(lines.path, paidLinesPath(store, batchId))
      return count
    }
  }
}

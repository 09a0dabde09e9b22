/**
 * What the split has found each row to ask, kept so that the merge need not render the rows again: 12 bytes a row, the digest of its
 * request. It is a help and no authority: a row whose digest is not there, or leads to nothing, is rendered.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * Bytes a row.
 *
 * @since 0.1.0
 * @category constants
 */
export const ROW_BYTES = 12

const HEX_DIGITS = 2 * ROW_BYTES

/**
 * The name of the file beside a job's shards.
 *
 * @since 0.1.0
 * @category constants
 */
export const FILE_NAME = "rows.bin"

/**
 * The digests of some rows in a row. Those that were not rendered (blank, broken, not selected) have none.
 *
 * @since 0.1.0
 * @category models
 */
export interface RowDigests {
  readonly bytes: Uint8Array
  readonly get: (index: number) => string | undefined
  readonly set: (index: number, digest: string) => void
}

const over = (bytes: Buffer): RowDigests => ({
  bytes,
  get: (index) => {
    const at = index * ROW_BYTES
    if (at + ROW_BYTES > bytes.length || (bytes.readUIntBE(at, 6) === 0 && bytes.readUIntBE(at + 6, 6) === 0)) return undefined
    return bytes.toString("hex", at, at + ROW_BYTES)
  },
  set: (index, digest) => {
    bytes.write(digest.slice(0, HEX_DIGITS), index * ROW_BYTES, "hex")
  }
})

/**
 * None of so many rows has a digest.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (rows: number): RowDigests => over(Buffer.alloc(rows * ROW_BYTES))

/**
 * Reads the file of a split from its start, in step with the input.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reader {
  /** The digests of the next rows, as far as the file holds them. */
  readonly next: (rows: number) => Effect.Effect<RowDigests>
}

const nothing: Reader = { next: () => Effect.succeed(over(Buffer.alloc(0))) }

/**
 * Without a path, where there is no such file, or it cannot be read (any more), no row has a digest.
 *
 * @since 0.1.0
 * @category constructors
 */
export const open = (path: string | undefined): Effect.Effect<Reader, never, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    if (path === undefined) return nothing
    const fs = yield* FileSystem.FileSystem
    const file = yield* fs.open(path, { flag: "r" })
    const next: Reader["next"] = (rows) =>
      Effect.suspend(() => {
        const bytes = Buffer.alloc(rows * ROW_BYTES)
        const fill = (from: number): Effect.Effect<number> =>
          file.read(bytes.subarray(from)).pipe(
            Effect.orElseSucceed(() => 0n),
            Effect.flatMap((count) => {
              const to = from + Number(count)
              return Number(count) === 0 || to === bytes.length ? Effect.succeed(to) : fill(to)
            })
          )
        return rows === 0 ? nothing.next(0) : Effect.map(fill(0), (length) => over(bytes.subarray(0, length)))
      })
    return { next }
  }).pipe(Effect.orElseSucceed(() => nothing))

/**
 * A file at the API. Source: `FileObject` of OpenAI's specification.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as lenient from "./internal/lenient.js"

/**
 * Times are unix milliseconds. `expiresAt` is absent where the file is kept until it is deleted; files of purpose `batch` vanish after
 * 30 days unless told otherwise.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileInfo {
  readonly id: string
  /** 0 where the server does not say. */
  readonly bytes: number
  readonly createdAt: number
  readonly expiresAt: number | undefined
  readonly filename: string
  readonly purpose: string
}

const Wire = Schema.Struct({
  id: Schema.NonEmptyString,
  bytes: lenient.number,
  created_at: lenient.instant,
  expires_at: lenient.instant,
  filename: lenient.text,
  purpose: lenient.text
})

const decodeWire = Schema.decodeUnknownEither(Wire)

/**
 * Reads a file object. All it must have is an id; `Left` says that it has none.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = (input: unknown): Either.Either<FileInfo, string> =>
  Either.mapBoth(decodeWire(input), {
    onLeft: () => "the reply is no file object",
    onRight: (wire) => ({
      id: wire.id,
      bytes: wire.bytes ?? 0,
      createdAt: wire.created_at ?? 0,
      expiresAt: wire.expires_at,
      filename: wire.filename ?? "",
      purpose: wire.purpose ?? ""
    })
  })

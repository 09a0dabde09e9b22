/** The built page: files of one folder, and its index for every address that is the page's own business. */
import { extname, join, sep } from "node:path"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpPlatform from "@effect/platform/HttpPlatform"
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2"
}

/** Scripts, styles and pictures of the page itself, and nothing else from anywhere. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'"
].join("; ")

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** Segments that are names and nothing more: no way up, no hidden file, nothing that another system reads as a separator. */
const isPlain = (segment: string): boolean => segment !== "" && !segment.startsWith(".") && !/[\\/:\0]/.test(segment)

type Requirements = FileSystem.FileSystem | HttpPlatform.HttpPlatform

const file = (
  root: string,
  path: string
): Effect.Effect<Option.Option<HttpServerResponse.HttpServerResponse>, never, Requirements> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const real = yield* fs.realPath(path)
    // A link may lead anywhere; what it leads to has to lie in the folder all the same.
    if (!real.startsWith(root + sep) || (yield* fs.stat(real)).type !== "File") return Option.none()
    const isAsset = real.startsWith(join(root, "assets") + sep)
    return Option.some(
      yield* HttpServerResponse.file(real, {
        headers: {
          "content-type": types[extname(real)] ?? "application/octet-stream",
          // Names of assets hold a hash of what is in them.
          "cache-control": isAsset ? "public, max-age=31536000, immutable" : "no-cache",
          "content-security-policy": contentSecurityPolicy
        }
      })
    )
  }).pipe(Effect.orElseSucceed(() => Option.none()))

/** The file that a request means, if it means one. */
export const serve = (
  folder: string,
  request: HttpServerRequest
): Effect.Effect<Option.Option<HttpServerResponse.HttpServerResponse>, never, Requirements> =>
  Effect.gen(function* () {
    if (request.method !== "GET" && request.method !== "HEAD") return Option.none()
    const fs = yield* FileSystem.FileSystem
    const root = yield* fs.realPath(folder)
    const path = decoded(request.url.split(/[?#]/, 1)[0] ?? "/")
    if (path === undefined || !path.startsWith("/") || /^\/(v1|docs|openapi\.json|metrics)(\/|$)/.test(path)) return Option.none()
    const segments = path.split("/").filter((segment) => segment !== "")
    if (!segments.every(isPlain)) return Option.none()
    const found = segments.length === 0 ? Option.none() : yield* file(root, join(root, ...segments))
    if (Option.isSome(found)) return found
    // An address without an ending is a place in the page, not a file that is missing.
    return extname(path) === "" ? yield* file(root, join(root, "index.html")) : Option.none()
  }).pipe(Effect.orElseSucceed(() => Option.none()))

/**
 * Which operation a method and a path mean.
 */
import type { Operation } from "../Scenario.js"

export interface Route {
  readonly operation: Operation
  /** The id in the path, where there is one. */
  readonly id: string
}

const routes: ReadonlyArray<readonly [method: string, path: RegExp, operation: Operation]> = [
  ["POST", /^\/v1\/files$/, "files.upload"],
  ["GET", /^\/v1\/files$/, "files.list"],
  ["GET", /^\/v1\/files\/([^/]+)$/, "files.retrieve"],
  ["GET", /^\/v1\/files\/([^/]+)\/content$/, "files.content"],
  ["DELETE", /^\/v1\/files\/([^/]+)$/, "files.delete"],
  ["POST", /^\/v1\/batches$/, "batches.create"],
  ["GET", /^\/v1\/batches$/, "batches.list"],
  ["GET", /^\/v1\/batches\/([^/]+)$/, "batches.retrieve"],
  ["POST", /^\/v1\/batches\/([^/]+)\/cancel$/, "batches.cancel"],
  ["POST", /^\/v1\/chat\/completions$/, "chat.completions"],
  ["POST", /^\/v1\/responses$/, "responses"],
  ["POST", /^\/v1\/embeddings$/, "embeddings"],
  ["GET", /^\/v1\/models$/, "models.list"],
  ["GET", /^\/v1\/models\/([^/]+)$/, "models.retrieve"]
]

export const routeOf = (method: string, path: string): Route | undefined => {
  for (const [verb, pattern, operation] of routes) {
    const match = verb === method ? pattern.exec(path) : null
    if (match !== null) return { operation, id: decodeURIComponent(match[1] ?? "") }
  }
  return undefined
}

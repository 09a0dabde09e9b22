/**
 * Who calls: the key names the project, or the OpenAI-Project header does.
 */
import type { IncomingMessage } from "node:http"
import { ApiError } from "./apiError.js"
import type { Scope } from "./batches.js"
import { hex } from "./random.js"

/** `undefined`: any key is good, and each is a project of its own. Otherwise the project by key; `*` leaves it to the header. */
export type Keys = ReadonlyMap<string, string> | undefined

const defaultProject = "proj_default"

export const scopeOf = (request: IncomingMessage, keys: Keys): Scope => {
  const key = keyOf(request)
  if (key === undefined) {
    throw new ApiError(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
    )
  }
  const project = keys === undefined ? "*" : keys.get(key)
  if (project === undefined) throw invalidKey(key)
  const organization = header(request, "openai-organization") ?? "org-simulated"
  const asked = header(request, "openai-project")
  if (project === "*") {
    return { organization, project: asked ?? (keys === undefined ? `proj_${hex(16, "project", key)}` : defaultProject) }
  }
  if (asked !== undefined && asked !== project) {
    throw new ApiError(401, "OpenAI-Project header should match project for API key", "mismatched_project")
  }
  return { organization, project }
}

const invalidKey = (key: string): ApiError =>
  new ApiError(
    401,
    `Incorrect API key provided: ${masked(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    "invalid_api_key"
  )

const masked = (key: string): string => (key.length < 12 ? "*".repeat(key.length) : `${key.slice(0, 7)}***${key.slice(-4)}`)

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === "string" && value !== "" ? value : undefined
}

const keyOf = (request: IncomingMessage): string | undefined =>
  /^Bearer\s+(\S+)\s*$/i.exec(header(request, "authorization") ?? "")?.[1] ?? header(request, "api-key")

import { Readable } from "node:stream"
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"

/** The body of a request, whether it came over a server of Node or as a web request. */
export const bodyOf = (request: HttpServerRequest): Readable => {
  const { source } = request
  if (!(source instanceof Request)) return NodeHttpServerRequest.toIncomingMessage(request)
  return Readable.from(source.body ?? [], { objectMode: false })
}

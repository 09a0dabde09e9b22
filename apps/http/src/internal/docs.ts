/** The documentation of the API for people: one page with everything in it, from nowhere else. */
import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import * as TaskFile from "@batchlabel/core/TaskFile"
import { BatchlabelApi } from "@batchlabel/http-api/Api"
import * as HttpApiScalar from "@effect/platform/HttpApiScalar"
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Effect from "effect/Effect"

/** Definitions move to where an OpenAPI document keeps them. */
const hoisted = (schema: object): { readonly root: object; readonly definitions: Readonly<Record<string, unknown>> } => {
  const moved: unknown = JSON.parse(JSON.stringify(schema).replaceAll("#/$defs/", "#/components/schemas/"))
  const { $defs, $schema: _, ...root } = Object(moved)
  return { root, definitions: Object($defs) }
}

/** The contract knows a task only as JSON; its real shape is that of task files. */
export const document = (): object => {
  const spec = OpenApi.fromApi(BatchlabelApi)
  const { definitions, root } = hoisted(TaskFile.jsonSchema())
  const schemas = { ...spec.components.schemas, ...definitions, TaskInput: root }
  const whole = { ...spec, components: { ...spec.components, schemas } }
  // Names of schemas that are no addresses, the same in many places: a document may hold each once.
  return JSON.parse(JSON.stringify(whole, (key, value) => (key === "$id" ? undefined : value)))
}

const embedded = /(<script id="api-reference" type="application\/json">)[\s\S]*?(<\/script>)/

/** The library's page, with the document that this server gives out. */
const render: Effect.Effect<string> = Effect.promise(async () => {
  const { dispose, handler } = HttpLayerRouter.toWebHandler(
    HttpApiScalar.layerHttpLayerRouter({ api: BatchlabelApi, path: "/docs", scalar: { withDefaultFonts: false } }),
    { disableLogger: true }
  )
  const response = await handler(new Request("http://localhost/docs"))
  const html = await response.text()
  await dispose()
  const json = JSON.stringify(document()).replaceAll("<", "\\u003c")
  return html.replace(embedded, (_, open: string, close: string) => `${open}${json}${close}`)
})

/** The scripts of the page by their hashes, so that no other one runs. */
const policyOf = (html: string): string => {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, source]) => source ?? "")
  const hashes = scripts.map((source) => `'sha256-${createHash("sha256").update(source).digest("base64")}'`)
  return [
    "default-src 'none'",
    `script-src ${hashes.join(" ")}`,
    "style-src 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'"
  ].join("; ")
}

/** The page, made at the first request: it is some megabytes. */
export const page: Effect.Effect<HttpServerResponse.HttpServerResponse> = render.pipe(
  Effect.map((html) =>
    HttpServerResponse.uint8Array(gzipSync(html), {
      contentType: "text/html; charset=utf-8",
      headers: { "content-encoding": "gzip", "content-security-policy": policyOf(html), "cache-control": "private, max-age=3600" }
    })
  )
)

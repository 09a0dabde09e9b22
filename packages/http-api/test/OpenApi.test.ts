import * as OpenApi from "@effect/platform/OpenApi"
import { assert, it } from "@effect/vitest"
import { BatchlabelApi } from "../src/Api.js"

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly security?: ReadonlyArray<unknown>
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>
}

const spec = OpenApi.fromApi(BatchlabelApi)
const operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation: operation as Operation }))
)

it("every endpoint of the contract is in the document, with a summary and an id of its own", () => {
  const names = operations.map(({ name }) => name)
  for (const name of [
    "post /v1/jobs",
    "get /v1/jobs",
    "get /v1/jobs/{id}",
    "delete /v1/jobs/{id}",
    "get /v1/jobs/{id}/events",
    "post /v1/jobs/{id}/start",
    "post /v1/jobs/{id}/cancel",
    "post /v1/jobs/{id}/retry",
    "get /v1/jobs/{id}/rows",
    "patch /v1/jobs/{id}/rows/{row}",
    "get /v1/jobs/{id}/labeled.csv",
    "get /v1/jobs/{id}/failed.csv",
    "get /v1/jobs/{id}/distribution",
    "post /v1/estimates",
    "post /v1/previews",
    "get /v1/tasks",
    "put /v1/tasks/{name}",
    "post /v1/webhooks/openai",
    "get /healthz",
    "get /readyz"
  ]) {
    assert.include(names, name)
  }
  for (const { name, operation } of operations) assert.isString(operation.summary, name)
  assert.strictEqual(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length)
})

it("everything but health, logging in and OpenAI's webhook needs a token or a session", () => {
  const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ name }) => name)
  assert.sameMembers(open, ["get /healthz", "get /readyz", "post /v1/session", "post /v1/webhooks/openai"])
})

it("every error of every endpoint is documented as a problem document and as nothing else", () => {
  for (const { name, operation } of operations) {
    const failures = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400)
    assert.includeMembers(
      failures.map(([status]) => status),
      ["400", "429", "500"],
      name
    )
    for (const [status, { content }] of failures) {
      assert.deepStrictEqual(Object.keys(content ?? {}), ["application/problem+json"], `${name} ${status}`)
      assert.deepStrictEqual(content?.["application/problem+json"]?.schema, { $ref: "#/components/schemas/Problem" })
    }
  }
})

it("every reference of the document points at a schema that is there", () => {
  const references = [...JSON.stringify(spec).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? "")
  assert.isAbove(references.length, 50)
  for (const name of references) assert.property(spec.components.schemas, name)
})

it("no schema is named twice", () => {
  assert.notInclude(JSON.stringify(spec), '"$id"')
})

it("bodies that are made are referred to by name", () => {
  const created = operations.flatMap(({ operation }) => Object.values(operation.responses["201"]?.content ?? {}))
  assert.isAbove(created.length, 3)
  for (const { schema } of created) assert.property(schema, "$ref")
})

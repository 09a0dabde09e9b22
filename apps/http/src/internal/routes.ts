/** Which route of the API an address is: what is counted by it cannot grow with what clients make up. */
import { BatchlabelApi } from "@batchlabel/http-api/Api"
import * as HttpApi from "@effect/platform/HttpApi"

const operations = ["/docs", "/openapi.json", "/metrics"]

const templates = (): ReadonlyArray<string> => {
  const found = new Set(operations)
  HttpApi.reflect(BatchlabelApi, { onGroup: () => {}, onEndpoint: ({ endpoint }) => found.add(endpoint.path) })
  return [...found]
}

const patternOf = (template: string): RegExp => new RegExp(`^${template.replace(/[.]/g, "\\.").replace(/:\w+/g, "[^/]+")}/?$`)

const routes = templates().map((template) => ({ template, pattern: patternOf(template) }))

const isApi = (path: string): boolean => /^\/(v1|docs|openapi\.json|metrics|healthz|readyz)(\/|$)/.test(path)

/** `page`: a file of the page was sent. `none`: there is nothing at this address. */
export const routeOf = (path: string, status: number): string =>
  routes.find(({ pattern }) => pattern.test(path))?.template ?? (!isApi(path) && status < 400 ? "page" : "none")

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])

export const methodOf = (method: string): string => (methods.has(method) ? method : "other")

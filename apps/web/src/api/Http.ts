/** Requests to the server: cookie, CSRF header, language, problems. */
import type { Lang } from "../text/Lang.js"
import { Failure, from, isAbort, ofAnswer } from "./Failure.js"
import type { Session } from "./Wire.js"

/** What every request carries; the session sets it. */
interface Credentials {
  csrfToken: string
  lang: Lang
}

const credentials: Credentials = { csrfToken: "", lang: "en" }

type Listener = () => void

const listeners = new Set<Listener>()

/** The CSRF token of the session; empty when logged out. */
export const setCsrfToken = (token: string): void => {
  credentials.csrfToken = token
}

/** The language in which the server words its problems. */
export const setLang = (lang: Lang): void => {
  credentials.lang = lang
}

/** Calls back when the server says that the page is not logged in (any more). */
export const onSignedOut = (listener: Listener): (() => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** The headers of a request that changes something, or not. */
export const headersFor = (method: string): Record<string, string> => ({
  "accept-language": credentials.lang,
  ...(method === "GET" || credentials.csrfToken === "" ? {} : { "x-csrf-token": credentials.csrfToken })
})

export interface Options {
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

/** The address with its query; parameters that are `undefined` are left out. */
export const address = (path: string, query: Options["query"] = {}): string => {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) params.set(key, String(value))
  return params.size === 0 ? path : `${path}?${params}`
}

const send = (method: string, path: string, { body, headers, query, signal }: Options): Promise<Response> =>
  fetch(address(path, query), {
    method,
    credentials: "same-origin",
    headers: { ...headersFor(method), ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal })
  })

/** The codes of problems that a fresh CSRF token or a new login solves. */
const staleCsrf = "BL7004"

const refreshCsrf = async (): Promise<boolean> => {
  const response = await send("GET", "/v1/session", {})
  if (!response.ok) return false
  const session: Session = await response.json()
  setCsrfToken(session.csrfToken)
  return true
}

/** What a failed answer means; tells the page if it is logged out. */
export const failureOf = (status: number, text: string, path: string): Failure => {
  const failure = ofAnswer(status, text)
  if (status === 401 && path !== "/v1/session") for (const listener of listeners) listener()
  return failure
}

/** Asks, and gives the JSON of the answer as what the contract says it is (`undefined` for an answer without a body). */
export const request = async <A>(method: string, path: string, options: Options = {}): Promise<A> => {
  try {
    let response = await send(method, path, options)
    if (response.status === 403 && method !== "GET") {
      const failure = ofAnswer(403, await response.clone().text())
      // Another tab may have logged in anew, with another token.
      if (failure.code === staleCsrf && (await refreshCsrf())) response = await send(method, path, options)
    }
    const text = await response.text()
    if (!response.ok) throw failureOf(response.status, text, path)
    // The contract's server wrote it: this is the edge at which its word is taken for it.
    return (text === "" ? undefined : JSON.parse(text)) as A
  } catch (thrown) {
    if (isAbort(thrown) || thrown instanceof Failure) throw thrown
    throw from(thrown)
  }
}

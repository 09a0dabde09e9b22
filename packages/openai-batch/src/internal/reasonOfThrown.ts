import * as E from "../OpenAiBatchError.js"
import { isRecord, readText } from "./lenient.js"
import { reasonOfReply } from "./reasonOfReply.js"
import type { Scrub } from "./scrub.js"
import { isTrustCode } from "./trust.js"

/** The error and its causes, those of an `AggregateError` included. */
const chain = (thrown: unknown): ReadonlyArray<Error> => {
  const found: Array<Error> = []
  const visit = (error: unknown): void => {
    if (!(error instanceof Error) || found.includes(error) || found.length > 20) return
    found.push(error)
    visit(error.cause)
    if (error instanceof AggregateError) for (const inner of error.errors) visit(inner)
  }
  visit(thrown)
  return found
}

const property = (error: Error, name: string): unknown => Reflect.get(error, name)

const codeOf = (errors: ReadonlyArray<Error>): string | undefined => {
  for (const error of errors) {
    const code = readText(property(error, "code"))
    if (code !== undefined) return code
  }
  return undefined
}

const CONNECTING = new Set(["connect", "getaddrinfo"])

/** True where no byte of the request can have left: the address was not found, nobody listens there, or TLS was not agreed on. */
const neverSent = (errors: ReadonlyArray<Error>, code: string | undefined): boolean => {
  if (isTrustCode(code)) return true
  const calls = errors.map((error) => readText(property(error, "syscall"))).filter((call) => call !== undefined)
  return calls.length > 0 && calls.every((call) => CONNECTING.has(call))
}

/**
 * What a call of the SDK threw. The SDK's classes are told by their shape: a `status` and `headers` where there was a reply, a `status`
 * that is undefined where there was none.
 */
export const reasonOfThrown = (
  thrown: unknown,
  now: number,
  scrub: Scrub
): { readonly reason: E.Reason; readonly requestId: string | undefined } => {
  const status = thrown instanceof Error ? property(thrown, "status") : undefined
  const headers = thrown instanceof Error ? property(thrown, "headers") : undefined
  if (thrown instanceof Error && typeof status === "number" && headers instanceof Headers) {
    const text = thrown.message.replace(/^\d+ (status code \(no body\)$)?/, "")
    const error = property(thrown, "error")
    return {
      reason: reasonOfReply(
        { status, headers, error: isRecord(error) || typeof error === "string" ? error : undefined, text },
        now,
        scrub
      ),
      requestId: headers.get("x-request-id") ?? undefined
    }
  }
  const errors = chain(thrown)
  const code = codeOf(errors)
  const said = [...new Set(errors.map((error) => error.message).filter((message) => message !== ""))].join(": ")
  const detail = scrub(said === "" ? String(thrown) : said)
  const timedOut = /timed? ?out/i.test(said) || code?.endsWith("_TIMEOUT") === true
  if (timedOut) return { reason: new E.TimedOut({ detail }), requestId: undefined }
  return {
    reason: new E.ConnectionFailed({ detail, sent: !neverSent(errors, code), ...(code === undefined ? {} : { code }) }),
    requestId: undefined
  }
}

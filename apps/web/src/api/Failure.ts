/** What can go wrong with a request, as the page tells it apart. */
import type { ProblemDocument } from "./Wire.js"

/** `problem` the server said why · `unreachable` no answer came · `strange` an answer that is not of this API (a proxy's page, say). */
export type Reason =
  | { readonly kind: "problem"; readonly document: ProblemDocument }
  | { readonly kind: "unreachable" }
  | { readonly kind: "strange"; readonly status: number }

export class Failure extends Error {
  override readonly name = "Failure"

  constructor(readonly reason: Reason) {
    super(reason.kind === "problem" ? reason.document.detail : reason.kind)
  }

  /** The HTTP status; 0 where no answer came. */
  get status(): number {
    if (this.reason.kind === "problem") return this.reason.document.status
    return this.reason.kind === "strange" ? this.reason.status : 0
  }

  /** The stable code of the problem, if it is one. */
  get code(): string | undefined {
    return this.reason.kind === "problem" ? this.reason.document.code : undefined
  }
}

export const unreachable = (): Failure => new Failure({ kind: "unreachable" })

const isDocument = (body: unknown): body is ProblemDocument =>
  typeof body === "object" && body !== null && "code" in body && "texts" in body && "status" in body

/** The failure that an answer with an error status stands for. */
export const ofAnswer = (status: number, text: string): Failure => {
  try {
    const body: unknown = JSON.parse(text)
    if (isDocument(body)) return new Failure({ kind: "problem", document: body })
  } catch {
    // Not JSON, so not of this API.
  }
  return new Failure({ kind: "strange", status })
}

/** Whatever was thrown, as a failure. Browsers throw a `TypeError` where a server cannot be reached. */
export const from = (thrown: unknown): Failure => (thrown instanceof Failure ? thrown : unreachable())

/** Whether a request was given up by the page itself. */
export const isAbort = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === "AbortError"

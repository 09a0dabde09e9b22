import { createContext, useCallback, useContext, useEffect, useState } from "react"
import * as Api from "../api/Api.js"
import { type Failure, from, isAbort } from "../api/Failure.js"
import * as Http from "../api/Http.js"
import type { Session } from "../api/Wire.js"

export type SessionState =
  | { readonly kind: "checking" }
  | { readonly kind: "failed"; readonly failure: Failure }
  /** `expired`: it was logged in before. */
  | { readonly kind: "out"; readonly expired: boolean }
  | { readonly kind: "in"; readonly session: Session }

export interface SessionControl {
  readonly state: SessionState
  readonly signedIn: (session: Session) => void
  /** Rejects where the server did not end the session. */
  readonly signOut: () => Promise<void>
  readonly check: () => void
}

/** The session of this page: asked for once, then as logging in and out, or the server, say. */
export const useSessionControl = (): SessionControl => {
  const [state, setState] = useState<SessionState>({ kind: "checking" })
  const [turn, setTurn] = useState(0)

  const signedIn = useCallback((session: Session) => {
    Http.setCsrfToken(session.csrfToken)
    setState({ kind: "in", session })
  }, [])

  // `turn` is among the dependencies to ask again.
  useEffect(() => {
    const stop = new AbortController()
    Api.session(stop.signal).then(signedIn, (thrown: unknown) => {
      if (isAbort(thrown)) return
      const failure = from(thrown)
      setState(failure.status === 401 ? { kind: "out", expired: false } : { kind: "failed", failure })
    })
    return () => stop.abort()
  }, [turn, signedIn])

  useEffect(
    () => Http.onSignedOut(() => setState((before) => (before.kind === "in" ? { kind: "out", expired: true } : before))),
    []
  )

  const signOut = useCallback(async () => {
    try {
      await Api.logout()
    } catch (thrown) {
      // A session that is over already is what was wanted.
      if (from(thrown).status !== 401) throw thrown
    }
    Http.setCsrfToken("")
    setState({ kind: "out", expired: false })
  }, [])

  const check = useCallback(() => {
    setState({ kind: "checking" })
    setTurn((before) => before + 1)
  }, [])

  return { state, signedIn, signOut, check }
}

export const SessionContext = createContext<Session | undefined>(undefined)

/** Whether the token of the page may change anything. */
export const useMayWrite = (): boolean => {
  const session = useContext(SessionContext)
  return session !== undefined && session.token.scope !== "read"
}

import { useCallback, useEffect, useRef, useState } from "react"
import { type Failure, from, isAbort } from "../api/Failure.js"

/** `data` is the last that was loaded, also while newer is `loading` or could not be had (`failure`). */
export interface Resource<A> {
  readonly data: A | undefined
  readonly failure: Failure | undefined
  readonly loading: boolean
  readonly reload: () => void
  readonly replace: (change: (data: A) => A) => void
}

interface State<A> {
  readonly key: string
  readonly data: A | undefined
  readonly failure: Failure | undefined
  readonly loading: boolean
}

/**
 * Loads what `key` names, anew when the key changes; `undefined` loads nothing. With `keep`, what was loaded for the key before is shown
 * until the new has come.
 */
export const useResource = <A>(key: string | undefined, load: (signal: AbortSignal) => Promise<A>, keep = false): Resource<A> => {
  const [state, setState] = useState<State<A>>({ key: "", data: undefined, failure: undefined, loading: false })
  const [turn, setTurn] = useState(0)
  const latest = useRef(load)
  latest.current = load
  // `turn` is among the dependencies to load again.
  useEffect(() => {
    if (key === undefined) {
      setState((before) => ({ ...before, loading: false, failure: undefined }))
      return
    }
    const stop = new AbortController()
    setState((before) => ({
      key,
      data: keep || before.key === key ? before.data : undefined,
      failure: before.key === key ? before.failure : undefined,
      loading: true
    }))
    latest.current(stop.signal).then(
      (data) => {
        if (!stop.signal.aborted) setState({ key, data, failure: undefined, loading: false })
      },
      (thrown: unknown) => {
        if (stop.signal.aborted || isAbort(thrown)) return
        setState((before) => ({ ...before, key, failure: from(thrown), loading: false }))
      }
    )
    return () => stop.abort()
  }, [key, keep, turn])
  const reload = useCallback(() => setTurn((before) => before + 1), [])
  const replace = useCallback(
    (change: (data: A) => A) =>
      setState((before) => (before.data === undefined ? before : { ...before, data: change(before.data) })),
    []
  )
  const current = key === undefined || keep || state.key === key
  return {
    data: current ? state.data : undefined,
    failure: current ? state.failure : undefined,
    loading: state.loading || (key !== undefined && state.key !== key),
    reload,
    replace
  }
}

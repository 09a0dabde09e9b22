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
  readonly group: string | undefined
  readonly data: A | undefined
  readonly failure: Failure | undefined
  readonly loading: boolean
}

/**
 * Loads what `key` names, anew when the key changes; `undefined` loads nothing. What was loaded for the key before is shown until the new
 * has come, if both are of one `group`.
 */
export const useResource = <A>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<A>,
  group: string | undefined = key
): Resource<A> => {
  const [state, setState] = useState<State<A>>({ key: "", group: "", data: undefined, failure: undefined, loading: false })
  const [turn, setTurn] = useState(0)
  const latest = useRef(load)
  latest.current = load
  // `turn` is among the dependencies to load again.
  useEffect(() => {
    if (key === undefined) return
    const stop = new AbortController()
    setState((before) => ({
      key,
      group,
      data: before.group === group ? before.data : undefined,
      failure: before.key === key ? before.failure : undefined,
      loading: true
    }))
    latest.current(stop.signal).then(
      (data) => {
        if (!stop.signal.aborted) setState({ key, group, data, failure: undefined, loading: false })
      },
      (thrown: unknown) => {
        if (stop.signal.aborted || isAbort(thrown)) return
        setState((before) => ({ ...before, failure: from(thrown), loading: false }))
      }
    )
    return () => stop.abort()
  }, [key, group, turn])
  const reload = useCallback(() => setTurn((before) => before + 1), [])
  const replace = useCallback(
    (change: (data: A) => A) =>
      setState((before) => (before.data === undefined ? before : { ...before, data: change(before.data) })),
    []
  )
  const shown = state.group === group
  return {
    data: shown ? state.data : undefined,
    failure: shown ? state.failure : undefined,
    loading: key !== undefined && (state.loading || state.key !== key),
    reload,
    replace
  }
}

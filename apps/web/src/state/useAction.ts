import { useCallback, useState } from "react"
import { type Failure, from } from "../api/Failure.js"

export interface Action<Arguments extends ReadonlyArray<unknown>> {
  readonly run: (...args: Arguments) => Promise<void>
  readonly busy: boolean
  readonly failure: Failure | undefined
  readonly reset: () => void
}

/** Something that a person does and that may take a moment or fail; it is not begun twice at a time. */
export const useAction = <Arguments extends ReadonlyArray<unknown>>(
  act: (...args: Arguments) => Promise<void>
): Action<Arguments> => {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure>()
  const run = async (...args: Arguments): Promise<void> => {
    if (busy) return
    setBusy(true)
    setFailure(undefined)
    try {
      await act(...args)
    } catch (thrown) {
      setFailure(from(thrown))
    } finally {
      setBusy(false)
    }
  }
  const reset = useCallback(() => setFailure(undefined), [])
  return { run, busy, failure, reset }
}

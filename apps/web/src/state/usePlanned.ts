import { useState } from "react"
import type { Failure } from "../api/Failure.js"
import { from } from "../api/Failure.js"
import type { SpendPlan } from "../api/Wire.js"
import { useAction } from "./useAction.js"
import { useResource } from "./useResource.js"

export interface Planned {
  readonly plan: SpendPlan | undefined
  /** Why there is no plan. */
  readonly failure: Failure | undefined
  /** A newer plan is on its way. */
  readonly stale: boolean
  readonly reload: () => void
  /** Does what the plan shows. */
  readonly run: () => Promise<void>
  readonly busy: boolean
  /** The plan is not the one that was shown at first: what it would do had changed when it was to be done. */
  readonly changed: boolean
  /** Why it was not done. */
  readonly refused: Failure | undefined
}

const hasChanged = "BL7094"

/** An action that spends: what it would do is shown, then done so or, if it has changed meanwhile, shown anew. `undefined`: not yet. */
export const usePlanned = (
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<SpendPlan>,
  act: (plan: SpendPlan) => Promise<void>
): Planned => {
  const { data: plan, failure, loading, reload } = useResource(key, load)
  const [changed, setChanged] = useState(false)
  const {
    busy,
    failure: refused,
    run
  } = useAction(async () => {
    if (plan === undefined) return
    setChanged(false)
    try {
      await act(plan)
    } catch (thrown) {
      if (from(thrown).code !== hasChanged) throw thrown
      setChanged(true)
      reload()
    }
  })
  return { plan, failure, stale: loading, reload, run, busy, changed, refused }
}

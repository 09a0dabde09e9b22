import { useCallback, useEffect, useReducer, useRef, useState } from "react"
import * as Api from "../api/Api.js"
import { from, isAbort } from "../api/Failure.js"
import { follow } from "../api/Follow.js"
import type { JobDetail } from "../api/Wire.js"
import { isActive } from "../job/Progress.js"
import * as JobFeed from "./JobFeed.js"
import { useVisible } from "./useBrowser.js"

/** How often a job is looked at while its page is in the background. */
const backgroundInterval = 20_000

export interface FollowedJob extends JobFeed.JobFeed {
  /** A newer state that an action has given. It also takes the stream up again where it had ended. */
  readonly set: (job: JobDetail) => void
  readonly retry: () => void
}

/**
 * Follows a job: at once by a request, then by the stream of its events. In the background it is only looked at now and then, since
 * browsers allow few open streams to a server, over all tabs.
 */
export const useJobFeed = (id: string): FollowedJob => {
  const [feed, tell] = useReducer(JobFeed.apply, JobFeed.empty)
  const [turn, setTurn] = useState(0)
  const visible = useVisible()
  const last = useRef(0)
  last.current = feed.last
  const active = useRef(true)
  active.current = feed.job === undefined || isActive(feed.job)

  // `turn` is among the dependencies to begin again.
  useEffect(() => {
    const stop = new AbortController()
    const look = (): void => {
      Api.getJob(id, stop.signal).then(
        (job) => tell({ kind: "job", job }),
        (thrown: unknown) => {
          // The stream tries again by itself; only what it cannot mend is told.
          if (!isAbort(thrown) && from(thrown).status === 404) tell({ kind: "failure", failure: from(thrown) })
        }
      )
    }
    if (visible) {
      look()
      void follow(id, last.current, stop.signal, tell)
      return () => stop.abort()
    }
    const timer = setInterval(() => {
      if (active.current) look()
    }, backgroundInterval)
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }, [id, visible, turn])

  const retry = useCallback(() => setTurn((before) => before + 1), [])
  const set = useCallback((job: JobDetail) => {
    tell({ kind: "job", job })
    setTurn((before) => before + 1)
  }, [])
  return { ...feed, set, retry }
}

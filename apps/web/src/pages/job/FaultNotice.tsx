import { useState } from "react"
import * as Api from "../../api/Api.js"
import type { JobDetail } from "../../api/Wire.js"
import { Button } from "../../parts/Button.js"
import { CapField } from "../../parts/CapField.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Notice } from "../../parts/Notice.js"
import { PlanFacts } from "../../parts/PlanFacts.js"
import { usePlanned } from "../../state/usePlanned.js"
import { useMayWrite } from "../../state/useSession.js"
import { useTexts } from "../../state/useTexts.js"
import { isCap } from "../../text/Money.js"

interface Props {
  readonly job: JobDetail
  readonly onJob: (job: JobDetail) => void
}

/** Why a job has stopped, or what keeps it from going on, and the way to go on. */
export const FaultNotice = ({ job, onJob }: Props) => {
  const { lang, t } = useTexts()
  const mayWrite = useMayWrite()
  const [cap, setCap] = useState("")
  const wrong = cap !== "" && !isCap(cap)
  const stopped = job.state === "stopped"
  const { busy, changed, failure, plan, refused, reload, run, stale } = usePlanned(
    stopped && mayWrite ? `go on ${job.id} ${job.updatedAt}` : undefined,
    (signal) => Api.startPlan(job.id, signal),
    async ({ digest }) => onJob(await Api.startJob(job.id, { expect: digest, ...(cap === "" ? {} : { maxCost: cap }) }))
  )
  if (job.fault === undefined) return null
  return (
    <Notice kind={stopped ? "error" : "warning"} title={stopped ? t.job.fault : undefined}>
      <p className="lines">
        {job.fault.texts[lang]} [{job.fault.code}]
      </p>
      {stopped && mayWrite && (
        <form
          className="go-on"
          onSubmit={(event) => {
            event.preventDefault()
            if (!wrong) void run()
          }}
        >
          {job.maxCost !== undefined && <CapField label={t.job.newCap} hint={t.job.goOnText} value={cap} onChange={setCap} />}
          {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
          {plan !== undefined && <PlanFacts plan={plan} cap={wrong ? undefined : cap} />}
          {changed && <p role="alert">{t.plan.changed}</p>}
          {refused !== undefined && <FailureNotice failure={refused} urgent />}
          <Button kind="primary" type="submit" busy={busy} disabled={plan === undefined || stale || wrong}>
            {t.job.actions.goOn}
          </Button>
        </form>
      )}
    </Notice>
  )
}

import { useState } from "react"
import * as Api from "../../api/Api.js"
import type { JobDetail } from "../../api/Wire.js"
import { Button } from "../../parts/Button.js"
import { CapField } from "../../parts/CapField.js"
import { Dialog } from "../../parts/Dialog.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Loading } from "../../parts/Loading.js"
import { PlanFacts } from "../../parts/PlanFacts.js"
import { usePlanned } from "../../state/usePlanned.js"
import { useTexts } from "../../state/useTexts.js"
import { isCap } from "../../text/Money.js"

interface Props {
  readonly job: JobDetail
  readonly onJob: (job: JobDetail) => void
  readonly onClose: () => void
}

/** Shows what a draft would send and cost before it does. */
export const StartDialog = ({ job, onClose, onJob }: Props) => {
  const { t } = useTexts()
  const [cap, setCap] = useState("")
  const { busy, changed, failure, plan, refused, reload, run, stale } = usePlanned(
    `start ${job.id} ${job.state}`,
    (signal) => Api.startPlan(job.id, signal),
    async ({ digest }) => {
      onJob(await Api.startJob(job.id, { expect: digest, ...(cap === "" ? {} : { maxCost: cap }) }))
      onClose()
    }
  )
  const wrong = cap !== "" && !isCap(cap)
  return (
    <Dialog title={t.job.startTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!wrong) void run()
        }}
      >
        {plan === undefined && failure === undefined && <Loading />}
        {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
        {plan !== undefined && <PlanFacts plan={plan} cap={wrong ? undefined : cap} />}
        <CapField value={cap} onChange={setCap} />
        {changed && <p role="alert">{t.plan.changed}</p>}
        {refused !== undefined && <FailureNotice failure={refused} urgent />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button kind="primary" type="submit" busy={busy} disabled={plan === undefined || stale || wrong}>
            {t.job.actions.start}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

import { useState } from "react"
import * as Api from "../../api/Api.js"
import type { JobDetail } from "../../api/Wire.js"
import { Button } from "../../parts/Button.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Field } from "../../parts/Field.js"
import { Notice } from "../../parts/Notice.js"
import { useAction } from "../../state/useAction.js"
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
  const { busy, failure, run } = useAction(async () => onJob(await Api.startJob(job.id, cap === "" ? undefined : cap)))
  if (job.fault === undefined) return null
  const stopped = job.state === "stopped"
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
          {job.maxCost !== undefined && (
            <Field label={t.job.newCap} hint={t.job.goOnText} error={wrong ? t.estimate.capWrong : undefined}>
              {(attributes) => (
                <input
                  {...attributes}
                  className="short"
                  inputMode="decimal"
                  autoComplete="off"
                  value={cap}
                  onChange={({ target }) => setCap(target.value.trim())}
                />
              )}
            </Field>
          )}
          {failure !== undefined && <FailureNotice failure={failure} urgent />}
          <Button kind="primary" type="submit" busy={busy}>
            {t.job.actions.goOn}
          </Button>
        </form>
      )}
    </Notice>
  )
}

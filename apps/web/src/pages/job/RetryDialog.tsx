import { useState } from "react"
import * as Api from "../../api/Api.js"
import type { JobDetail, RetryInput } from "../../api/Wire.js"
import { Button } from "../../parts/Button.js"
import { CapField } from "../../parts/CapField.js"
import { Dialog } from "../../parts/Dialog.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Field } from "../../parts/Field.js"
import { Loading } from "../../parts/Loading.js"
import { PlanFacts } from "../../parts/PlanFacts.js"
import * as Routes from "../../Route.js"
import { goTo } from "../../state/Navigation.js"
import { useSettled } from "../../state/useBrowser.js"
import { usePlanned } from "../../state/usePlanned.js"
import { useTexts } from "../../state/useTexts.js"
import { isCap } from "../../text/Money.js"

interface Props {
  readonly job: JobDetail
  /** Only these rows; absent: all that have failed. */
  readonly rows?: ReadonlyArray<number> | undefined
  readonly onClose: () => void
}

export const RetryDialog = ({ job, onClose, rows }: Props) => {
  const { t } = useTexts()
  const texts = t.retry
  const [model, setModel] = useState("")
  const [cap, setCap] = useState("")
  const wrong = cap !== "" && !isCap(cap)
  const wanted = JSON.stringify({
    ...(rows === undefined ? {} : { rows }),
    ...(model.trim() === "" ? {} : { model: model.trim() })
  })
  const settled = useSettled(wanted, 500)
  const input: RetryInput = JSON.parse(settled)
  const { busy, changed, failure, plan, refused, reload, run, stale } = usePlanned(
    `retry ${job.id} ${settled}`,
    (signal) => Api.retryPlan(job.id, input, signal),
    async ({ digest }) => {
      const made = await Api.retryJob(job.id, { ...input, expect: digest, ...(cap === "" ? {} : { maxCost: cap }) })
      goTo(Routes.job(made.id))
    }
  )
  const asked = plan === undefined ? 0 : plan.rows.requests + plan.rows.known
  return (
    <Dialog title={texts.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!wrong) void run()
        }}
      >
        <p>{texts.text}</p>
        {plan === undefined && failure === undefined && <Loading />}
        {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
        {plan !== undefined && <PlanFacts plan={plan} cap={wrong ? undefined : cap} />}
        {plan !== undefined && asked === 0 && <p role="status">{texts.nothing}</p>}
        <Field label={texts.model} hint={texts.modelHint}>
          {(attributes) => (
            <input
              {...attributes}
              spellCheck={false}
              maxLength={200}
              placeholder={job.model}
              value={model}
              onChange={({ target }) => setModel(target.value)}
            />
          )}
        </Field>
        <CapField value={cap} onChange={setCap} />
        {changed && <p role="alert">{t.plan.changed}</p>}
        {refused !== undefined && <FailureNotice failure={refused} urgent />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button kind="primary" type="submit" busy={busy} disabled={asked === 0 || stale || settled !== wanted || wrong}>
            {busy ? texts.busy : texts.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

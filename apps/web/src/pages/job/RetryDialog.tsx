import { useState } from "react"
import * as Api from "../../api/Api.js"
import type { JobDetail } from "../../api/Wire.js"
import { Button } from "../../parts/Button.js"
import { Dialog } from "../../parts/Dialog.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Field } from "../../parts/Field.js"
import * as Routes from "../../Route.js"
import { goTo } from "../../state/Navigation.js"
import { useAction } from "../../state/useAction.js"
import { useTexts } from "../../state/useTexts.js"
import { isCap } from "../../text/Money.js"

interface Props {
  readonly job: JobDetail
  /** How many rows are asked again. */
  readonly count: number
  /** Only these rows; absent: all that have failed. */
  readonly rows?: ReadonlyArray<number> | undefined
  readonly onClose: () => void
}

export const RetryDialog = ({ count, job, onClose, rows }: Props) => {
  const { f, t } = useTexts()
  const texts = t.retry
  const [model, setModel] = useState("")
  const [cap, setCap] = useState("")
  const wrong = cap !== "" && !isCap(cap)
  const { busy, failure, run } = useAction(async () => {
    const made = await Api.retryJob(job.id, {
      ...(rows === undefined ? {} : { rows }),
      ...(model.trim() === "" ? {} : { model: model.trim() }),
      ...(cap === "" ? {} : { maxCost: cap })
    })
    goTo(Routes.job(made.id))
  })
  return (
    <Dialog title={texts.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!wrong) void run()
        }}
      >
        <p>{texts.text(f.number(count))}</p>
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
        <Field label={texts.cap} hint={t.estimate.capHint} error={wrong ? t.estimate.capWrong : undefined}>
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
        {failure !== undefined && <FailureNotice failure={failure} urgent />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {busy ? texts.busy : texts.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

import { useState } from "react"
import * as Api from "../../api/Api.js"
import type { JobDetail } from "../../api/Wire.js"
import { isOver } from "../../job/Progress.js"
import { Button } from "../../parts/Button.js"
import { Dialog } from "../../parts/Dialog.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import * as Routes from "../../Route.js"
import { goTo } from "../../state/Navigation.js"
import { useAction } from "../../state/useAction.js"
import { useMayWrite } from "../../state/useSession.js"
import { useTexts } from "../../state/useTexts.js"
import { RetryDialog } from "./RetryDialog.js"
import { StartDialog } from "./StartDialog.js"

interface ConfirmProps {
  readonly title: string
  readonly text: string
  readonly confirm: string
  readonly act: () => Promise<void>
  readonly onClose: () => void
}

const Confirm = ({ act, confirm, onClose, text, title }: ConfirmProps) => {
  const { t } = useTexts()
  const { busy, failure, run } = useAction(act)
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      {failure !== undefined && <FailureNotice failure={failure} urgent />}
      <div className="dialog-actions">
        <Button onClick={onClose}>{t.job.keep}</Button>
        <Button kind="danger" busy={busy} onClick={() => void run()}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  )
}

interface Props {
  readonly job: JobDetail
  readonly onJob: (job: JobDetail) => void
}

export const Actions = ({ job, onJob }: Props) => {
  const { t } = useTexts()
  const mayWrite = useMayWrite()
  const [dialog, setDialog] = useState<"cancel" | "remove" | "retry" | "start">()
  const texts = t.job
  const close = (): void => setDialog(undefined)
  if (!mayWrite) return null
  const over = isOver(job)
  const running = job.state === "open" || job.state === "stopped" || job.state === "preparing"
  return (
    <div className="actions">
      {job.status === "draft" && (
        <Button kind="primary" onClick={() => setDialog("start")}>
          {texts.actions.start}
        </Button>
      )}
      {over && job.failed > 0 && <Button onClick={() => setDialog("retry")}>{texts.actions.retry}</Button>}
      {running && <Button onClick={() => setDialog("cancel")}>{texts.actions.cancel}</Button>}
      {over && <Button onClick={() => setDialog("remove")}>{texts.actions.remove}</Button>}
      {dialog === "start" && <StartDialog job={job} onJob={onJob} onClose={close} />}
      {dialog === "cancel" && (
        <Confirm
          title={texts.cancelTitle}
          text={texts.cancelText}
          confirm={texts.cancelConfirm}
          onClose={close}
          act={async () => {
            onJob(await Api.cancelJob(job.id))
            close()
          }}
        />
      )}
      {dialog === "remove" && (
        <Confirm
          title={texts.removeTitle}
          text={texts.removeText}
          confirm={texts.removeConfirm}
          onClose={close}
          act={async () => {
            await Api.removeJob(job.id)
            goTo(Routes.jobs)
          }}
        />
      )}
      {dialog === "retry" && <RetryDialog job={job} onClose={close} />}
    </div>
  )
}

import { type KeyboardEvent, useRef, useState } from "react"
import * as Api from "../../api/Api.js"
import { type Failure, from } from "../../api/Failure.js"
import type { JobDetail, JobRow, LabelValue } from "../../api/Wire.js"
import { labelText } from "../../job/Distribution.js"
import { Button } from "../../parts/Button.js"
import { Dialog } from "../../parts/Dialog.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Loading } from "../../parts/Loading.js"
import { useNow } from "../../state/useBrowser.js"
import { useResource } from "../../state/useResource.js"
import { useMayWrite } from "../../state/useSession.js"
import { useTexts } from "../../state/useTexts.js"

interface Props {
  readonly job: JobDetail
  readonly rows: ReadonlyArray<JobRow>
  readonly at: number
  readonly onMove: (at: number) => void
  readonly onChanged: (row: JobRow) => void
  readonly onClose: () => void
}

/** Cells of rows are cut by the server at this many characters. */
const shownText = 500

const isTyping = (target: EventTarget): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement

/** Looks at one row after the other and says what is right: by mouse, or by number keys and arrows. */
export const ReviewDialog = ({ at, job, onChanged, onClose, onMove, rows }: Props) => {
  const { f, t } = useTexts()
  const texts = t.review
  const mayWrite = useMayWrite()
  const now = useNow(60_000)
  const labels = useResource(`labels ${job.id}`, (signal) => Api.distribution(job.id, signal))
  const [saving, setSaving] = useState<number>()
  const [saved, setSaved] = useState<number>()
  const [failure, setFailure] = useState<Failure>()
  const turn = useRef(0)
  const row = rows[at]
  if (row === undefined) return null
  const choices = labels.data?.labels ?? []

  const set = (value: LabelValue | null): void => {
    const mine = ++turn.current
    setSaving(row.row)
    setSaved(undefined)
    setFailure(undefined)
    Api.labelRow(job.id, row.row, value).then(
      (changed) => {
        onChanged(changed)
        if (turn.current !== mine) return
        setSaving(undefined)
        setSaved(row.row)
      },
      (thrown: unknown) => {
        if (turn.current !== mine) return
        setSaving(undefined)
        setFailure(from(thrown))
      }
    )
  }
  const move = (to: number): void => {
    if (to < 0 || to >= rows.length) return
    setFailure(undefined)
    onMove(to)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return
    if (event.key === "ArrowRight") move(at + 1)
    else if (event.key === "ArrowLeft") move(at - 1)
    else if (mayWrite && choices.length <= 9) {
      const choice = choices[Number(event.key) - 1]
      if (choice !== undefined) set(choice.value)
    }
  }
  return (
    <Dialog title={texts.title(f.number(row.row))} onClose={onClose} onKey={onKey} wide>
      <div className="review">
        <dl className="review-facts">
          <dt>{texts.text}</dt>
          <dd className="review-text">
            {row.text === "" ? t.rows.noText : row.text}
            {row.text.length >= shownText && <span className="hint">{texts.cut}</span>}
          </dd>
          <dt>{texts.answer}</dt>
          <dd>
            {row.raw === undefined || row.raw === "" ? (
              <span className="muted-text">{t.rows.noAnswer}</span>
            ) : (
              <pre className="code">{row.raw}</pre>
            )}
          </dd>
          {row.label !== undefined && (
            <>
              <dt>{texts.model}</dt>
              <dd>{labelText(row.label)}</dd>
            </>
          )}
          {row.reason !== undefined && (
            <>
              <dt>{texts.detail}</dt>
              <dd>
                {t.reason(row.reason)}
                {row.detail !== undefined && (
                  <span className="sub" lang={t.detail(row.detail) === row.detail ? "en" : undefined}>
                    {t.detail(row.detail)}
                  </span>
                )}
              </dd>
            </>
          )}
          {row.manual !== undefined && (
            <>
              <dt>{texts.manual}</dt>
              <dd>
                <strong>{labelText(row.manual)}</strong>
                <span className="sub">{texts.by(row.manual.by, f.moment(row.manual.at, now))}</span>
              </dd>
            </>
          )}
        </dl>
        {labels.failure !== undefined && <FailureNotice failure={labels.failure} onRetry={labels.reload} />}
        {labels.data === undefined && labels.failure === undefined && <Loading />}
        {mayWrite && choices.length > 0 && (
          <fieldset className="review-choices">
            <legend>{texts.choose}</legend>
            {choices.map((choice, index) => (
              <button
                key={`${typeof choice.value} ${choice.value}`}
                type="button"
                className="choice-button"
                aria-pressed={row.manual?.value === choice.value}
                onClick={() => set(choice.value)}
              >
                {choices.length <= 9 && (
                  <span className="key" aria-hidden="true">
                    {index + 1}
                  </span>
                )}
                <span>{labelText(choice)}</span>
              </button>
            ))}
          </fieldset>
        )}
        <p className="saved" role="status">
          {saving === row.row ? texts.saving : saved === row.row ? texts.saved : ""}
        </p>
        {failure !== undefined && <FailureNotice failure={failure} urgent />}
        {mayWrite && choices.length <= 9 && <p className="hint">{texts.keys}</p>}
        <div className="dialog-actions">
          {mayWrite && (
            <Button kind="quiet" disabled={row.manual === undefined} onClick={() => set(null)}>
              {texts.takeBack}
            </Button>
          )}
          <Button onClick={() => move(at - 1)} disabled={at === 0}>
            {texts.previous}
          </Button>
          <Button onClick={() => move(at + 1)} disabled={at >= rows.length - 1}>
            {texts.next}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

import { useState } from "react"
import * as Api from "../../api/Api.js"
import type { Preview } from "../../api/Wire.js"
import * as Drafts from "../../job/Draft.js"
import { Button } from "../../parts/Button.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Loading } from "../../parts/Loading.js"
import { useSettled } from "../../state/useBrowser.js"
import { useResource } from "../../state/useResource.js"
import { useTexts } from "../../state/useTexts.js"

const rowsShown = 10

const Messages = ({ preview, row }: { readonly preview: Preview; readonly row: Preview["rows"][number] }) => {
  const { t } = useTexts()
  const texts = t.preview
  return (
    <>
      {preview.messages.length > 0 && (
        <details className="disclosure">
          <summary>{texts.constant(preview.messages.length)}</summary>
          {preview.messages.map(({ content, role }, index) => (
            // messages have no identity but their place.
            <div className="message" key={index}>
              <p className="message-role">{texts.roles[role] ?? role}</p>
              <p className="message-text">{content}</p>
            </div>
          ))}
        </details>
      )}
      {row.asked && row.message !== undefined && (
        <div className="message message-row">
          <p className="message-role">{texts.message}</p>
          <p className="message-text">{row.message}</p>
        </div>
      )}
      {!row.asked && <p className="empty">{texts.notAsked}</p>}
      {row.failure !== undefined && <p className="field-error">{row.failure}</p>}
    </>
  )
}

export const PreviewSection = ({ draft }: { readonly draft: Drafts.Draft }) => {
  const { f, t } = useTexts()
  const texts = t.preview
  const [at, setAt] = useState(0)
  const complete = draft.task !== undefined && Drafts.taskFaults(draft.task).length === 0
  const now = complete ? Drafts.previewOf(draft, rowsShown) : undefined
  const wanted = now === undefined ? undefined : JSON.stringify(now)
  const key = useSettled(wanted, 350)
  const { data, failure, loading } = useResource(
    wanted === undefined ? undefined : key,
    (signal) => Api.preview(JSON.parse(key ?? "{}"), signal),
    `preview ${draft.upload?.id ?? ""}`
  )
  const rows = data?.rows ?? []
  const index = Math.min(at, Math.max(0, rows.length - 1))
  const row = rows[index]
  const stale = loading || key !== wanted || wanted === undefined
  return (
    <section className="part part-preview" aria-labelledby="part-preview">
      <h2 id="part-preview" className="numbered">
        {texts.title}
      </h2>
      {draft.upload === undefined && <p className="empty">{t.make.noFileYet}</p>}
      {draft.upload !== undefined && failure !== undefined && <FailureNotice failure={failure} />}
      {draft.upload !== undefined && failure === undefined && data !== undefined && row !== undefined && (
        <div className={stale ? "preview preview-stale" : "preview"} aria-busy={stale}>
          <div className="preview-head">
            <p>
              <strong>{texts.row(f.number(row.row))}</strong> <span className="sub-inline">{texts.of(rows.length)}</span>
            </p>
            <div className="row">
              <Button onClick={() => setAt(index - 1)} disabled={index === 0}>
                {texts.previous}
              </Button>
              <Button onClick={() => setAt(index + 1)} disabled={index >= rows.length - 1}>
                {texts.next}
              </Button>
            </div>
          </div>
          <Messages preview={data} row={row} />
        </div>
      )}
      {draft.upload !== undefined && failure === undefined && data === undefined && complete && <Loading />}
      <p className="visually-hidden" role="status">
        {stale && data !== undefined ? texts.updating : ""}
      </p>
    </section>
  )
}

import { useEffect, useRef, useState } from "react"
import { type Failure, from, isAbort } from "../../api/Failure.js"
import { type ReadAs, sendFile } from "../../api/SendFile.js"
import type { Upload } from "../../api/Wire.js"
import * as Drafts from "../../job/Draft.js"
import { Button } from "../../parts/Button.js"
import { DropZone } from "../../parts/DropZone.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Field } from "../../parts/Field.js"
import * as PendingFile from "../../state/PendingFile.js"
import { useTexts } from "../../state/useTexts.js"
import { SampleTable } from "./SampleTable.js"

export interface SectionProps {
  readonly draft: Drafts.Draft
  readonly change: (change: (draft: Drafts.Draft) => Drafts.Draft) => void
}

type Encoding = NonNullable<ReadAs["encoding"]>

const encodings: ReadonlyArray<Encoding> = ["utf-8", "cp949", "utf-16le", "utf-16be"]

const delimiters = [
  [",", "comma"],
  ["\t", "tab"],
  [";", "semicolon"],
  ["|", "pipe"]
] as const

interface Sending {
  readonly name: string
  readonly share: number
}

const Reading = ({
  found,
  readAs,
  onChange
}: {
  readonly found: Upload | undefined
  readonly readAs: ReadAs
  readonly onChange: (readAs: ReadAs) => void
}) => {
  const { t } = useTexts()
  const names: Readonly<Record<string, string>> = t.make.encodings
  return (
    <>
      <Field label={t.make.encoding}>
        {(attributes) => (
          <select
            {...attributes}
            value={readAs.encoding ?? ""}
            onChange={({ target }) => onChange({ ...readAs, encoding: encodings.find((one) => one === target.value) })}
          >
            <option value="">
              {found === undefined || readAs.encoding !== undefined
                ? t.make.auto
                : t.make.detected(names[found.encoding] ?? found.encoding)}
            </option>
            {encodings.map((one) => (
              <option key={one} value={one}>
                {t.make.encodings[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t.make.delimiter}>
        {(attributes) => (
          <select
            {...attributes}
            value={readAs.delimiter ?? found?.delimiter ?? ""}
            onChange={({ target }) => onChange({ ...readAs, delimiter: target.value })}
          >
            {delimiters.map(([value, name]) => (
              <option key={name} value={value}>
                {t.make.delimiters[name]}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  )
}

export const FileSection = ({ change, draft }: SectionProps) => {
  const { f, t } = useTexts()
  const texts = t.make
  const [sending, setSending] = useState<Sending>()
  const [failure, setFailure] = useState<Failure>()
  const [file, setFile] = useState<File>()
  const stop = useRef<AbortController>(undefined)

  const send = (chosen: File, readAs: ReadAs): void => {
    stop.current?.abort()
    const mine = new AbortController()
    stop.current = mine
    setFile(chosen)
    setFailure(undefined)
    setSending({ name: chosen.name, share: 0 })
    sendFile(chosen, readAs, (share) => setSending({ name: chosen.name, share }), mine.signal).then(
      (upload) => {
        if (mine.signal.aborted) return
        setSending(undefined)
        change((before) => Drafts.withUpload(before, upload, readAs))
      },
      (thrown: unknown) => {
        if (mine.signal.aborted || isAbort(thrown)) return
        setSending(undefined)
        setFailure(from(thrown))
        change((before) => ({ ...before, readAs }))
      }
    )
  }

  // only what was left for this page when it opens.
  useEffect(() => {
    const left = PendingFile.take()
    if (left !== undefined) send(left, {})
    return () => stop.current?.abort()
  }, [])

  const { readAs, textColumn, upload } = draft
  const readAgain = (next: ReadAs): void => {
    if (file !== undefined) send(file, next)
    else change((before) => ({ ...before, readAs: next }))
  }
  const giveUp = (): void => {
    stop.current?.abort()
    setSending(undefined)
  }
  return (
    <section className="part part-file" aria-labelledby="part-file">
      <h2 id="part-file" className="numbered">
        {texts.file}
      </h2>
      {sending !== undefined && (
        <div className="sending" role="status">
          <p>{sending.share < 1 ? texts.uploading(sending.name) : texts.reading(sending.name)}</p>
          <progress max={1} value={sending.share < 1 ? sending.share : undefined} aria-label={texts.uploading(sending.name)} />
          <Button onClick={giveUp}>{texts.stopUpload}</Button>
        </div>
      )}
      {failure !== undefined && <FailureNotice failure={failure} urgent />}
      {sending === undefined && upload === undefined && (
        <>
          <DropZone onFile={(chosen) => send(chosen, readAs)} />
          {file !== undefined && (
            <div className="fields">
              <Reading found={undefined} readAs={readAs} onChange={readAgain} />
            </div>
          )}
        </>
      )}
      {sending === undefined && upload !== undefined && (
        <>
          <div className="file-head">
            <p>
              <strong>{upload.name}</strong>
              <span className="sub">{texts.rows(f.number(upload.rows), f.bytes(upload.bytes))}</span>
            </p>
            <Button kind="quiet" onClick={() => change((before) => ({ ...before, upload: undefined, readAs: {} }))}>
              {texts.otherFile}
            </Button>
          </div>
          <div className="fields">
            <Field label={texts.textColumn} hint={texts.textColumnHint} className="field-wide">
              {(attributes) => (
                <select
                  {...attributes}
                  value={textColumn}
                  onChange={({ target }) => change((before) => ({ ...before, textColumn: target.value }))}
                >
                  {upload.header.map((name) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            {file === undefined ? (
              <p className="hint">{texts.chooseAgain}</p>
            ) : (
              <Reading found={upload} readAs={readAs} onChange={readAgain} />
            )}
          </div>
          {upload.badRows > 0 && (
            <fieldset className="choices">
              <legend>{texts.badRows(f.number(upload.badRows))}</legend>
              {[true, false].map((skip) => (
                <label className="check" key={String(skip)}>
                  <input
                    type="radio"
                    name="bad-rows"
                    checked={draft.skipBadRows === skip}
                    onChange={() => change((before) => ({ ...before, skipBadRows: skip }))}
                  />
                  <span>{skip ? texts.badSkip : texts.badFail}</span>
                </label>
              ))}
            </fieldset>
          )}
          <SampleTable upload={upload} textColumn={textColumn} />
        </>
      )}
    </section>
  )
}

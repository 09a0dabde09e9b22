import { useState } from "react"
import * as Api from "../../api/Api.js"
import type { CsvForm, JobDetail, ManualMode } from "../../api/Wire.js"
import { Field } from "../../parts/Field.js"
import { useTexts } from "../../state/useTexts.js"

const modes: ReadonlyArray<ManualMode> = ["columns", "apply", "none"]

export const Downloads = ({ job }: { readonly job: JobDetail }) => {
  const { t } = useTexts()
  const texts = t.download
  const { badRecords = 0, emptyText = 0, tooLarge = 0 } = job.split ?? {}
  const anyFailed = job.failed + badRecords + emptyText + tooLarge > 0
  const [mode, setMode] = useState<ManualMode>("columns")
  const [spreadsheet, setSpreadsheet] = useState(false)
  const [provenance, setProvenance] = useState(false)
  const form: CsvForm = {
    ...(spreadsheet ? { bom: "true", safeCells: "true" } : {}),
    ...(provenance ? { provenance: "true" } : {})
  }
  return (
    <section className="job-part" aria-labelledby="part-download">
      <h2 id="part-download">{texts.title}</h2>
      {!job.downloadable && <p className="hint">{texts.interim}</p>}
      <div className="downloads">
        <div className="download">
          <a className="button button-primary" href={Api.labeledCsv(job.id, { ...form, manual: mode })} download>
            <span>{texts.labeled}</span>
          </a>
          <p className="hint">{texts.labeledHint}</p>
          <Field label={texts.manual}>
            {(attributes) => (
              <select
                {...attributes}
                value={mode}
                onChange={({ target }) => setMode(modes.find((one) => one === target.value) ?? "columns")}
              >
                {modes.map((one) => (
                  <option key={one} value={one}>
                    {texts.modes[one]}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        {anyFailed && (
          <div className="download">
            <a className="button button-plain" href={Api.failedCsv(job.id, form)} download>
              <span>{texts.failed}</span>
            </a>
            <p className="hint">{texts.failedHint}</p>
          </div>
        )}
      </div>
      <div className="download-form">
        <label className="check">
          <input type="checkbox" checked={spreadsheet} onChange={({ target }) => setSpreadsheet(target.checked)} />
          <span>
            {texts.spreadsheet}
            <span className="hint">{texts.spreadsheetHint}</span>
          </span>
        </label>
        <label className="check">
          <input type="checkbox" checked={provenance} onChange={({ target }) => setProvenance(target.checked)} />
          <span>
            {texts.provenance}
            <span className="hint">{texts.provenanceHint}</span>
          </span>
        </label>
      </div>
    </section>
  )
}

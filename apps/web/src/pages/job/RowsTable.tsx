import type { JobRow } from "../../api/Wire.js"
import { labelText } from "../../job/Distribution.js"
import { useTexts } from "../../state/useTexts.js"

interface Props {
  readonly rows: ReadonlyArray<JobRow>
  readonly busy: boolean
  /** The numbers of the selected rows; absent where rows cannot be selected. */
  readonly selected: ReadonlySet<number> | undefined
  readonly onSelect: (selected: ReadonlySet<number>) => void
  readonly onReview: (row: number) => void
}

const toggled = (selected: ReadonlySet<number>, rows: ReadonlyArray<number>, on: boolean): ReadonlySet<number> => {
  const next = new Set(selected)
  for (const row of rows) {
    if (on) next.add(row)
    else next.delete(row)
  }
  return next
}

const Outcome = ({ row }: { readonly row: JobRow }) => {
  const { t } = useTexts()
  if (row.outcome === "labeled" && row.label !== undefined) return <span className="row-label">{labelText(row.label)}</span>
  if (row.outcome === "pending") return <span className="muted-text">{t.rows.outcomes.pending}</span>
  return (
    <>
      <span className="row-reason">{row.reason === undefined ? t.rows.outcomes.failed : t.reason(row.reason)}</span>
      {row.detail !== undefined && (
        <span className="sub clamp" lang={t.detail(row.detail) === row.detail ? "en" : undefined}>
          {t.detail(row.detail)}
        </span>
      )}
    </>
  )
}

export const RowsTable = ({ busy, onReview, onSelect, rows, selected }: Props) => {
  const { f, t } = useTexts()
  const texts = t.rows
  const numbers = rows.map(({ row }) => row)
  const all = selected !== undefined && numbers.every((row) => selected.has(row))
  return (
    <table className="table table-stacked rows" aria-busy={busy}>
      <caption className="visually-hidden">{texts.caption}</caption>
      <thead>
        <tr>
          {selected !== undefined && (
            <th scope="col" className="cell-check">
              <input
                type="checkbox"
                aria-label={texts.selectPage}
                checked={all}
                onChange={({ target }) => onSelect(toggled(selected, numbers, target.checked))}
              />
            </th>
          )}
          <th scope="col" className="number">
            {texts.columns.row}
          </th>
          <th scope="col">{texts.columns.text}</th>
          <th scope="col">{texts.columns.outcome}</th>
          <th scope="col">{texts.columns.raw}</th>
          <th scope="col">{texts.columns.manual}</th>
          <th scope="col">
            <span className="visually-hidden">{texts.review}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.row}>
            {selected !== undefined && (
              <td className="cell-check">
                <input
                  type="checkbox"
                  aria-label={texts.selectRow(f.number(row.row))}
                  checked={selected.has(row.row)}
                  onChange={({ target }) => onSelect(toggled(selected, [row.row], target.checked))}
                />
              </td>
            )}
            <th scope="row" className="number" data-label={texts.columns.row}>
              {f.number(row.row)}
            </th>
            <td data-label={texts.columns.text} className="cell-text">
              <span className="clamp">{row.text === "" ? texts.noText : row.text}</span>
            </td>
            <td data-label={texts.columns.outcome}>
              <Outcome row={row} />
            </td>
            <td data-label={texts.columns.raw} className="cell-raw">
              <span className="clamp">{row.raw === undefined || row.raw === "" ? texts.noAnswer : row.raw}</span>
            </td>
            <td data-label={texts.columns.manual}>
              {row.manual === undefined ? (
                <span aria-hidden="true">–</span>
              ) : (
                <span className="row-manual">{labelText(row.manual)}</span>
              )}
            </td>
            <td className="cell-action">
              <button
                type="button"
                className="button button-quiet"
                aria-label={texts.reviewRow(f.number(row.row))}
                onClick={() => onReview(row.row)}
              >
                <span>{texts.review}</span>
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

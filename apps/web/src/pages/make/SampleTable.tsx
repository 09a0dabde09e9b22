import type { Upload } from "../../api/Wire.js"
import { Scroller } from "../../parts/Scroller.js"
import { useTexts } from "../../state/useTexts.js"

interface Props {
  readonly upload: Upload
  readonly textColumn: string
}

const rowsShown = 5

/** Columns with longer cells than this get room. */
const longCell = 20

/** The first rows as they were read, the text's column marked: whoever reads it sees whether the encoding is right. */
export const SampleTable = ({ textColumn, upload }: Props) => {
  const { f, t } = useTexts()
  const shown = upload.sample.slice(0, rowsShown)
  const classOf = (name: string, column: number): string | undefined => {
    if (name === textColumn) return "marked"
    return shown.some((cells) => (cells[column]?.length ?? 0) > longCell) ? "long" : undefined
  }
  const cut = (cell: string): string => (cell.length > 80 ? `${cell.slice(0, 80)}…` : cell)
  return (
    <details className="disclosure" open>
      <summary>{t.make.sample(shown.length)}</summary>
      <Scroller direction="x" label={t.make.sampleOf(shown.length, upload.name)}>
        <table className="table sample">
          <thead>
            <tr>
              <th scope="col" className="number">
                <span className="visually-hidden">{t.rows.columns.row}</span>
              </th>
              {upload.header.map((name, column) => (
                // columns do not move, and their names may repeat.
                <th scope="col" key={column} className={classOf(name, column)}>
                  {name === textColumn ? t.make.column(name) : name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((cells, row) => (
              // rows do not move.
              <tr key={row}>
                <th scope="row" className="number">
                  {f.number(row + 1)}
                </th>
                {upload.header.map((name, column) => (
                  // columns do not move.
                  <td key={column} className={classOf(name, column)}>
                    {cut(cells[column] ?? "")}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </details>
  )
}

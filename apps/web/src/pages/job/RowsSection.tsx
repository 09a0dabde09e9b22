import { useState } from "react"
import * as Api from "../../api/Api.js"
import type { FailureReason, JobDetail, JobRow, Outcome } from "../../api/Wire.js"
import { isOver } from "../../job/Progress.js"
import { Button } from "../../parts/Button.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Field } from "../../parts/Field.js"
import { Loading } from "../../parts/Loading.js"
import { Pager } from "../../parts/Pager.js"
import { usePages } from "../../state/usePages.js"
import { useResource } from "../../state/useResource.js"
import { useMayWrite } from "../../state/useSession.js"
import { useTexts } from "../../state/useTexts.js"
import { useThrottled } from "../../state/useThrottled.js"
import { RetryDialog } from "./RetryDialog.js"
import { ReviewDialog } from "./ReviewDialog.js"
import { RowsTable } from "./RowsTable.js"

type Filter = Outcome | "all"

const filters: ReadonlyArray<Filter> = ["failed", "labeled", "pending", "all"]

/** The closed list of core's `Outcome`. */
const reasons: ReadonlyArray<FailureReason> = [
  "invalid_answer",
  "refused",
  "truncated",
  "api_error",
  "infrastructure",
  "expired",
  "cancelled",
  "missing",
  "results_unreadable",
  "row_too_large",
  "empty_text",
  "bad_record",
  "budget"
]

const pageSize = 20

interface Props {
  readonly job: JobDetail
  readonly version: string
}

/** Rows a page at a time, however many there are: the server reads each from where the one before ended. */
export const RowsSection = ({ job, version }: Props) => {
  const { f, t } = useTexts()
  const texts = t.rows
  const mayWrite = useMayWrite()
  const [filter, setFilter] = useState<Filter>("failed")
  const [reason, setReason] = useState<FailureReason>()
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set())
  const [reviewed, setReviewed] = useState<number>()
  const [retrying, setRetrying] = useState<ReadonlyArray<number> | "all">()
  const pages = usePages()
  const settled = useThrottled(version, job.state === "open" ? 10_000 : 0)
  const query = {
    outcome: filter === "all" ? undefined : filter,
    reason: filter === "failed" ? reason : undefined,
    cursor: pages.cursor,
    limit: pageSize
  }
  const { data, failure, loading, reload, replace } = useResource(
    `${job.id} ${filter} ${query.reason ?? ""} ${pages.cursor ?? ""} ${settled}`,
    (signal) => Api.rows(job.id, query, signal),
    `${filter} ${query.reason ?? ""}`
  )
  const items = data?.items ?? []
  const next = data?.next
  const choose = (change: () => void): void => {
    change()
    pages.first()
    setSelected(new Set())
  }
  const changeRow = (row: JobRow): void =>
    replace((page) => ({ ...page, items: page.items.map((one) => (one.row === row.row ? row : one)) }))
  // Counted from the result files: what a later job has labelled is a failure no more.
  const counted = useResource(`${job.id} ${settled}`, (signal) => Api.distribution(job.id, signal), job.id)
  const failures = Object.entries(counted.data?.failures ?? job.failures)
  const mayRetry = mayWrite && isOver(job)
  const selectable = mayRetry && filter === "failed"
  const empty = data !== undefined && items.length === 0 && next === undefined && pages.index === 0
  return (
    <section className="job-part" aria-labelledby="part-rows">
      <h2 id="part-rows">{texts.title}</h2>
      <div className="rows-head">
        <fieldset className="segmented filter">
          <legend>{texts.outcome}</legend>
          {filters.map((one) => (
            <label key={one}>
              <input type="radio" name="outcome" checked={one === filter} onChange={() => choose(() => setFilter(one))} />
              <span>{texts.outcomes[one]}</span>
            </label>
          ))}
        </fieldset>
        {filter === "failed" && failures.length > 0 && (
          <Field label={texts.reason} className="field-inline">
            {(attributes) => (
              <select
                {...attributes}
                value={reason ?? ""}
                onChange={({ target }) => choose(() => setReason(reasons.find((one) => one === target.value)))}
              >
                <option value="">{texts.anyReason}</option>
                {failures.map(([name, count]) => (
                  <option key={name} value={name}>
                    {texts.reasonCount(t.reason(name), f.number(count))}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
      </div>
      {selectable && items.length > 0 && (
        <div className="selection">
          <p role="status">{selected.size > 0 ? texts.selected(f.number(selected.size)) : ""}</p>
          {selected.size > 0 ? (
            <>
              <Button kind="primary" onClick={() => setRetrying([...selected].sort((a, b) => a - b))}>
                {texts.relabelSelected(f.number(selected.size))}
              </Button>
              <Button kind="quiet" onClick={() => setSelected(new Set())}>
                {texts.clear}
              </Button>
            </>
          ) : (
            <Button onClick={() => setRetrying("all")}>{texts.relabelAll}</Button>
          )}
        </div>
      )}
      {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
      {data === undefined && failure === undefined && <Loading />}
      {empty && <p className="empty">{filter === "failed" ? texts.noFailures : texts.noRows}</p>}
      {items.length > 0 && (
        <RowsTable
          rows={items}
          busy={loading}
          selected={selectable ? selected : undefined}
          onSelect={setSelected}
          onReview={(row) => setReviewed(items.findIndex((one) => one.row === row))}
        />
      )}
      {data !== undefined && !empty && (pages.index > 0 || next !== undefined) && (
        <Pager
          from={pages.index * pageSize + (items.length === 0 ? 0 : 1)}
          to={pages.index * pageSize + items.length}
          total={data.total}
          onFirst={pages.index === 0 ? undefined : pages.first}
          onPrevious={pages.index === 0 ? undefined : pages.previous}
          onNext={next === undefined ? undefined : () => pages.next(next)}
        />
      )}
      {reviewed !== undefined && items[reviewed] !== undefined && (
        <ReviewDialog
          job={job}
          rows={items}
          at={reviewed}
          onMove={setReviewed}
          onChanged={changeRow}
          onClose={() => setReviewed(undefined)}
        />
      )}
      {retrying !== undefined && (
        <RetryDialog job={job} rows={retrying === "all" ? undefined : retrying} onClose={() => setRetrying(undefined)} />
      )}
    </section>
  )
}

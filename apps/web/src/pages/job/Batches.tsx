import { useState } from "react"
import type { JobBatch, JobDetail } from "../../api/Wire.js"
import { Meter } from "../../parts/Meter.js"
import { Pager } from "../../parts/Pager.js"
import { StatusWord } from "../../parts/StatusWord.js"
import { useTexts } from "../../state/useTexts.js"

const pageSize = 25

/** How many of a batch's requests were answered: as collected, or by the API's own count. */
const progressOf = ({
  counts,
  failed,
  labeled,
  requests,
  state
}: JobBatch): { readonly done: number; readonly failed: number } => {
  if (state === "collected") {
    const unlabeled = Object.values(failed ?? {}).reduce((sum, count) => sum + count, 0)
    return { done: Math.min(requests, (labeled ?? 0) + unlabeled), failed: unlabeled }
  }
  return { done: Math.min(requests, (counts?.completed ?? 0) + (counts?.failed ?? 0)), failed: counts?.failed ?? 0 }
}

const BatchLine = ({ batch, now }: { readonly batch: JobBatch; readonly now: number }) => {
  const { f, t } = useTexts()
  const { columns } = t.batches
  const { done, failed } = progressOf(batch)
  const notes = [
    ...(batch.round > 1 ? [t.batches.round(batch.round)] : []),
    ...(batch.attempt > 1 ? [t.batches.attempt(batch.attempt)] : [])
  ]
  return (
    <tr>
      <th scope="row" data-label={columns.shard}>
        {f.number(batch.shard)}
        {notes.length > 0 && <span className="sub">{notes.join(" · ")}</span>}
      </th>
      <td data-label={columns.status}>
        <StatusWord status={batch.state} />
        {batch.errors.map(({ code, message }) => (
          <span key={`${code} ${message}`} className="sub lines">
            {t.batches.error(code, message)}
          </span>
        ))}
      </td>
      <td data-label={columns.progress} className="cell-progress">
        <Meter
          label={`${t.history.shard(f.number(batch.shard))} ${columns.progress}`}
          value={done}
          max={batch.requests}
          failed={failed}
          text={f.percent(done, batch.requests)}
        />
        <span className="sub figures">{t.jobs.progress(f.number(done), f.number(batch.requests))}</span>
      </td>
      <td data-label={columns.cost} className="number">
        {batch.cost === undefined ? "–" : f.dollars(batch.cost)}
      </td>
      <td data-label={columns.expires} className="nowrap">
        {batch.expiresAt === undefined || batch.endedAt !== undefined ? "–" : f.moment(batch.expiresAt, now)}
      </td>
      <td data-label={columns.id}>{batch.batchId === undefined ? "–" : <code className="id">{batch.batchId}</code>}</td>
    </tr>
  )
}

interface Props {
  readonly job: JobDetail
  readonly now: number
}

export const Batches = ({ job, now }: Props) => {
  const { t } = useTexts()
  const texts = t.batches
  const [page, setPage] = useState(0)
  const pages = Math.max(1, Math.ceil(job.batches.length / pageSize))
  const index = Math.min(page, pages - 1)
  const shown = job.batches.slice(index * pageSize, (index + 1) * pageSize)
  return (
    <section className="job-part" aria-labelledby="part-batches">
      <h2 id="part-batches">{texts.title}</h2>
      {job.batches.length === 0 ? (
        <p className="empty">{texts.none}</p>
      ) : (
        <table className="table table-stacked">
          <caption className="visually-hidden">{texts.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{texts.columns.shard}</th>
              <th scope="col">{texts.columns.status}</th>
              <th scope="col">{texts.columns.progress}</th>
              <th scope="col" className="number">
                {texts.columns.cost}
              </th>
              <th scope="col">{texts.columns.expires}</th>
              <th scope="col">{texts.columns.id}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((batch) => (
              <BatchLine key={`${batch.shard}.${batch.attempt}`} batch={batch} now={now} />
            ))}
          </tbody>
        </table>
      )}
      {pages > 1 && (
        <Pager
          from={index * pageSize + 1}
          to={index * pageSize + shown.length}
          total={job.batches.length}
          onFirst={index === 0 ? undefined : () => setPage(0)}
          onPrevious={index === 0 ? undefined : () => setPage(index - 1)}
          onNext={index >= pages - 1 ? undefined : () => setPage(index + 1)}
        />
      )}
    </section>
  )
}

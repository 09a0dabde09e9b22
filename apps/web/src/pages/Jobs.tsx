import { useEffect, useState } from "react"
import * as Api from "../api/Api.js"
import type { JobState, JobSummary } from "../api/Wire.js"
import { doneOf, isActive } from "../job/Progress.js"
import { DropZone } from "../parts/DropZone.js"
import { FailureNotice } from "../parts/FailureNotice.js"
import { Heading } from "../parts/Heading.js"
import { Loading } from "../parts/Loading.js"
import { Meter } from "../parts/Meter.js"
import { Notice } from "../parts/Notice.js"
import { Pager } from "../parts/Pager.js"
import { StatusWord } from "../parts/StatusWord.js"
import * as Routes from "../Route.js"
import { goTo } from "../state/Navigation.js"
import * as PendingFile from "../state/PendingFile.js"
import { useNow, useVisible } from "../state/useBrowser.js"
import { usePages } from "../state/usePages.js"
import { useResource } from "../state/useResource.js"
import { useMayWrite } from "../state/useSession.js"
import { useTexts } from "../state/useTexts.js"

type Filter = Extract<JobState, "open" | "stopped" | "done" | "cancelled"> | "all"

const filters: ReadonlyArray<Filter> = ["all", "open", "stopped", "done", "cancelled"]

const pageSize = 25

const busyInterval = 4_000
const idleInterval = 30_000

const JobLine = ({ job, now }: { readonly job: JobSummary; readonly now: number }) => {
  const { f, t } = useTexts()
  const done = doneOf(job)
  const columns = t.jobs.columns
  return (
    <tr>
      <th scope="row" data-label={columns.job}>
        <a href={Routes.job(job.id)}>{job.title}</a>
        <span className="sub">
          {job.task} · {job.model}
          {job.rows === undefined ? "" : ` · ${t.jobs.rows(f.number(job.rows))}`}
        </span>
      </th>
      <td data-label={columns.status}>
        <StatusWord status={job.status} />
      </td>
      <td data-label={columns.progress} className="cell-progress">
        <Meter
          label={`${columns.progress}: ${job.title}`}
          value={done}
          max={job.requests}
          failed={job.failed}
          text={`${f.percent(done, job.requests)}, ${t.status(job.status)}`}
        />
        <span className="sub figures">{t.jobs.progress(f.number(done), f.number(job.requests))}</span>
      </td>
      <td data-label={columns.failed} className="number">
        {f.number(job.failed)}
      </td>
      <td data-label={columns.spent} className="number">
        {f.dollars(job.spent)}
      </td>
      <td data-label={columns.created} className="nowrap">
        <time dateTime={job.createdAt}>{f.moment(job.createdAt, now)}</time>
      </td>
    </tr>
  )
}

const Beginning = () => {
  const { t } = useTexts()
  return (
    <section className="beginning">
      <h2>{t.jobs.noneTitle}</h2>
      <p>{t.jobs.noneText}</p>
      <ol className="steps">
        {t.jobs.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  )
}

export const Jobs = () => {
  const { t } = useTexts()
  const mayWrite = useMayWrite()
  const visible = useVisible()
  const now = useNow(30_000)
  const pages = usePages()
  const [filter, setFilter] = useState<Filter>("all")
  const query = { state: filter === "all" ? undefined : filter, cursor: pages.cursor, limit: pageSize }
  const { data, failure, loading, reload } = useResource(
    `jobs ${filter} ${pages.cursor ?? ""}`,
    (signal) => Api.jobs(query, signal),
    filter
  )
  const busy = data?.items.some(isActive) === true
  useEffect(() => {
    if (!visible) return
    const timer = setInterval(reload, busy ? busyInterval : idleInterval)
    return () => clearInterval(timer)
  }, [visible, busy, reload])

  const items = data?.items ?? []
  const nothing = data !== undefined && items.length === 0 && pages.index === 0
  const next = data?.next
  return (
    <>
      <Heading title={`${t.jobs.title} · ${t.name}`}>{t.jobs.title}</Heading>
      {nothing && filter === "all" && <Beginning />}
      {mayWrite ? (
        <DropZone
          small={!nothing}
          onFile={(file) => {
            PendingFile.leave(file)
            goTo(Routes.newJob)
          }}
        />
      ) : (
        <Notice>{t.readOnly}</Notice>
      )}
      {failure !== undefined && (
        <FailureNotice failure={failure} title={data === undefined ? t.failure.heading : undefined} onRetry={reload} />
      )}
      {data === undefined && failure === undefined && loading && <Loading />}
      {(!nothing || filter !== "all") && data !== undefined && (
        <fieldset className="segmented filter">
          <legend>{t.jobs.filter}</legend>
          {filters.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="filter"
                checked={one === filter}
                onChange={() => {
                  setFilter(one)
                  pages.first()
                }}
              />
              <span>{t.jobs.filters[one]}</span>
            </label>
          ))}
        </fieldset>
      )}
      {nothing && filter !== "all" && <p className="empty">{t.jobs.noneFiltered}</p>}
      {items.length > 0 && (
        <table className="table table-stacked jobs">
          <caption className="visually-hidden">{t.jobs.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{t.jobs.columns.job}</th>
              <th scope="col">{t.jobs.columns.status}</th>
              <th scope="col">{t.jobs.columns.progress}</th>
              <th scope="col" className="number">
                {t.jobs.columns.failed}
              </th>
              <th scope="col" className="number">
                {t.jobs.columns.spent}
              </th>
              <th scope="col">{t.jobs.columns.created}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((job) => (
              <JobLine key={job.id} job={job} now={now} />
            ))}
          </tbody>
        </table>
      )}
      {(pages.index > 0 || next !== undefined) && (
        <Pager
          from={pages.index * pageSize + 1}
          to={pages.index * pageSize + items.length}
          total={undefined}
          onFirst={pages.index === 0 ? undefined : pages.first}
          onPrevious={pages.index === 0 ? undefined : pages.previous}
          onNext={next === undefined ? undefined : () => pages.next(next)}
        />
      )}
    </>
  )
}

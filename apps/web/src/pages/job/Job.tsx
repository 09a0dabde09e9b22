import { doneOf, isActive } from "../../job/Progress.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Heading } from "../../parts/Heading.js"
import { Loading } from "../../parts/Loading.js"
import * as Routes from "../../Route.js"
import { useNow } from "../../state/useBrowser.js"
import { useJobFeed } from "../../state/useJobFeed.js"
import { useTexts } from "../../state/useTexts.js"
import { Actions } from "./Actions.js"
import { Batches } from "./Batches.js"
import { DistributionSection } from "./DistributionSection.js"
import { Downloads } from "./Downloads.js"
import { FaultNotice } from "./FaultNotice.js"
import { Figures } from "./Figures.js"
import { HistorySection } from "./HistorySection.js"
import { Lead } from "./Lead.js"
import { ProgressSection } from "./ProgressSection.js"
import { RowsSection } from "./RowsSection.js"

export const Job = ({ id }: { readonly id: string }) => {
  const { f, t } = useTexts()
  const { connection, events, failure, job, retry, set } = useJobFeed(id)
  const now = useNow(job !== undefined && isActive(job) ? 5_000 : 60_000)
  if (job === undefined) {
    return (
      <>
        <p className="crumb">
          <a href={Routes.jobs}>{t.job.back}</a>
        </p>
        {failure === undefined && connection !== "reconnecting" && <Loading />}
        {failure === undefined && connection === "reconnecting" && <p className="empty">{t.job.connection.reconnecting}</p>}
        {failure?.status === 404 && (
          <>
            <Heading title={t.name}>{t.unknownPage.title}</Heading>
            <p className="empty">{t.job.gone}</p>
          </>
        )}
        {failure !== undefined && failure.status !== 404 && (
          <FailureNotice failure={failure} title={t.failure.heading} onRetry={retry} />
        )}
      </>
    )
  }
  const percent = f.percent(doneOf(job), job.requests)
  const tab = isActive(job) && job.requests > 0 ? `${percent} · ${job.title}` : `${job.title} · ${t.status(job.status)}`
  // What is counted from the result files changes when more of them are collected.
  const version = `${job.state} ${job.labeled} ${job.failed}`
  const divided = job.split !== undefined
  return (
    <article className="job">
      <p className="crumb">
        <a href={Routes.jobs}>{t.job.back}</a>
        {job.retryOf !== undefined && (
          <>
            {" · "}
            {t.job.retryOf}{" "}
            <a href={Routes.job(job.retryOf)} className="mono">
              {job.retryOf}
            </a>
          </>
        )}
        {job.retriedBy !== undefined && (
          <>
            {" · "}
            {t.job.retriedBy}{" "}
            <a href={Routes.job(job.retriedBy)} className="mono">
              {job.retriedBy}
            </a>
          </>
        )}
      </p>
      <header className="job-head">
        <Heading title={tab}>{job.title}</Heading>
        <p className="byline">
          {job.input.name} · {job.task} · {job.model} · <time dateTime={job.createdAt}>{f.full(job.createdAt)}</time>
        </p>
      </header>
      <Lead job={job} connection={connection} now={now} />
      {failure !== undefined && <FailureNotice failure={failure} onRetry={retry} />}
      {job.fault !== undefined && <FaultNotice job={job} onJob={set} />}
      <Actions job={job} onJob={set} />
      <ProgressSection job={job} now={now} />
      <Figures job={job} />
      {divided && (
        <>
          <DistributionSection job={job} version={version} />
          <Downloads job={job} />
          <RowsSection job={job} version={version} />
        </>
      )}
      <Batches job={job} now={now} />
      <HistorySection events={events} now={now} />
    </article>
  )
}

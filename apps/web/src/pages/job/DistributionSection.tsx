import { lazy, Suspense } from "react"
import * as Api from "../../api/Api.js"
import type { Distribution, JobDetail } from "../../api/Wire.js"
import { charted, mostBars, sharesOf } from "../../job/Distribution.js"
import type { Datum } from "../../parts/BarChart.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Loading } from "../../parts/Loading.js"
import { Scroller } from "../../parts/Scroller.js"
import { useResource } from "../../state/useResource.js"
import { useTexts } from "../../state/useTexts.js"
import { useThrottled } from "../../state/useThrottled.js"

// The chart library is only fetched where there is a chart.
const BarChart = lazy(() => import("../../parts/BarChart.js").then(({ BarChart }) => ({ default: BarChart })))

const Table = ({ distribution }: { readonly distribution: Distribution }) => {
  const { f, t } = useTexts()
  const texts = t.distribution
  const shares = sharesOf(distribution)
  const { failed, pending, rows } = distribution
  const anyManual = shares.some(({ manual }) => manual > 0)
  const line = (key: string, name: string, count: number, manual: number | undefined) => (
    <tr key={key}>
      <th scope="row">{name}</th>
      <td className="number">{f.number(count)}</td>
      <td className="number">{f.percent(count, rows)}</td>
      {anyManual && <td className="number">{manual === undefined ? "" : f.number(manual)}</td>}
    </tr>
  )
  return (
    <table className="table">
      <caption className="visually-hidden">{texts.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.columns.label}</th>
          <th scope="col" className="number">
            {texts.columns.count}
          </th>
          <th scope="col" className="number">
            {texts.columns.share}
          </th>
          {anyManual && (
            <th scope="col" className="number">
              {texts.columns.manual}
            </th>
          )}
        </tr>
      </thead>
      <tbody>{shares.map(({ count, key, manual, name }) => line(key, name, count, manual))}</tbody>
      <tbody className="muted">
        {failed > 0 && line("failed", texts.failed, failed, undefined)}
        {pending > 0 && line("pending", texts.pending, pending, undefined)}
      </tbody>
    </table>
  )
}

interface Props {
  readonly job: JobDetail
  readonly version: string
}

export const DistributionSection = ({ job, version }: Props) => {
  const { f, t } = useTexts()
  const texts = t.distribution
  // The server counts from whole files: often enough, and at once at the end.
  const settled = useThrottled(version, job.state === "open" ? 10_000 : 0)
  const { data, failure, reload } = useResource(`${job.id} ${settled}`, (signal) => Api.distribution(job.id, signal), job.id)
  const shown = charted(data === undefined ? [] : sharesOf(data))
  const rest = shown.rest.reduce((sum, { count }) => sum + count, 0)
  const rows = data?.rows ?? 0
  const bar = (key: string, name: string, count: number, tone: Datum["tone"]): Datum => ({
    key,
    name,
    count,
    tone,
    note: texts.bar(f.number(count), f.percent(count, rows))
  })
  const bars = [
    ...shown.bars.map(({ count, key, name }) => bar(key, name, count, "label")),
    ...(data !== undefined && data.failed > 0 ? [bar("failed", texts.failed, data.failed, "failed")] : [])
  ]
  return (
    <section className="job-part" aria-labelledby="part-distribution">
      <h2 id="part-distribution">{texts.title}</h2>
      {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
      {data === undefined && failure === undefined && <Loading />}
      {data !== undefined && data.labeled === 0 && <p className="empty">{texts.none}</p>}
      {data !== undefined && data.labeled > 0 && (
        <>
          {!data.final && <p className="hint">{texts.interim}</p>}
          <div className="distribution">
            <div>
              <Suspense fallback={<Loading />}>
                <BarChart data={bars} description={texts.chart} format={f.compact} />
              </Suspense>
              {shown.rest.length > 0 && (
                <p className="hint">
                  {texts.others(f.number(shown.rest.length))}: {texts.bar(f.number(rest), f.percent(rest, rows))}
                </p>
              )}
            </div>
            <div>
              {data.labels.length > mostBars ? (
                <Scroller direction="y" label={texts.caption}>
                  <Table distribution={data} />
                </Scroller>
              ) : (
                <Table distribution={data} />
              )}
              <p className="hint">{texts.ofAll}</p>
            </div>
          </div>
        </>
      )}
    </section>
  )
}

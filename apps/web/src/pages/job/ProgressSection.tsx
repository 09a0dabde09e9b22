import type { JobDetail } from "../../api/Wire.js"
import { doneOf, type Segment, segments } from "../../job/Progress.js"
import { useTexts } from "../../state/useTexts.js"

type Part = "labeled" | "failed" | "answered" | "running" | "waiting"

const parts: ReadonlyArray<Part> = ["labeled", "failed", "answered", "running", "waiting"]

const share = (part: number, whole: number): string => `${whole === 0 ? 0 : (part / whole) * 100}%`

const SegmentBar = ({ segment, total }: { readonly segment: Segment; readonly total: number }) => {
  const { f, t } = useTexts()
  const done = segment.labeled + segment.failed + segment.answered
  const title =
    segment.shard === undefined
      ? `${t.job.legend.waiting}: ${f.number(segment.requests)}`
      : t.job.segment(segment.shard, t.status(segment.state), f.number(done), f.number(segment.requests))
  return (
    <div className="segment" style={{ width: share(segment.requests, total) }} title={title}>
      {parts.map((part) => (
        <span key={part} className={`fill fill-${part}`} style={{ width: share(segment[part], segment.requests) }} />
      ))}
    </div>
  )
}

interface Props {
  readonly job: JobDetail
  readonly now: number
}

/** One bar for the job, cut at its shards; the same in words below it, and for screen readers as one progress bar. */
export const ProgressSection = ({ job, now }: Props) => {
  const { f, t } = useTexts()
  const texts = t.job
  const bars = segments(job)
  const done = doneOf(job)
  const percent = f.percent(done, job.requests)
  const total = (part: Part): number => bars.reduce((all, segment) => all + segment[part], 0)
  const until = (time: string | undefined) => (time === undefined ? "" : `, ${texts.waitUntil(f.moment(time, now))}`)
  if (job.split === undefined) return null
  return (
    <section className="job-part" aria-labelledby="part-progress">
      <h2 id="part-progress">{texts.progress}</h2>
      {job.requests > 0 && (
        <>
          <div
            className="shards"
            role="progressbar"
            aria-labelledby="part-progress"
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.floor((done / job.requests) * 100)}
            aria-valuetext={texts.progressValue(percent, t.status(job.status))}
          >
            {bars.map((segment) => (
              <SegmentBar key={segment.key} segment={segment} total={job.requests} />
            ))}
          </div>
          <ul className="legend">
            <li className="legend-percent figures">{percent}</li>
            {parts.map((part) => {
              const count = total(part)
              return count === 0 ? null : (
                <li key={part}>
                  <span className={`swatch fill-${part}`} aria-hidden="true" />
                  {texts.legend[part]} <span className="figures">{f.number(count)}</span>
                </li>
              )
            })}
          </ul>
        </>
      )}
      <SplitLine split={job.split} />
      {job.waits.length > 0 && (
        <ul className="waits" aria-label={texts.waits}>
          {job.waits.slice(0, 5).map((wait) => (
            <li key={wait.shard}>
              {texts.wait(f.number(wait.shard), wait.reason)}{" "}
              <span className="sub-inline">
                ({texts.waitSince(f.moment(wait.since, now))}
                {until(wait.until)})
              </span>
            </li>
          ))}
          {job.waits.length > 5 && <li className="sub-inline">+ {f.number(job.waits.length - 5)}</li>}
        </ul>
      )}
    </section>
  )
}

/** What became requests, and what did not. */
const SplitLine = ({ split }: { readonly split: NonNullable<JobDetail["split"]> }) => {
  const { f, t } = useTexts()
  const texts = t.job
  const others: ReadonlyArray<readonly [number, (count: string) => string]> = [
    [split.duplicates, texts.splitDuplicates],
    [split.known, texts.splitKnown],
    [split.emptyText, texts.splitEmpty],
    [split.badRecords, texts.splitBad],
    [split.tooLarge, texts.splitLarge],
    [split.unsampled, texts.splitUnsampled]
  ]
  const said = others.filter(([count]) => count > 0).map(([count, say]) => say(f.number(count)))
  return <p className="sub">{[texts.split(f.number(split.rows), f.number(split.requests)), ...said].join(" · ")}</p>
}

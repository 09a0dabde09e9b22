import type { Connection } from "../../api/Follow.js"
import type { JobDetail } from "../../api/Wire.js"
import { eta } from "../../job/Eta.js"
import { isActive } from "../../job/Progress.js"
import { leadOf } from "../../job/Sentence.js"
import { StatusWord } from "../../parts/StatusWord.js"
import { useOnline } from "../../state/useBrowser.js"
import { useTexts } from "../../state/useTexts.js"

interface Props {
  readonly job: JobDetail
  readonly connection: Connection
  readonly now: number
}

export const Lead = ({ connection, job, now }: Props) => {
  const { f, t } = useTexts()
  const online = useOnline()
  const { about, latest } = eta(job, now)
  return (
    <div className="lead">
      <p className="lead-status" role="status">
        <StatusWord status={job.status} />
      </p>
      <p className="lead-text">
        {leadOf(job, t, f)}
        {about !== undefined && ` ${t.job.about(f.moment(about, now), f.duration(about - now))}`}
        {latest !== undefined && ` ${t.job.latest(f.moment(latest, now))}`}
      </p>
      {isActive(job) && (
        <p className={`connection connection-${online ? connection : "reconnecting"}`} role="status">
          {online ? t.job.connection[connection] : t.offline}
          {online && connection === "live" && job.nextLookAt !== undefined && Date.parse(job.nextLookAt) > now + 10_000 && (
            <span className="sub-inline"> · {t.job.nextLook(f.moment(job.nextLookAt, now))}</span>
          )}
        </p>
      )}
    </div>
  )
}

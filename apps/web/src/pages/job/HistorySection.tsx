import { useState } from "react"
import type { JobEvent } from "../../api/Wire.js"
import { entryOf } from "../../job/History.js"
import { Button } from "../../parts/Button.js"
import { useTexts } from "../../state/useTexts.js"

const step = 10

interface Props {
  readonly events: ReadonlyArray<JobEvent>
  readonly now: number
}

export const HistorySection = ({ events, now }: Props) => {
  const { f, t } = useTexts()
  const [shown, setShown] = useState(step)
  return (
    <section className="job-part" aria-labelledby="part-history">
      <h2 id="part-history">{t.history.title}</h2>
      {events.length === 0 && <p className="empty">{t.history.none}</p>}
      <ol className="history" reversed>
        {events.slice(0, shown).map((event) => {
          const { details, text } = entryOf(event, t, f)
          return (
            <li key={event.seq}>
              <time dateTime={event.at}>{f.moment(event.at, now)}</time>
              <span>
                {text}
                {details.length > 0 && <span className="sub">{details.join(" · ")}</span>}
              </span>
            </li>
          )
        })}
      </ol>
      {events.length > shown && (
        <Button kind="quiet" onClick={() => setShown(shown + 5 * step)}>
          {t.more}
        </Button>
      )}
    </section>
  )
}

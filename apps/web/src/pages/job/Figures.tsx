import type { ReactNode } from "react"
import type { JobDetail } from "../../api/Wire.js"
import { useTexts } from "../../state/useTexts.js"
import { isZero } from "../../text/Money.js"

interface FigureProps {
  readonly name: string
  readonly value: string
  readonly children?: ReactNode
}

const Figure = ({ children, name, value }: FigureProps) => (
  <div>
    <dt>{name}</dt>
    <dd>
      <span className="figure">{value}</span>
      {children !== undefined && <span className="sub">{children}</span>}
    </dd>
  </div>
)

export const Figures = ({ job }: { readonly job: JobDetail }) => {
  const { f, t } = useTexts()
  const texts = t.job.figures
  const money = [
    ...(isZero(job.reserved) ? [] : [texts.reserved(f.dollars(job.reserved))]),
    ...(job.maxCost === undefined ? [] : [texts.cap(f.dollars(job.maxCost))])
  ].join(" · ")
  return (
    <section aria-label={texts.label}>
      <dl className="figures-row">
        <Figure name={texts.labeled} value={f.number(job.labeled)} />
        <Figure name={texts.failed} value={f.number(job.failed)} />
        <Figure name={texts.open} value={f.number(job.open)} />
        <Figure name={texts.inFlight} value={f.compact(job.tokensInFlight)} />
        <Figure name={texts.spent} value={f.dollars(job.spent)}>
          {money === "" ? undefined : money}
        </Figure>
        <Figure name={texts.usage} value={f.compact(job.usage.input + job.usage.output)}>
          {texts.usageDetail(f.compact(job.usage.input), f.compact(job.usage.output))}
          {job.usage.cached > 0 && ` · ${texts.cached(f.compact(job.usage.cached))}`}
        </Figure>
      </dl>
    </section>
  )
}

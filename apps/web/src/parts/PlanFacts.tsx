import type { SpendPlan } from "../api/Wire.js"
import { useTexts } from "../state/useTexts.js"
import { Month } from "./Month.js"
import { Notice } from "./Notice.js"

interface Props {
  readonly plan: SpendPlan
  /** A cap that is being typed in place of the plan's. */
  readonly cap?: string | undefined
}

/** What an action would spend: how many rows, how much, under which cap and limit. */
export const PlanFacts = ({ cap, plan }: Props) => {
  const { f, t } = useTexts()
  const texts = t.plan
  const { cost, rows } = plan
  const held = cap === undefined || cap === "" ? plan.maxCost : cap
  return (
    <>
      <dl className="facts plan">
        <div>
          <dt>{texts.requests}</dt>
          <dd>
            {f.number(rows.requests)}
            {rows.duplicates > 0 && <span className="sub">{t.estimate.duplicates(f.number(rows.duplicates))}</span>}
            {rows.known > 0 && <span className="sub">{t.estimate.known(f.number(rows.known))}</span>}
            {rows.skipped > 0 && <span className="sub">{texts.skipped(f.number(rows.skipped))}</span>}
            {rows.byPerson > 0 && <span className="sub">{texts.byPerson(f.number(rows.byPerson))}</span>}
          </dd>
        </div>
        <div>
          <dt>{t.estimate.cost}</dt>
          <dd>
            {cost === undefined ? texts.unknown : f.dollars(cost.mid)}
            {cost !== undefined && cost.low !== cost.high && (
              <span className="sub">{t.estimate.range(f.dollars(cost.low), f.dollars(cost.high))}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>{texts.cap}</dt>
          <dd>
            {held === undefined ? texts.noCap : f.dollars(held)}
            <span className="sub">{texts.spent(f.dollars(plan.spent))}</span>
          </dd>
        </div>
        <div>
          <dt>{texts.month}</dt>
          <dd>
            <Month month={plan.month} />
          </dd>
        </div>
      </dl>
      {plan.renamed?.map(({ column, kept }) => (
        <Notice kind="warning" key={column}>
          {texts.renamed(column, kept)}
        </Notice>
      ))}
      {cost === undefined && <Notice kind="warning">{t.estimate.noPrice}</Notice>}
    </>
  )
}

import type { Spending } from "../api/Wire.js"
import { useTexts } from "../state/useTexts.js"
import { sum } from "../text/Money.js"

/** What was spent this month, what of it is only reserved, the limit, and when it begins anew. */
export const Month = ({ month }: { readonly month: Spending }) => {
  const { f, t } = useTexts()
  const texts = t.plan
  const used = f.dollars(sum(month.spent, month.reserved))
  return (
    <>
      {month.limit === undefined ? texts.monthFree(used) : texts.monthOf(used, f.dollars(month.limit))}
      {month.token?.limit !== undefined && (
        <span className="sub">
          {texts.tokenOf(f.dollars(sum(month.token.spent, month.token.reserved)), f.dollars(month.token.limit))}
        </span>
      )}
      {month.server?.limit !== undefined && (
        <span className="sub">
          {texts.serverOf(f.dollars(sum(month.server.spent, month.server.reserved)), f.dollars(month.server.limit))}
        </span>
      )}
      <span className="sub">{texts.resets(f.day(month.resetsAt))}</span>
    </>
  )
}

import { useRef } from "react"
import * as Api from "../../api/Api.js"
import { from } from "../../api/Failure.js"
import type { Estimate } from "../../api/Wire.js"
import * as Drafts from "../../job/Draft.js"
import { Button } from "../../parts/Button.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Field } from "../../parts/Field.js"
import { Loading } from "../../parts/Loading.js"
import { Month } from "../../parts/Month.js"
import { Notice } from "../../parts/Notice.js"
import * as Routes from "../../Route.js"
import { goTo } from "../../state/Navigation.js"
import { useAction } from "../../state/useAction.js"
import { useSettled } from "../../state/useBrowser.js"
import { useResource } from "../../state/useResource.js"
import { useTexts } from "../../state/useTexts.js"
import { isCap } from "../../text/Money.js"
import type { SectionProps } from "./FileSection.js"

/** Also where the page is not loaded over https, where `crypto.randomUUID` does not exist. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")

const EstimateTable = ({ estimate }: { readonly estimate: Estimate }) => {
  const { f, lang, t } = useTexts()
  const texts = t.estimate
  const { cost, hours, rows } = estimate
  const tokens = ({ high, low, mid }: Estimate["input"]): string =>
    low === high ? f.compact(mid) : texts.range(f.compact(low), f.compact(high))
  return (
    <>
      {cost === undefined ? (
        <Notice kind="warning">{texts.noPrice}</Notice>
      ) : (
        <p className="headline-figure">
          <span className="small-label">{texts.cost}</span>
          <strong>{f.dollars(cost.batch.mid)}</strong>
          <span className="sub">{texts.range(f.dollars(cost.batch.low), f.dollars(cost.batch.high))}</span>
          {cost.saving !== undefined && <span className="sub">{texts.saving(f.dollars(cost.saving))}</span>}
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>{texts.time}</dt>
          <dd>
            {texts.hours(f.hours(hours.low), f.hours(hours.high))}
            <span className="sub">{texts.bound(f.hours(hours.bound))}</span>
          </dd>
        </div>
        <div>
          <dt>{texts.requests}</dt>
          <dd>
            {f.number(rows.requests)}
            <span className="sub">{texts.batches(f.number(estimate.batches))}</span>
            {rows.duplicates > 0 && <span className="sub">{texts.duplicates(f.number(rows.duplicates))}</span>}
            {rows.known > 0 && <span className="sub">{texts.known(f.number(rows.known))}</span>}
            {rows.skipped > 0 && <span className="sub">{texts.skipped(f.number(rows.skipped))}</span>}
          </dd>
        </div>
        <div>
          <dt>{texts.input}</dt>
          <dd>{tokens(estimate.input)}</dd>
        </div>
        <div>
          <dt>{texts.output}</dt>
          <dd>{tokens(estimate.output)}</dd>
        </div>
      </dl>
      {estimate.sampled !== undefined && <p className="hint">{texts.sampled(f.number(estimate.sampled))}</p>}
      {estimate.reasons.length > 0 && (
        <ul className="reasons">
          {estimate.reasons.map(({ code, texts: said }) => (
            <li key={`${code} ${said.en}`} className="lines">
              {said[lang]}
            </li>
          ))}
        </ul>
      )}
      {estimate.warnings.map(({ code, texts: said }) => (
        <Notice kind="warning" key={`${code} ${said.en}`}>
          <p className="lines">{said[lang]}</p>
        </Notice>
      ))}
    </>
  )
}

interface Props extends SectionProps {
  readonly onMade: () => void
}

export const EstimateSection = ({ change, draft, onMade }: Props) => {
  const { f, t } = useTexts()
  const texts = t.estimate
  const complete = draft.task !== undefined && Drafts.taskFaults(draft.task).length === 0
  const now = complete ? Drafts.estimateOf(draft) : undefined
  const wanted = now === undefined ? undefined : JSON.stringify(now)
  const key = useSettled(wanted, 700)
  const { data, failure, loading, reload } = useResource(
    wanted === undefined ? undefined : key,
    (signal) => Api.estimate(JSON.parse(key ?? "{}"), signal),
    `estimate ${draft.upload?.id ?? ""}`
  )
  const stale = wanted !== undefined && (loading || key !== wanted)
  // One key for one job: a start that is tried again after a lost answer finds the job of the first try.
  const idempotency = useRef({ job: "", key: "" })
  const job = Drafts.jobOf(draft)
  const {
    busy,
    failure: refused,
    run
  } = useAction(async () => {
    if (job === undefined) return
    const text = JSON.stringify(job)
    if (idempotency.current.job !== text) idempotency.current = { job: text, key: newKey() }
    const expect = data?.digest
    try {
      const made = await Api.createJob(expect === undefined ? job : { ...job, expect }, idempotency.current.key)
      onMade()
      goTo(Routes.job(made.id))
    } catch (thrown) {
      // What would be sent has changed since it was shown: it is shown anew.
      if (from(thrown).code === "BL7094") reload()
      throw thrown
    }
  })
  const month = useResource("spending", Api.spending).data
  const ready = complete && job !== undefined && data !== undefined && !stale && failure === undefined
  const capWrong = draft.maxCost !== "" && !isCap(draft.maxCost)
  const cost = data?.cost?.batch.mid
  return (
    <section className="part part-estimate" aria-labelledby="part-estimate">
      <h2 id="part-estimate" className="numbered">
        {t.make.start}
      </h2>
      {wanted === undefined && <p className="empty">{texts.waiting}</p>}
      {wanted !== undefined && failure !== undefined && <FailureNotice failure={failure} />}
      {wanted !== undefined && failure === undefined && data === undefined && <Loading />}
      {wanted !== undefined && failure === undefined && data !== undefined && (
        <div className={stale ? "estimate estimate-stale" : "estimate"} aria-busy={stale}>
          <EstimateTable estimate={data} />
        </div>
      )}
      <p className="visually-hidden" role="status">
        {stale && data !== undefined ? texts.updating : ""}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        {month !== undefined && (
          <p className="hint">
            {t.plan.month}: <Month month={month} />
          </p>
        )}
        <Field label={texts.jobTitle}>
          {(attributes) => (
            <input
              {...attributes}
              maxLength={200}
              value={draft.title}
              onChange={({ target }) => change((before) => ({ ...before, title: target.value }))}
            />
          )}
        </Field>
        <Field label={texts.cap} hint={texts.capHint} error={capWrong ? texts.capWrong : undefined}>
          {(attributes) => (
            <input
              {...attributes}
              className="short"
              inputMode="decimal"
              autoComplete="off"
              value={draft.maxCost}
              onChange={({ target }) => change((before) => ({ ...before, maxCost: target.value.trim() }))}
            />
          )}
        </Field>
        <details className="disclosure">
          <summary>{texts.more}</summary>
          <Field label={texts.attempts} hint={texts.attemptsHint}>
            {(attributes) => (
              <select
                {...attributes}
                className="short"
                value={draft.attempts}
                onChange={({ target }) => change((before) => ({ ...before, attempts: Number(target.value) }))}
              >
                {[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((count) => (
                  <option key={count} value={count}>
                    {count}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <label className="check">
            <input
              type="checkbox"
              checked={draft.useCache}
              onChange={({ target }) => change((before) => ({ ...before, useCache: target.checked }))}
            />
            <span>
              {texts.cache}
              <span className="hint">{texts.cacheHint}</span>
            </span>
          </label>
        </details>
        {Drafts.awaitsMending(draft) && <p className="field-error">{t.make.badFail}</p>}
        {refused !== undefined && <FailureNotice failure={refused} urgent />}
        <Button kind="primary" type="submit" className="button-large" busy={busy} disabled={!ready}>
          {busy ? texts.starting : cost === undefined ? texts.start : texts.startCost(f.dollars(cost))}
        </Button>
      </form>
    </section>
  )
}

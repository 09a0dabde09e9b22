/** Spending, as lines and as an object. */
import * as SpendingReport from "@batchlabel/cost/SpendingReport"
import type { Spending } from "@batchlabel/labeling/Spending"
import * as Format from "./Format.js"
import type { Service } from "./Screen.js"

type Lines = ReadonlyArray<string>

/** What was forecast against what was spent. */
export const comparison = ({ comparison: compared }: Spending, { texts }: Service): Lines => {
  const cost = compared?.cost
  if (cost === undefined || compared?.share === 0) return []
  return [texts.cost.estimated(Format.range(cost.forecast, Format.amount, texts), Format.money(cost.actual), cost.inside)]
}

const amountOf = (cost: bigint | undefined, { texts }: Service): string =>
  cost === undefined ? texts.cost.unknown : Format.money(cost)

/** A job's spending by model and batch. */
export const ofJob = (spending: Spending, screen: Service): Lines => {
  const { cost: said } = screen.texts
  const { entries, job, total } = spending
  const models = [...SpendingReport.totalsBy(entries, ({ model }) => model)]
  return [
    said.heading(job.id),
    ...models.flatMap(([model, sum]) => [
      said.byModel(
        model,
        sum.requests,
        Format.grouped(sum.usage.input),
        Format.grouped(sum.usage.output),
        amountOf(sum.unpriced === sum.entries ? undefined : sum.cost, screen)
      ),
      ...(entries.length < 2
        ? []
        : entries
            .filter((entry) => entry.model === model)
            .map((entry) =>
              said.byShard(
                entry.shard ?? 0,
                entry.requests,
                Format.grouped(entry.usage.input),
                Format.grouped(entry.usage.output),
                amountOf(entry.cost, screen)
              )
            ))
    ]),
    ...(entries.length === 0 ? [said.none] : [said.total(Format.money(total.cost), total.unpriced)]),
    ...comparison(spending, screen)
  ]
}

const dollarsOf = (amount: bigint | undefined): string | null => (amount === undefined ? null : Format.dollars(amount))

const sumJson = ({ cost, entries, requests, unpriced, usage }: SpendingReport.Sum) => ({
  cost: unpriced === entries && entries > 0 ? null : Format.dollars(cost),
  unpriced,
  requests,
  usage
})

/** The same for machines; money in decimal dollars. */
export const json = ({ comparison: compared, entries, job, total }: Spending): Record<string, unknown> => ({
  job: job.id,
  total: sumJson(total),
  byModel: Object.fromEntries(
    [...SpendingReport.totalsBy(entries, ({ model }) => model)].map(([model, sum]) => [model, sumJson(sum)])
  ),
  byShard: entries.map(({ cost, model, requests, shard, usage }) => ({
    shard: shard ?? null,
    model,
    requests,
    usage,
    cost: dollarsOf(cost)
  })),
  ...(compared === undefined
    ? {}
    : {
        estimate: {
          share: compared.share,
          input: compared.input,
          output: compared.output,
          ...(compared.cost === undefined
            ? {}
            : {
                cost: {
                  low: Format.dollars(compared.cost.forecast.low),
                  mid: Format.dollars(compared.cost.forecast.mid),
                  high: Format.dollars(compared.cost.forecast.high),
                  actual: Format.dollars(compared.cost.actual),
                  inside: compared.cost.inside
                }
              })
        }
      })
})

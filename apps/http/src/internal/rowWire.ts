/** Rows of a result → rows as the wire shows them. */
import type * as Wire from "@batchlabel/http-api/Row"
import type * as ResultRows from "@batchlabel/labeling/ResultRows"

const manual = ({ at, by, name, value }: ResultRows.GivenLabel): Wire.ManualLabel => ({ value, name, by, at: at ?? 0 })

export const row = ({ label, person, ...rest }: ResultRows.Row): Wire.Row => ({
  ...rest,
  ...(label === undefined ? {} : { label: { value: label.value, name: label.name } }),
  ...(person === undefined ? {} : { manual: manual(person) })
})

export const distribution = ({ labels, ...counts }: ResultRows.Counts): Wire.Distribution => ({
  ...counts,
  labels: labels.map(({ model, name, person, value }) => ({ value, name, count: model, manual: person }))
})

/** The distribution as a chart and a table show it. */
import type { Distribution, LabelValue } from "../api/Wire.js"

export interface Share {
  readonly key: string
  readonly value: LabelValue | undefined
  readonly name: string
  readonly count: number
  readonly manual: number
}

/** A label's name with its value before it, unless the name is the value. */
export const labelText = ({ name, value }: { readonly name: string; readonly value: LabelValue }): string =>
  name === "" || name === String(value) ? String(value) : `${value} · ${name}`

export const sharesOf = ({ labels }: Distribution): ReadonlyArray<Share> =>
  labels.map(({ count, manual, name, value }) => ({
    key: `${typeof value} ${value}`,
    value,
    name: labelText({ name, value }),
    count,
    manual
  }))

/** So many bars can be read. */
export const mostBars = 20

/** What the chart draws, and what is only told: in the task's order where all labels have room, else the commonest. */
export const charted = (
  shares: ReadonlyArray<Share>
): { readonly bars: ReadonlyArray<Share>; readonly rest: ReadonlyArray<Share> } => {
  if (shares.length <= mostBars) return { bars: shares, rest: [] }
  const sorted = [...shares].sort((a, b) => b.count - a.count)
  return { bars: sorted.slice(0, mostBars), rest: sorted.slice(mostBars) }
}

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

/**
 * What the chart draws: in the task's order where all have room, else the commonest and the rest as one (named by `others`).
 */
export const chartShares = (shares: ReadonlyArray<Share>, others: (count: number) => string): ReadonlyArray<Share> => {
  if (shares.length <= mostBars) return shares
  const sorted = [...shares].sort((a, b) => b.count - a.count)
  const shown = sorted.slice(0, mostBars - 1)
  const rest = sorted.slice(mostBars - 1)
  const sum = (of: (share: Share) => number): number => rest.reduce((total, share) => total + of(share), 0)
  return [
    ...shown,
    {
      key: "others",
      value: undefined,
      name: others(rest.length),
      count: sum(({ count }) => count),
      manual: sum(({ manual }) => manual)
    }
  ]
}

import { AxisBottom } from "@visx/axis"
import { Group } from "@visx/group"
import { scaleBand, scaleLinear } from "@visx/scale"
import { Bar } from "@visx/shape"
import { useWidth } from "../state/useBrowser.js"

export interface Datum {
  readonly key: string
  readonly name: string
  readonly count: number
  readonly note: string
  readonly tone: "label" | "failed" | "pending"
}

interface Props {
  readonly data: ReadonlyArray<Datum>
  /** What a screen reader is told in the chart's place. */
  readonly description: string
  readonly format: (count: number) => string
}

const rowHeight = 46
const axisHeight = 26
/** Room for the half of the last tick's text. */
const margin = 12

/** Horizontal bars, each under its name, so that long names have room on a narrow screen. Drawn as plain SVG: the policy allows no styles in it. */
export const BarChart = ({ data, description, format }: Props) => {
  const [width, measure] = useWidth()
  const height = data.length * rowHeight
  const most = Math.max(1, ...data.map(({ count }) => count))
  const x = scaleLinear<number>({ domain: [0, most], range: [0, Math.max(0, width - margin)], nice: true })
  const y = scaleBand<string>({ domain: data.map(({ key }) => key), range: [0, height], paddingOuter: 0 })
  const ticks = x.ticks(Math.max(2, Math.min(6, Math.floor(width / 90)))).filter(Number.isInteger)
  return (
    <div className="chart" ref={measure}>
      {width > 0 && (
        <svg width={width} height={height + axisHeight} role="img" aria-label={description}>
          <Group aria-hidden="true">
            {ticks.map((tick) => (
              <line key={tick} className="chart-grid" x1={x(tick)} x2={x(tick)} y1={0} y2={height} />
            ))}
            {data.map(({ count, key, name, note, tone }) => {
              const top = y(key) ?? 0
              return (
                <Group key={key} top={top}>
                  <text className="chart-name" x={0} y={16}>
                    {name}
                  </text>
                  <text className="chart-note" x={x.range()[1] ?? 0} y={16} textAnchor="end">
                    {note}
                  </text>
                  <Bar className={`chart-bar chart-${tone}`} x={0} y={23} width={x(count)} height={14} />
                </Group>
              )
            })}
            <AxisBottom
              top={height}
              scale={x}
              tickValues={ticks}
              tickFormat={(value) => format(Number(value))}
              axisClassName="chart-axis"
              hideTicks
              tickLength={4}
            />
          </Group>
        </svg>
      )}
    </div>
  )
}

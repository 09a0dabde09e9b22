interface Props {
  readonly label: string
  readonly value: number
  readonly max: number
  readonly failed?: number
  readonly text: string
}

/** A plain bar of what is done, of which a part has failed. */
export const Meter = ({ failed = 0, label, max, text, value }: Props) => {
  const share = (part: number): string => `${max === 0 ? 0 : (part / max) * 100}%`
  return (
    <div
      className="meter"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={max === 0 ? 0 : Math.round((value / max) * 100)}
      aria-valuetext={text}
    >
      <span className="meter-done" style={{ width: share(Math.max(0, value - failed)) }} />
      <span className="meter-failed" style={{ width: share(failed) }} />
    </div>
  )
}

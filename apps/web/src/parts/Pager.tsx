import { useTexts } from "../state/useTexts.js"
import { Button } from "./Button.js"

interface Props {
  readonly from: number
  readonly to: number
  readonly total: number | undefined
  readonly onFirst: (() => void) | undefined
  readonly onPrevious: (() => void) | undefined
  readonly onNext: (() => void) | undefined
}

/** Walks through pages; a direction that does not exist is disabled, not hidden, so that nothing jumps. */
export const Pager = ({ from, onFirst, onNext, onPrevious, to, total }: Props) => {
  const { f, t } = useTexts()
  const texts = t.pager
  return (
    <nav className="pager" aria-label={texts.label}>
      {total !== undefined && <p role="status">{texts.range(f.number(from), f.number(to), f.number(total))}</p>}
      <div className="pager-buttons">
        <Button onClick={onFirst} disabled={onFirst === undefined}>
          {texts.first}
        </Button>
        <Button onClick={onPrevious} disabled={onPrevious === undefined}>
          {texts.previous}
        </Button>
        <Button onClick={onNext} disabled={onNext === undefined}>
          {texts.next}
        </Button>
      </div>
    </nav>
  )
}

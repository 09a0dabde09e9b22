import { useTexts } from "../state/useTexts.js"
import { isCap } from "../text/Money.js"
import { Field } from "./Field.js"

interface Props {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly label?: string
  readonly hint?: string
}

/** A spending cap that may be given, and is told when it is no amount. */
export const CapField = ({ hint, label, onChange, value }: Props) => {
  const { t } = useTexts()
  const wrong = value !== "" && !isCap(value)
  return (
    <Field label={label ?? t.estimate.cap} hint={hint ?? t.plan.capHint} error={wrong ? t.estimate.capWrong : undefined}>
      {(attributes) => (
        <input
          {...attributes}
          className="short"
          inputMode="decimal"
          autoComplete="off"
          value={value}
          onChange={({ target }) => onChange(target.value.trim())}
        />
      )}
    </Field>
  )
}

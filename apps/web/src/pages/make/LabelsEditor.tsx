import type { Task } from "../../api/Wire.js"
import * as Drafts from "../../job/Draft.js"
import { Button } from "../../parts/Button.js"
import { useTexts } from "../../state/useTexts.js"
import { Lines } from "./Lines.js"

type Label = Task["labels"][number]

interface Props {
  readonly labels: Task["labels"]
  readonly onChange: (labels: Task["labels"]) => void
}

export const LabelsEditor = ({ labels, onChange }: Props) => {
  const { t } = useTexts()
  const texts = t.task
  const edit = (at: number, part: Partial<Label>): void =>
    onChange(labels.map((label, index) => (index === at ? { ...label, ...part } : label)))
  const add = (): void => {
    const value = Drafts.nextLabelValue(labels)
    onChange([...labels, { value, name: "", criteria: [] }])
  }
  return (
    <fieldset className="editor">
      <legend>{texts.labels}</legend>
      <p className="hint">
        {texts.labelsHint} {texts.criteriaHint}
      </p>
      <ul className="labels-editor">
        {labels.map((label, index) => (
          // a label has no identity but its place while it is being written.
          <li key={index}>
            <label>
              <span className="small-label">{texts.value}</span>
              <input
                className="label-value"
                aria-label={texts.valueOf(index + 1)}
                value={String(label.value)}
                onChange={({ target }) => edit(index, { value: Drafts.labelValueOf(target.value) })}
              />
            </label>
            <label>
              <span className="small-label">{texts.labelName}</span>
              <input
                aria-label={texts.nameOf(index + 1)}
                value={label.name}
                placeholder={String(label.value)}
                onChange={({ target }) => edit(index, { name: target.value })}
              />
            </label>
            <div className="label-criteria">
              <span className="small-label" aria-hidden="true">
                {texts.criteria}
              </span>
              <Lines
                aria-label={texts.criteriaOf(index + 1)}
                rows={Math.max(2, Math.min(6, label.criteria.length))}
                lines={label.criteria}
                onLines={(criteria) => edit(index, { criteria })}
              />
            </div>
            <button
              type="button"
              className="icon-button"
              aria-label={texts.removeLabel(String(label.value))}
              title={texts.removeLabel(String(label.value))}
              onClick={() => onChange(labels.filter((_, other) => other !== index))}
            >
              <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <Button kind="quiet" onClick={add}>
        {texts.addLabel}
      </Button>
    </fieldset>
  )
}

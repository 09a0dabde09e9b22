import type { Task } from "../../api/Wire.js"
import { Button } from "../../parts/Button.js"
import { useTexts } from "../../state/useTexts.js"

type Example = Task["examples"][number]

interface Props {
  readonly task: Task
  /** Those that come with the preset. */
  readonly preset: Task["examples"]
  readonly onChange: (examples: Task["examples"]) => void
}

export const ExamplesEditor = ({ onChange, preset, task }: Props) => {
  const { t } = useTexts()
  const texts = t.task
  const { examples, labels } = task
  const edit = (at: number, part: Partial<Example>): void =>
    onChange(examples.map((example, index) => (index === at ? { ...example, ...part } : example)))
  const labelAt = (key: string): Example["label"] => labels.find(({ value }) => String(value) === key)?.value ?? key
  return (
    <details className="disclosure" open={examples.length > 0 || undefined}>
      <summary>
        {texts.examples} <span className="count">{examples.length}</span>
      </summary>
      <p className="hint">{texts.examplesHint}</p>
      {examples.length === 0 && <p className="empty">{texts.noExamples}</p>}
      <ul className="examples-editor">
        {examples.map((example, index) => (
          // an example has no identity but its place while it is being written.
          <li key={index}>
            {typeof example.input === "string" ? (
              <textarea
                rows={3}
                aria-label={texts.exampleText(index + 1)}
                value={example.input}
                onChange={({ target }) => edit(index, { input: target.value })}
              />
            ) : (
              <div className="example-columns">
                <p className="hint">{texts.exampleColumns}</p>
                <pre className="code">{JSON.stringify(example.input, null, 2)}</pre>
              </div>
            )}
            <select
              aria-label={texts.exampleLabel(index + 1)}
              value={String(example.label)}
              onChange={({ target }) => edit(index, { label: labelAt(target.value) })}
            >
              {!labels.some(({ value }) => value === example.label) && (
                <option value={String(example.label)}>{String(example.label)}</option>
              )}
              {labels.map(({ name, value }) => (
                <option key={String(value)} value={String(value)}>
                  {name === "" || name === String(value) ? String(value) : `${value} · ${name}`}
                </option>
              ))}
            </select>
            <button
              type="button"
              className="icon-button"
              aria-label={texts.removeExample(index + 1)}
              title={texts.removeExample(index + 1)}
              onClick={() => onChange(examples.filter((_, other) => other !== index))}
            >
              <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="row">
        <Button kind="quiet" onClick={() => onChange([...examples, { input: "", label: labels[0]?.value ?? 0 }])}>
          {texts.addExample}
        </Button>
        {preset.length > 0 && examples.length === 0 && (
          <Button kind="quiet" onClick={() => onChange(preset)}>
            {texts.addPresetExamples(preset.length)}
          </Button>
        )}
      </div>
    </details>
  )
}

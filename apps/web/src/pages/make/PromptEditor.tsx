import { useRef } from "react"
import type { Task } from "../../api/Wire.js"
import { variableOf } from "../../job/Template.js"
import { Field } from "../../parts/Field.js"
import { useTexts } from "../../state/useTexts.js"

interface Props {
  readonly task: Task
  readonly header: ReadonlyArray<string>
  readonly onChange: (part: Partial<Task>) => void
}

const heightOf = (text: string, least: number): number => Math.min(18, Math.max(least, text.split("\n").length + 1))

export const PromptEditor = ({ header, onChange, task }: Props) => {
  const { t } = useTexts()
  const texts = t.task
  const template = useRef<HTMLTextAreaElement>(null)
  const insert = (text: string): void => {
    const area = template.current
    if (area === null) return
    const { selectionEnd, selectionStart, value } = area
    onChange({ template: value.slice(0, selectionStart) + text + value.slice(selectionEnd) })
    requestAnimationFrame(() => {
      area.focus()
      area.setSelectionRange(selectionStart + text.length, selectionStart + text.length)
    })
  }
  return (
    <>
      <Field label={texts.system} hint={texts.systemHint}>
        {(attributes) => (
          <textarea
            {...attributes}
            rows={heightOf(task.system, 3)}
            value={task.system}
            onChange={({ target }) => onChange({ system: target.value })}
          />
        )}
      </Field>
      <Field label={texts.template} hint={texts.templateHint}>
        {(attributes) => (
          <textarea
            {...attributes}
            ref={template}
            className="mono"
            spellCheck={false}
            rows={heightOf(task.template, 8)}
            value={task.template}
            onChange={({ target }) => onChange({ template: target.value })}
          />
        )}
      </Field>
      {header.length > 0 && (
        <fieldset className="chips">
          <legend>{texts.insert}</legend>
          {[...new Set(header)].map((column) => (
            <button
              key={column}
              type="button"
              className="chip"
              aria-label={texts.insertColumn(column)}
              onClick={() => insert(variableOf(column))}
            >
              {column}
            </button>
          ))}
          {["task.criteria", "task.values"].map((name) => (
            <button key={name} type="button" className="chip" onClick={() => insert(`{{ ${name} }}`)}>
              {name}
            </button>
          ))}
        </fieldset>
      )}
    </>
  )
}

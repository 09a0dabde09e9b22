import { useId } from "react"
import type { Task } from "../../api/Wire.js"
import { Field } from "../../parts/Field.js"
import { useTexts } from "../../state/useTexts.js"

interface Props {
  readonly task: Task
  readonly models: ReadonlyArray<string>
  readonly onChange: (part: Partial<Task>) => void
}

const answers: ReadonlyArray<Task["answer"]> = ["number", "text", "json_schema"]

const endpoints: ReadonlyArray<Task["endpoint"]> = ["/v1/chat/completions", "/v1/responses"]

const columns: ReadonlyArray<keyof Task["columns"]> = ["label", "label_name", "labeled", "labeled_at"]

/** A parameter that was left empty is not sent at all. */
const withParameter = (task: Task, name: string, value: unknown): Partial<Task> => {
  const { [name]: _, ...others } = task.parameters
  return { parameters: value === undefined ? others : { ...others, [name]: value } }
}

const numberOf = (text: string): number | undefined => {
  const number = Number(text)
  return text.trim() === "" || !Number.isFinite(number) ? undefined : number
}

const shown = (value: unknown): string => (typeof value === "number" || typeof value === "string" ? String(value) : "")

export const SettingsEditor = ({ models, onChange, task }: Props) => {
  const { t } = useTexts()
  const texts = t.task
  const list = useId()
  const number = (
    name: string,
    label: string,
    hint: string | undefined,
    attributes: { min?: number; max?: number; step: number }
  ) => (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      {(tied) => (
        <input
          {...tied}
          {...attributes}
          type="number"
          inputMode="decimal"
          value={shown(task.parameters[name])}
          onChange={({ target }) => onChange(withParameter(task, name, numberOf(target.value)))}
        />
      )}
    </Field>
  )
  return (
    <>
      <Field label={texts.model} hint={texts.modelHint}>
        {(attributes) => (
          <>
            <input
              {...attributes}
              list={list}
              spellCheck={false}
              value={task.model}
              onChange={({ target }) => onChange({ model: target.value })}
            />
            <datalist id={list}>
              {models.map((model) => (
                <option key={model} value={model} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <details className="disclosure">
        <summary>{texts.settings}</summary>
        <div className="fields">
          <Field label={texts.answer}>
            {(attributes) => (
              <select
                {...attributes}
                value={task.answer}
                onChange={({ target }) => onChange({ answer: answers.find((one) => one === target.value) ?? task.answer })}
              >
                {answers.map((one) => (
                  <option key={one} value={one}>
                    {texts.answers[one]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={texts.endpoint}>
            {(attributes) => (
              <select
                {...attributes}
                value={task.endpoint}
                onChange={({ target }) => onChange({ endpoint: endpoints.find((one) => one === target.value) ?? task.endpoint })}
              >
                {endpoints.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {number("temperature", texts.temperature, texts.temperatureHint, { min: 0, max: 2, step: 0.1 })}
          {number("max_completion_tokens", texts.maxTokens, undefined, { min: 1, step: 1 })}
          <Field label={texts.effort}>
            {(attributes) => (
              <input
                {...attributes}
                spellCheck={false}
                value={shown(task.parameters["reasoning_effort"])}
                onChange={({ target }) =>
                  onChange(withParameter(task, "reasoning_effort", target.value.trim() === "" ? undefined : target.value.trim()))
                }
              />
            )}
          </Field>
          {number("seed", texts.seed, undefined, { step: 1 })}
        </div>
        <fieldset className="editor">
          <legend>{texts.columns}</legend>
          <div className="fields">
            {columns.map((column) => (
              <Field key={column} label={texts.columnNames[column]}>
                {(attributes) => (
                  <input
                    {...attributes}
                    spellCheck={false}
                    value={task.columns[column]}
                    onChange={({ target }) => onChange({ columns: { ...task.columns, [column]: target.value } })}
                  />
                )}
              </Field>
            ))}
          </div>
        </fieldset>
      </details>
    </>
  )
}

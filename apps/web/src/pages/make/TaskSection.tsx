import { useEffect, useState } from "react"
import * as Api from "../../api/Api.js"
import type { SavedTask, Task } from "../../api/Wire.js"
import { labelText } from "../../job/Distribution.js"
import * as Drafts from "../../job/Draft.js"
import { Button } from "../../parts/Button.js"
import { Dialog } from "../../parts/Dialog.js"
import { FailureNotice } from "../../parts/FailureNotice.js"
import { Field } from "../../parts/Field.js"
import { Loading } from "../../parts/Loading.js"
import { Notice } from "../../parts/Notice.js"
import { useAction } from "../../state/useAction.js"
import { useResource } from "../../state/useResource.js"
import { useTexts } from "../../state/useTexts.js"
import { ExamplesEditor } from "./ExamplesEditor.js"
import type { SectionProps } from "./FileSection.js"
import { LabelsEditor } from "./LabelsEditor.js"
import { PromptEditor } from "./PromptEditor.js"
import { SettingsEditor } from "./SettingsEditor.js"

interface SaveProps {
  readonly name: string
  readonly task: Task
  readonly onClose: () => void
  readonly onSaved: (saved: SavedTask) => void
}

const SaveDialog = ({ name: first, onClose, onSaved, task }: SaveProps) => {
  const { t } = useTexts()
  const [name, setName] = useState(first)
  const { busy, failure, run } = useAction(async () => onSaved(await Api.saveTask(name.trim(), { ...task, name: name.trim() })))
  return (
    <Dialog title={t.task.saveTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        <Field label={t.task.saveName} hint={t.task.saveHint}>
          {(attributes) => (
            <input {...attributes} required maxLength={64} value={name} onChange={({ target }) => setName(target.value)} />
          )}
        </Field>
        {failure !== undefined && <FailureNotice failure={failure} urgent />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {t.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface RemoveProps {
  readonly name: string
  readonly onClose: () => void
  readonly onRemoved: () => void
}

const RemoveDialog = ({ name, onClose, onRemoved }: RemoveProps) => {
  const { t } = useTexts()
  const { busy, failure, run } = useAction(async () => {
    await Api.removeTask(name)
    onRemoved()
  })
  return (
    <Dialog title={t.task.removeSaved} onClose={onClose}>
      <p>{t.task.removeConfirm(name)}</p>
      {failure !== undefined && <FailureNotice failure={failure} urgent />}
      <div className="dialog-actions">
        <Button onClick={onClose}>{t.cancel}</Button>
        <Button kind="danger" busy={busy} onClick={() => void run()}>
          {t.remove}
        </Button>
      </div>
    </Dialog>
  )
}

/** A task at a glance: what may be answered, and who answers. */
const TaskSummary = ({ task }: { readonly task: Task }) => {
  const { t } = useTexts()
  return (
    <dl className="task-summary">
      <div>
        <dt>{t.task.labels}</dt>
        <dd>{task.labels.map(labelText).join(", ")}</dd>
      </div>
      <div>
        <dt>{t.task.model}</dt>
        <dd>{task.model}</dd>
      </div>
      {task.examples.length > 0 && (
        <div>
          <dt>{t.task.examples}</dt>
          <dd>{task.examples.length}</dd>
        </div>
      )}
    </dl>
  )
}

export const TaskSection = ({ change, draft }: SectionProps) => {
  const { t } = useTexts()
  const texts = t.task
  const { data, failure, reload, replace } = useResource("tasks", Api.tasks)
  const [dialog, setDialog] = useState<"save" | "remove">()
  const [savedAs, setSavedAs] = useState<string>()
  const items = data?.items ?? []
  const { base, task } = draft
  const first = items[0]
  const missing = task === undefined
  useEffect(() => {
    if (missing && first !== undefined) change((before) => Drafts.withTask(before, first))
  }, [missing, first, change])

  const edited = Drafts.isEdited(draft)
  const edit = (part: Partial<Task>): void =>
    change((before) => (before.task === undefined ? before : { ...before, task: { ...before.task, ...part } }))
  const group = (preset: boolean) =>
    items
      .filter((item) => item.preset === preset)
      .map(({ name }) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))
  const own = group(false)
  const faults = task === undefined ? [] : Drafts.taskFaults(task)
  return (
    <section className="part part-task" aria-labelledby="part-task">
      <h2 id="part-task" className="numbered">
        {t.make.task}
      </h2>
      {failure !== undefined && <FailureNotice failure={failure} title={t.failure.heading} onRetry={reload} />}
      {data === undefined && task === undefined && failure === undefined && <Loading />}
      {task !== undefined && (
        <>
          <div className="task-head">
            <Field label={texts.choose} className="field-wide">
              {(attributes) => (
                <select
                  {...attributes}
                  value={base?.name ?? ""}
                  onChange={({ target }) => {
                    const chosen = items.find(({ name }) => name === target.value)
                    setSavedAs(undefined)
                    if (chosen !== undefined) change((before) => Drafts.withTask(before, chosen))
                  }}
                >
                  {base !== undefined && !items.some(({ name }) => name === base.name) && (
                    <option value={base.name}>{base.name}</option>
                  )}
                  {own.length > 0 && <optgroup label={texts.own}>{own}</optgroup>}
                  <optgroup label={texts.presets}>{group(true)}</optgroup>
                </select>
              )}
            </Field>
            <div className="task-actions">
              {edited && base !== undefined && (
                <>
                  <span className="tag">{texts.edited}</span>
                  <Button kind="quiet" onClick={() => change((before) => ({ ...before, task: base.task }))}>
                    {texts.revert}
                  </Button>
                </>
              )}
              <Button kind="quiet" onClick={() => setDialog("save")} disabled={faults.length > 0}>
                {texts.saveAs}
              </Button>
              {base !== undefined && !base.preset && (
                <Button kind="quiet" onClick={() => setDialog("remove")}>
                  {texts.removeSaved}
                </Button>
              )}
            </div>
          </div>
          {savedAs !== undefined && (
            <p className="saved" role="status">
              {texts.saved(savedAs)}
            </p>
          )}
          {faults.length > 0 && (
            <Notice kind="warning">
              <ul className="plain">
                {faults.map((fault) => (
                  <li key={fault}>{texts.faults[fault]}</li>
                ))}
              </ul>
            </Notice>
          )}
          <TaskSummary task={task} />
          <details className="disclosure">
            <summary>{texts.edit}</summary>
            <LabelsEditor labels={task.labels} onChange={(labels) => edit({ labels })} />
            <PromptEditor task={task} header={draft.upload?.header ?? []} onChange={edit} />
            <ExamplesEditor task={task} preset={base?.examples ?? []} onChange={(examples) => edit({ examples })} />
            <SettingsEditor task={task} onChange={edit} models={[...new Set(items.map((item) => item.task.model))]} />
          </details>
        </>
      )}
      {dialog === "save" && task !== undefined && (
        <SaveDialog
          name={base?.preset === false ? base.name : ""}
          task={task}
          onClose={() => setDialog(undefined)}
          onSaved={(saved) => {
            setDialog(undefined)
            setSavedAs(saved.name)
            change((before) => Drafts.withTask(before, saved))
            reload()
          }}
        />
      )}
      {dialog === "remove" && base !== undefined && (
        <RemoveDialog
          name={base.name}
          onClose={() => setDialog(undefined)}
          onRemoved={() => {
            setDialog(undefined)
            replace(({ items }) => ({ items: items.filter(({ name }) => name !== base.name) }))
            change((before) => ({ ...before, base: undefined, task: undefined }))
          }}
        />
      )}
    </section>
  )
}

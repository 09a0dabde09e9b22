import { type FormEvent, useState } from "react"
import * as Api from "../api/Api.js"
import type { Session } from "../api/Wire.js"
import { Button } from "../parts/Button.js"
import { FailureNotice } from "../parts/FailureNotice.js"
import { Field } from "../parts/Field.js"
import { Heading } from "../parts/Heading.js"
import { Notice } from "../parts/Notice.js"
import { useAction } from "../state/useAction.js"
import { useTexts } from "../state/useTexts.js"

interface Props {
  readonly expired: boolean
  readonly onSession: (session: Session) => void
}

export const Login = ({ expired, onSession }: Props) => {
  const { t } = useTexts()
  const [token, setToken] = useState("")
  const [shown, setShown] = useState(false)
  const [missing, setMissing] = useState(false)
  const { busy, failure, run } = useAction(async () => onSession(await Api.login(token.trim())))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setMissing(token.trim() === "")
    if (token.trim() !== "") void run()
  }
  return (
    <form className="login" onSubmit={submit} noValidate>
      <Heading title={`${t.login.title} · ${t.name}`}>{t.login.title}</Heading>
      <p className="tagline">{t.tagline}</p>
      {expired && <Notice>{t.login.expired}</Notice>}
      <p>{t.login.text}</p>
      <pre className="code">batchlabel token create --name … --scope write</pre>
      <Field label={t.login.token} error={missing ? t.login.empty : undefined}>
        {(attributes) => (
          <input
            {...attributes}
            type={shown ? "text" : "password"}
            autoComplete="current-password"
            spellCheck={false}
            maxLength={200}
            value={token}
            onChange={({ target }) => setToken(target.value)}
          />
        )}
      </Field>
      <label className="check">
        <input type="checkbox" checked={shown} onChange={({ target }) => setShown(target.checked)} />
        <span>{t.login.show}</span>
      </label>
      {failure !== undefined && <FailureNotice failure={failure} urgent />}
      <Button kind="primary" type="submit" busy={busy}>
        {busy ? t.login.busy : t.login.submit}
      </Button>
    </form>
  )
}

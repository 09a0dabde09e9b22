import type { Failure } from "../api/Failure.js"
import { useTexts } from "../state/useTexts.js"
import type { Texts } from "../text/ko.js"
import type { Lang } from "../text/Lang.js"
import { Button } from "./Button.js"
import { Notice } from "./Notice.js"

/** What went wrong and what to do, in the language of the page, with the code that finds it in the documentation. */
export const failureText = ({ reason }: Failure, lang: Lang, t: Texts): string => {
  switch (reason.kind) {
    case "problem":
      return `${reason.document.texts[lang]} [${reason.document.code}]`
    case "unreachable":
      return t.failure.unreachable
    case "strange":
      return t.failure.strange(reason.status)
  }
}

interface Props {
  readonly failure: Failure
  readonly title?: string | undefined
  readonly onRetry?: (() => void) | undefined
  readonly urgent?: boolean
}

export const FailureNotice = ({ failure, onRetry, title, urgent = false }: Props) => {
  const { lang, t } = useTexts()
  return (
    <Notice kind="error" title={title} urgent={urgent}>
      <p className="lines">{failureText(failure, lang, t)}</p>
      {onRetry !== undefined && <Button onClick={onRetry}>{t.again}</Button>}
    </Notice>
  )
}

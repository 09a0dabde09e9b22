import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react"
import { useTexts } from "../state/useTexts.js"

interface Props {
  readonly title: ReactNode
  readonly onClose: () => void
  readonly children: ReactNode
  readonly wide?: boolean
  /** Keys that repeat what buttons of the dialog do. */
  readonly onKey?: (event: KeyboardEvent) => void
}

/** The browser's own modal dialog: it keeps the focus, gives it back, and closes on Escape. */
export const Dialog = ({ children, onClose, onKey, title, wide = false }: Props) => {
  const { t } = useTexts()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={id}
      onClose={onClose}
      onKeyDown={onKey}
    >
      <header className="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" className="icon-button" aria-label={t.close} onClick={onClose}>
          <span aria-hidden="true">×</span>
        </button>
      </header>
      {children}
    </dialog>
  )
}

import type { ButtonHTMLAttributes, ReactNode } from "react"

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: "primary" | "plain" | "danger" | "quiet"
  readonly busy?: boolean
  readonly children: ReactNode
}

/** A busy button stays focusable and says so; a second press does nothing. */
export const Button = ({ busy = false, children, className = "", kind = "plain", onClick, type = "button", ...rest }: Props) => (
  <button
    {...rest}
    type={type}
    className={`button button-${kind} ${className}`.trim()}
    aria-busy={busy || undefined}
    onClick={(event) => {
      if (busy) event.preventDefault()
      else onClick?.(event)
    }}
  >
    {busy && <span className="spinner" aria-hidden="true" />}
    <span>{children}</span>
  </button>
)

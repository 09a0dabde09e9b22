import type { ReactNode } from "react"

interface Props {
  readonly kind?: "note" | "warning" | "error"
  readonly title?: ReactNode
  readonly children: ReactNode
  /** Read out at once, for what a person's own action has brought about. */
  readonly urgent?: boolean
}

export const Notice = ({ children, kind = "note", title, urgent = false }: Props) => (
  <div className={`notice notice-${kind}`} role={urgent ? "alert" : undefined}>
    {title !== undefined && <p className="notice-title">{title}</p>}
    <div className="notice-body">{children}</div>
  </div>
)

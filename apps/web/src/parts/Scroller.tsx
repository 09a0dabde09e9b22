import type { ReactNode } from "react"

interface Props {
  readonly label: string
  readonly direction: "x" | "y"
  readonly children: ReactNode
}

/** What is too wide or too long for its place. It can be reached, and so scrolled, with the keyboard. */
export const Scroller = ({ children, direction, label }: Props) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling is an interaction.
  <section className={`scroll-${direction}`} tabIndex={0} aria-label={label}>
    {children}
  </section>
)

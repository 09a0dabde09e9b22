import { type ReactNode, useEffect, useRef } from "react"

interface Props {
  /** The text of the browser's tab. */
  readonly title: string
  readonly children: ReactNode
}

/** A document that has just been loaded begins at its top, where the way past the masthead is. */
let begun = false

/** A page's heading. It takes the focus when the page is gone to, so that screen readers and the keyboard begin there. */
export const Heading = ({ children, title }: Props) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (begun) heading.current?.focus({ preventScroll: true })
    begun = true
  }, [])
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}

import { type TextareaHTMLAttributes, useState } from "react"

interface Props extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "value" | "onChange"> {
  readonly lines: ReadonlyArray<string>
  readonly onLines: (lines: ReadonlyArray<string>) => void
}

const read = (text: string): ReadonlyArray<string> =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")

/** A list written as lines. What is typed stays as it is typed, blank lines and blanks at line ends included. */
export const Lines = ({ lines, onLines, ...rest }: Props) => {
  const [typed, setTyped] = useState(lines.join("\n"))
  const shown = read(typed).join("\n") === lines.join("\n") ? typed : lines.join("\n")
  return (
    <textarea
      {...rest}
      value={shown}
      onChange={({ target }) => {
        setTyped(target.value)
        onLines(read(target.value))
      }}
    />
  )
}

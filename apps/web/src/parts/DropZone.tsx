import { type DragEvent, useId, useRef, useState } from "react"
import { useTexts } from "../state/useTexts.js"

interface Props {
  readonly onFile: (file: File) => void
  readonly disabled?: boolean
  readonly small?: boolean
}

/** What was dropped: a single file, or why it is not taken. */
const dropped = (transfer: DataTransfer): File | "many" | "folder" | undefined => {
  const entries = [...transfer.items].filter(({ kind }) => kind === "file")
  if (entries.some((entry) => entry.webkitGetAsEntry()?.isDirectory === true)) return "folder"
  if (transfer.files.length > 1) return "many"
  return transfer.files[0]
}

/** A place to drop a file on, which is also a button that opens the browser's file picker. */
export const DropZone = ({ disabled = false, onFile, small = false }: Props) => {
  const { t } = useTexts()
  const texts = t.drop
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [fault, setFault] = useState<"many" | "folder">()
  const accepts = (event: DragEvent): boolean => !disabled && event.dataTransfer.types.includes("Files")
  const take = (file: File | undefined): void => {
    if (file === undefined) return
    setFault(undefined)
    onFile(file)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a mouse's way; the button inside is everybody's.
    <div
      className={`drop ${small ? "drop-small" : ""} ${over ? "drop-over" : ""}`}
      onDragOver={(event) => {
        if (!accepts(event)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = "copy"
        setOver(true)
      }}
      onDragLeave={(event) => {
        const to = event.relatedTarget
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false)
      }}
      onDrop={(event) => {
        if (!accepts(event)) return
        event.preventDefault()
        setOver(false)
        const found = dropped(event.dataTransfer)
        if (found === "many" || found === "folder") setFault(found)
        else take(found)
      }}
    >
      <p className="drop-title">{over ? texts.over : texts.title}</p>
      <p className="drop-or">{texts.or}</p>
      <button
        type="button"
        className="button button-primary"
        disabled={disabled}
        aria-describedby={`${id}-hint`}
        onClick={() => input.current?.click()}
      >
        <span>{texts.choose}</span>
      </button>
      <input
        ref={input}
        className="visually-hidden"
        type="file"
        tabIndex={-1}
        aria-label={texts.choose}
        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
        onChange={({ target }) => {
          take(target.files?.[0])
          target.value = ""
        }}
      />
      <p className="hint" id={`${id}-hint`}>
        {texts.hint}
      </p>
      {fault !== undefined && (
        <p className="field-error" role="alert">
          {texts[fault]}
        </p>
      )}
    </div>
  )
}

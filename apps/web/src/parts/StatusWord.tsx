import { useTexts } from "../state/useTexts.js"

const tones: Readonly<Record<string, string>> = {
  completed: "good",
  collected: "good",
  failed: "bad",
  stopped: "bad",
  lost: "bad",
  rejected: "wait",
  expired: "bad",
  cancelled: "off",
  cancelling: "wait",
  draft: "off",
  abandoned: "off",
  waiting: "wait"
}

/** A state in words, with a mark whose form (not only its colour) tells kinds apart. */
export const StatusWord = ({ status }: { readonly status: string }) => {
  const { t } = useTexts()
  return (
    <span className={`status status-${tones[status] ?? "busy"}`}>
      <span className="status-mark" aria-hidden="true" />
      {t.status(status)}
    </span>
  )
}

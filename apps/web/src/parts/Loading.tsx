import { useTexts } from "../state/useTexts.js"

/** Shown only after a moment, so that what comes at once does not flicker. */
export const Loading = () => {
  const { t } = useTexts()
  return (
    <p className="loading" role="status">
      <span className="spinner" aria-hidden="true" />
      {t.loading}
    </p>
  )
}

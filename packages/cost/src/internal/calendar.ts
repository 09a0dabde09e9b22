const DAY = 86_400_000
const shape = /^\d{4}-\d{2}-\d{2}$/

/** A date that exists, written `YYYY-MM-DD`. */
export const isDate = (text: string): boolean => {
  if (!shape.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

/** Whole days from one `YYYY-MM-DD` to another, negative when `to` is past. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY)

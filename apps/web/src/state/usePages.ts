import { useCallback, useState } from "react"

/** Where one is among pages that only know their next one. */
export interface Pages {
  readonly cursor: string | undefined
  /** The number of this page, from 0. */
  readonly index: number
  readonly first: () => void
  readonly previous: () => void
  readonly next: (cursor: string) => void
}

/** Remembers the cursors on the way, so that one can go back. */
export const usePages = (): Pages => {
  const [cursors, setCursors] = useState<ReadonlyArray<string>>([])
  return {
    cursor: cursors.at(-1),
    index: cursors.length,
    first: useCallback(() => setCursors((before) => (before.length === 0 ? before : [])), []),
    previous: useCallback(() => setCursors((before) => before.slice(0, -1)), []),
    next: useCallback((cursor: string) => setCursors((before) => [...before, cursor]), [])
  }
}

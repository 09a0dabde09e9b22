/**
 * Calls by operation and by how they ended, since the server started.
 */
export interface OperationStats {
  readonly calls: number
  /** By HTTP status; `reset` is a cut connection. */
  readonly ends: Readonly<Record<string, number>>
}

export interface Stats {
  readonly called: (operation: string) => void
  readonly ended: (operation: string, end: number | "reset") => void
  readonly all: () => Readonly<Record<string, OperationStats>>
}

export const makeStats = (): Stats => {
  const all: Record<string, { calls: number; ends: Record<string, number> }> = {}
  const of = (operation: string) => {
    const stats = all[operation] ?? { calls: 0, ends: {} }
    all[operation] = stats
    return stats
  }
  return {
    called: (operation) => {
      of(operation).calls++
    },
    ended: (operation, end) => {
      const { ends } = of(operation)
      ends[end] = (ends[end] ?? 0) + 1
    },
    all: () => all
  }
}

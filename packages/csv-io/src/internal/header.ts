import { CsvError, DuplicateColumns, EmptyColumnNames } from "../CsvError.js"

/** Each column must have a name of its own: rows become answers by the names of their columns. */
export const checkHeader = (path: string, names: ReadonlyArray<string>): CsvError | undefined => {
  const empty = names.flatMap((name, index) => (name.trim() === "" ? [index + 1] : []))
  if (empty.length > 0) return new CsvError({ reason: new EmptyColumnNames({ path, positions: empty }) })
  const positions = new Map<string, Array<number>>()
  names.forEach((name, index) => {
    positions.set(name, [...(positions.get(name) ?? []), index + 1])
  })
  const columns = [...positions].flatMap(([name, at]) => (at.length > 1 ? [`${name} (${at.join(", ")})`] : []))
  return columns.length > 0 ? new CsvError({ reason: new DuplicateColumns({ path, columns }) }) : undefined
}

/** Edit distance: insertions, deletions, substitutions. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The name most like `wanted`, if one is like it at all: equal but for case and spaces, a part of it, or few edits away. */
export const nearestName = (wanted: string, names: ReadonlyArray<string>): string | undefined => {
  const plain = (name: string): string => name.trim().toLowerCase().slice(0, 100)
  const target = plain(wanted)
  let best: string | undefined
  let bestScore = Number.POSITIVE_INFINITY
  for (const name of names) {
    const candidate = plain(name)
    const edits = distance(target, candidate)
    const contains = candidate !== "" && target !== "" && (candidate.includes(target) || target.includes(candidate))
    const score = contains ? Math.min(edits, 1) : edits
    if (score < bestScore && (contains || edits <= Math.floor(Math.max(target.length, candidate.length) / 3))) {
      best = name
      bestScore = score
    }
  }
  return best
}

/** What probably separates the columns of a header that seems to hold a single one. */
export const likelyDelimiter = (names: ReadonlyArray<string>, delimiter: string): string | undefined =>
  names.length === 1
    ? [",", ";", "\t", "|"].find((other) => other !== delimiter && names[0]?.includes(other) === true)
    : undefined

/** Edits (insert, delete, replace, swap neighbours) between two texts, up to case. */
const distance = (left: string, right: string): number => {
  const a = [...left.toLowerCase()]
  const b = [...right.toLowerCase()]
  let previous: Array<number> = []
  let row = b.map((_, j) => j).concat(b.length)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (previous[j - 2] ?? Infinity) + 1 : Infinity
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    previous = row
    row = next
  }
  return row[b.length] ?? 0
}

/** The name that was probably meant, if one is close enough to ask about. */
export const nearest = (name: string, names: ReadonlyArray<string>): string | undefined => {
  const wanted = name.toLowerCase()
  const containing = names.find((candidate) => wanted.length > 1 && candidate.toLowerCase().includes(wanted))
  const [closest] = names
    .map((candidate) => ({ candidate, edits: distance(name, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.min(name.length, candidate.length) / 2)))
    .sort((a, b) => a.edits - b.edits)
  return closest?.candidate ?? containing
}

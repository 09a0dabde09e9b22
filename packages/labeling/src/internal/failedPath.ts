/** `data/labeled.csv` → `data/labeled_failed.csv`, as the guide names it. */
export const toFailedPath = (outputPath: string): string => {
  const match = /^(.*?)(\.[^./\\]*)?$/s.exec(outputPath)
  return `${match?.[1] ?? outputPath}_failed${match?.[2] ?? ""}`
}

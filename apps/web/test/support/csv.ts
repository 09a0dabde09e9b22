/** Articles whose right labels can be told from their words, as the simulator's rules do. */

export interface Article {
  readonly text: string
  readonly label: 0 | 1 | 2
}

const kinds = [
  ["성공적이라는 평가가 나왔다", 0],
  ["국회에서 논의된다", 1],
  ["우려의 목소리가 크다", 2]
] as const

export const articles = (count: number): ReadonlyArray<Article> =>
  Array.from({ length: count }, (_, index) => {
    const [words, label] = kinds[index % kinds.length] ?? kinds[0]
    return { text: `정책 ${index + 1}번, "${words}"`, label }
  })

/** What is answered: by the words of the article alone, not by those of the prompt around it. */
export const rules = [
  { contains: "성공적이라는", in: { after: "본문:" }, answer: 0 },
  { contains: "우려의 목소리", in: { after: "본문:" }, answer: 2 }
]

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`

export const csvOf = (rows: ReadonlyArray<Article>): string =>
  `text,title\n${rows.map(({ text }, index) => `${quoted(text)},제목 ${index + 1}`).join("\n")}\n`

/** The records of a CSV file, quotes and line breaks in cells included. */
export const parse = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const records: Array<Array<string>> = []
  let record: Array<string> = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy
  const body = text.replace(/^\uFEFF/, "")
  while (cell.lastIndex < body.length) {
    const match = cell.exec(body)
    if (match === null) throw new Error(`not a CSV at ${cell.lastIndex}`)
    const [, inQuotes, plain = "", end] = match
    record.push(inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"'))
    if (end === ",") continue
    records.push(record)
    record = []
  }
  return records
}

/** The records by the names of their columns. */
export const recordsOf = (text: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const [header = [], ...rows] = parse(text)
  return rows.map((cells) => Object.fromEntries(header.map((name, column) => [name, cells[column] ?? ""])))
}

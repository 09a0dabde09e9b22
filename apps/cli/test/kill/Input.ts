/** Seeded news: what a row holds says what has to become of it, so that every outcome is known without asking anyone. */
import type { RulesInput } from "@batchlabel/openai-simulator/Rules"
import type { Random } from "./Random.js"

type Cells = ReadonlyArray<string>

export interface Input {
  readonly text: string
  readonly header: Cells
  readonly rows: ReadonlyArray<{ readonly cells: Cells; readonly becomes: Becomes }>
  /** Different requests: equal rows are asked once, blank ones never. */
  readonly requests: number
}

/** A label, or the reason why there is none. */
export type Becomes = number | string

// Words that the prompt itself does not hold.
const labelWords = ["환영하는 모습이었다", "일정이 공개되었다", "강하게 규탄했다"] as const

/** Rows that must fail: the word in the text, how the simulator treats it, what the row's reason is then. */
const failing = [
  { word: "【산문】", bad: "prose", reason: "invalid_answer" },
  { word: "【십】", bad: "ten", reason: "invalid_answer" },
  { word: "【거절】", bad: "refusal", reason: "refused" },
  { word: "【잘림】", bad: "length", reason: "truncated" },
  { word: "【나쁜 요청】", bad: "bad_request", reason: "api_error" },
  { word: "【늘 오류】", bad: "server_error", reason: "api_error" },
  { word: "【늘 유실】", bad: "lost", reason: "infrastructure" }
] as const

export const rules: RulesInput = {
  rules: [
    ...failing.map(({ bad, word }) => ({ contains: word, bad })),
    { contains: labelWords[0], answer: 0 },
    { contains: labelWords[2], answer: 2 }
  ],
  default: 1
}

const subjects = [
  "정부의 새 주거 대책",
  "국회의 예산안",
  "시청 앞 집회",
  "교육부의 입시 개편",
  "항만 노조의 파업",
  "中 관세 협상"
] as const
const flourishes = [
  "",
  ' "전례 없는 일"이라는 말이 나왔다.',
  "\n둘째 줄에서 이어진다.\r\n셋째 줄, 쉼표와 함께.",
  " 금액은 1,234억 원, 비율은 ½이다.",
  " 👩‍👩‍👧 가족과 🚢 항구가 언급되었다.",
  "\u2028줄 구분자가 든 문장이다.",
  " =SUM(A1:A9) 같은 것도 있다.",
  ` ${"본문이 길게 이어진다. ".repeat(30)}`
] as const

const quoted = (cell: string, always: boolean): string =>
  always || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell

/** A file of `rowCount` rows: Korean text, quoted line breaks, duplicates, blanks, and rows that must fail. */
export const make = (random: Random, rowCount: number): Input => {
  const newline = random.chance(0.3) ? "\r\n" : "\n"
  const failures = random.chance(0.8) ? 0.08 : 0
  const header = ["id", ...(random.chance(0.7) ? ["title"] : []), "text", ...(random.chance(0.5) ? ["source", "date"] : [])]
  const rows: Array<Input["rows"][number]> = []

  const fresh = (index: number): Input["rows"][number] => {
    const doomed = random.chance(failures) ? random.pick(failing) : undefined
    const label = random.between(0, 2)
    const text = `${index}번 기사. ${random.pick(subjects)}에 대해 ${labelWords[label]}.${random.pick(flourishes)}${doomed?.word ?? ""}`
    const blank = random.chance(0.05)
    const cellOf = (name: string): string => {
      switch (name) {
        case "id":
          return String(index)
        case "text":
          return blank ? random.pick(["", "  ", "\n"]) : text
        case "title":
          return random.chance(0.1) ? "" : `제목 ${index}, "${random.pick(subjects)}"`
        case "source":
          return random.pick(["한국일보", "연합뉴스", ""])
        default:
          return random.pick(["2024-01-15", "2024-02-01"])
      }
    }
    return { cells: header.map(cellOf), becomes: blank ? "empty_text" : (doomed?.reason ?? label) }
  }

  while (rows.length < rowCount) {
    const earlier = rows.length === 0 || !random.chance(0.12) ? undefined : rows[random.between(0, rows.length - 1)]
    // The column `id` is not in the prompt: rows that differ only there are one request.
    rows.push(
      earlier === undefined ? fresh(rows.length) : { ...earlier, cells: [String(rows.length), ...earlier.cells.slice(1)] }
    )
  }
  if (rows.every(({ becomes }) => becomes === "empty_text")) rows[0] = { cells: header.map((name) => name), becomes: 1 }
  const asked = new Set(rows.flatMap(({ becomes, cells }) => (becomes === "empty_text" ? [] : [JSON.stringify(cells.slice(1))])))
  const records = [header, ...rows.map(({ cells }) => cells)].map((cells) =>
    cells.map((cell) => quoted(cell, random.chance(0.1))).join(",")
  )
  const text = `${random.chance(0.3) ? "\ufeff" : ""}${records.join(newline)}${newline}`
  return { text, header, rows, requests: asked.size }
}

import { entry, hint } from "./entry.js"

/** BL1xxx: reading and writing CSV files. */
export const csv = {
  BL1001: entry<{ path: string }>({
    ko: (p) => `입력 파일이 없습니다: ${p.path}\n   경로를 확인하세요.`,
    en: (p) => `input file not found: ${p.path}\n   Check the path.`
  }),
  BL1002: entry<{ path: string }>({
    ko: (p) => `입력 파일이 비어 있습니다: ${p.path}\n   첫 줄에 열 이름이 있는 CSV가 필요합니다.`,
    en: (p) => `input file is empty: ${p.path}\n   A CSV with a header line is needed.`
  }),
  BL1003: entry<{ path: string; column: string; found: ReadonlyArray<string>; nearest: string | undefined }>({
    ko: (p) =>
      `'${p.column}' 열이 없습니다: ${p.path}\n   있는 열: ${p.found.join(", ")}${hint(
        p.nearest,
        (n) => `\n   혹시 --text-column ${n} 인가요?`
      )}`,
    en: (p) =>
      `column '${p.column}' not found: ${p.path}\n   Columns found: ${p.found.join(", ")}${hint(
        p.nearest,
        (n) => `\n   Did you mean --text-column ${n}?`
      )}`
  })
}

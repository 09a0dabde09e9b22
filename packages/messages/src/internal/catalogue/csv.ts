import type { Lang } from "@batchlabel/core/Lang"
import { entry, hint, placed } from "./entry.js"

/** What is wrong with one record; `expected` and `found` are numbers of cells. */
type Fault = {
  readonly fault: "stray_quote" | "text_after_quote" | "unclosed_quote" | "too_few_cells" | "too_many_cells"
  readonly expected: number
  readonly found: number
}

const faults: Record<Fault["fault"], Record<Lang, (p: Fault) => string>> = {
  stray_quote: {
    ko: () => `따옴표로 시작하지 않은 칸 안에 따옴표(")가 있습니다. 칸 전체를 따옴표로 감싸고 안의 따옴표는 두 번("") 쓰세요`,
    en: () => `a quote (") inside a cell that does not start with one. Quote the whole cell and double the quotes inside it`
  },
  text_after_quote: {
    ko: () => `닫는 따옴표(") 뒤에 글자가 더 있습니다. 칸 안의 따옴표는 두 번("") 쓰세요`,
    en: () => `text after the closing quote (") of a cell. Double the quotes inside a cell ("")`
  },
  unclosed_quote: {
    ko: () => `여기서 열린 따옴표(")가 제대로 닫히지 않습니다. 따옴표를 닫거나, 칸 안의 따옴표라면 두 번("") 쓰세요`,
    en: () => `the quote (") opened here is never closed correctly. Close it, or double it ("") if it is part of the cell`
  },
  too_few_cells: {
    ko: (p) => `칸이 부족합니다: ${p.found}칸 (머리글은 ${p.expected}칸)`,
    en: (p) => `too few cells: ${p.found}, but the header has ${p.expected}`
  },
  too_many_cells: {
    ko: (p) => `칸이 너무 많습니다: ${p.found}칸 (머리글은 ${p.expected}칸). 구분자가 든 칸은 따옴표로 감싸세요`,
    en: (p) => `too many cells: ${p.found}, but the header has ${p.expected}. Quote cells that contain the delimiter`
  }
}

const operations = {
  read: { ko: "읽을", en: "read" },
  write: { ko: "쓸", en: "write" }
} as const

const single = {
  ko: "열이 하나뿐입니다. 구분자가 다르다면",
  en: "There is only one column. If the delimiter is different,"
}

/** BL1xxx: reading and writing CSV files. */
export const csv = {
  BL1001: entry<{ path: string }>({
    ko: (p) => `입력 파일이 없습니다: ${p.path}\n   경로를 확인하세요.`,
    en: (p) => `Input file not found: ${p.path}\n   Check the path.`
  }),
  BL1002: entry<{ path: string }>({
    ko: (p) => `입력 파일이 비어 있습니다: ${p.path}\n   첫 줄에 열 이름이 있는 CSV가 필요합니다.`,
    en: (p) => `The input file is empty: ${p.path}\n   Use a CSV file with a header line.`
  }),
  BL1003: placed<{
    path: string
    column: string
    found: ReadonlyArray<string>
    nearest: string | undefined
    delimiter: string | undefined
  }>({
    ko: (p) => ({
      what: `'${p.column}' 열이 없습니다: ${p.path}`,
      command: `있는 열: ${p.found.join(", ")}${hint(p.nearest, (n) => `\n   혹시 --text-column ${n} 인가요?`)}${hint(p.delimiter, (d) => `\n   ${single.ko} --delimiter '${d}' 를 붙이세요.`)}`,
      page: `있는 열: ${p.found.join(", ")}${hint(p.nearest, (n) => `\n   혹시 '${n}' 열인가요?`)}${hint(p.delimiter, (d) => `\n   ${single.ko} '${d}'을(를) 고르세요.`)}`
    }),
    en: (p) => ({
      what: `Column '${p.column}' not found: ${p.path}`,
      command: `Columns: ${p.found.join(", ")}${hint(p.nearest, (n) => `\n   Did you mean --text-column ${n}?`)}${hint(p.delimiter, (d) => `\n   ${single.en} add --delimiter '${d}'.`)}`,
      page: `Columns: ${p.found.join(", ")}${hint(p.nearest, (n) => `\n   Did you mean the column '${n}'?`)}${hint(p.delimiter, (d) => `\n   ${single.en} choose '${d}'.`)}`
    })
  }),
  BL1004: entry<{ path: string }>({
    ko: (p) => `일반 파일이 아닙니다 (폴더나 파이프): ${p.path}\n   CSV 파일의 경로를 주세요. 파이프는 먼저 파일로 저장하세요.`,
    en: (p) =>
      `Not a regular file (a folder or a pipe): ${p.path}\n   Give the path of a CSV file. Save piped data to a file first.`
  }),
  BL1005: entry<{ path: string; operation: keyof typeof operations }>({
    ko: (p) => `파일을 ${operations[p.operation].ko} 권한이 없습니다: ${p.path}\n   파일과 폴더의 권한을 확인하세요.`,
    en: (p) => `No permission to ${operations[p.operation].en}: ${p.path}\n   Check the permissions of the file and its folder.`
  }),
  BL1006: entry<{ path: string; operation: keyof typeof operations; detail: string }>({
    ko: (p) =>
      `파일을 ${operations[p.operation].ko} 수 없습니다: ${p.path}\n   ${p.detail}\n   디스크 공간과 경로를 확인한 뒤 다시 실행하세요.`,
    en: (p) =>
      `Cannot ${operations[p.operation].en}: ${p.path}\n   ${p.detail}\n   Check the disk space and the path, then try again.`
  }),
  BL1007: placed<{ path: string; encoding: string; byte: string; offset: number; row: number; line: number }>({
    ko: (p) => ({
      what: `${p.encoding} 인코딩이 아닌 바이트가 있습니다: ${p.path}\n   바이트 ${p.byte}, 위치 ${p.offset} (${p.line}번째 줄, ${p.row === 0 ? "머리글" : `데이터 ${p.row}행`})`,
      command: "파일의 인코딩을 --encoding utf-8|cp949|utf-16le|utf-16be 로 알려 주거나, UTF-8로 다시 저장하세요.",
      page: "파일의 인코딩을 고르거나, UTF-8로 다시 저장하세요."
    }),
    en: (p) => ({
      what: `A byte is not valid ${p.encoding}: ${p.path}\n   Byte ${p.byte} at offset ${p.offset} (line ${p.line}, ${p.row === 0 ? "the header" : `data row ${p.row}`})`,
      command: "Set the encoding with --encoding utf-8|cp949|utf-16le|utf-16be, or save the file as UTF-8.",
      page: "Choose the encoding of the file, or save it as UTF-8."
    })
  }),
  BL1008: entry<{ path: string; columns: ReadonlyArray<string> }>({
    ko: (p) =>
      `같은 이름의 열이 여럿 있습니다: ${p.path}\n   ${p.columns.join(", ")}\n   머리글에서 이름을 서로 다르게 고치세요.`,
    en: (p) => `Several columns have the same name: ${p.path}\n   ${p.columns.join(", ")}\n   Rename them in the header.`
  }),
  BL1009: entry<{ path: string; positions: ReadonlyArray<string> }>({
    ko: (p) => `이름이 없는 열이 있습니다: ${p.path}\n   위치: ${p.positions.join(", ")}번째 열\n   머리글에서 이름을 붙이세요.`,
    en: (p) => `Columns without a name: ${p.path}\n   Position: ${p.positions.join(", ")}\n   Name them in the header.`
  }),
  BL1010: placed<Fault & { path: string; row: number; line: number; column: number }>({
    ko: (p) => ({
      what: `CSV 행을 읽을 수 없습니다: ${p.path}:${p.line}:${p.column} (데이터 ${p.row}행)\n   ${faults[p.fault].ko(p)}.`,
      command: "파일을 고치거나, 이런 행이 있어도 진행하려면 --on-bad-row skip 을 붙이세요.",
      page: "파일을 고치거나, 이런 행을 건너뛰도록 고르세요."
    }),
    en: (p) => ({
      what: `Cannot read a CSV row: ${p.path}:${p.line}:${p.column} (data row ${p.row})\n   ${faults[p.fault].en(p)}.`,
      command: "Fix the file, or add --on-bad-row skip to continue despite such rows.",
      page: "Fix the file, or choose to skip such rows."
    })
  }),
  BL1011: entry<Fault & { path: string; line: number; column: number }>({
    ko: (p) =>
      `CSV 머리글을 읽을 수 없습니다: ${p.path}:${p.line}:${p.column}\n   ${faults[p.fault].ko(p)}.\n   첫 줄을 고치세요.`,
    en: (p) => `Cannot read the CSV header: ${p.path}:${p.line}:${p.column}\n   ${faults[p.fault].en(p)}.\n   Fix the first line.`
  }),
  BL1012: entry<{ path: string; row: number; line: number; limit: number }>({
    ko: (p) =>
      `한 행이 너무 큽니다 (${p.limit} 바이트 초과): ${p.path}\n   ${p.line}번째 줄에서 시작하는 ${
        p.row === 0 ? "머리글" : `데이터 ${p.row}행`
      }\n   닫히지 않은 따옴표(")가 없는지 그 줄부터 확인하세요.`,
    en: (p) =>
      `A row is larger than ${p.limit} bytes: ${p.path}\n   ${
        p.row === 0 ? "The header" : `Data row ${p.row}`
      }, starting on line ${p.line}\n   Look for an unclosed quote (") from that line on.`
  }),
  BL1013: placed<{ path: string }>({
    ko: (p) => ({
      what: `출력 파일이 이미 있습니다: ${p.path}`,
      command: "덮어쓰려면 --force 를 붙이거나 다른 경로를 주세요.",
      page: "다른 경로를 주세요."
    }),
    en: (p) => ({
      what: `The output file already exists: ${p.path}`,
      command: "Add --force to overwrite it, or give another path.",
      page: "Give another path."
    })
  }),
  BL1014: placed<{ delimiter: string }>({
    ko: (p) => ({
      what: `구분자로 쓸 수 없습니다: '${p.delimiter}'`,
      command: "따옴표와 줄바꿈이 아닌 한 글자를 주세요. 탭은 --delimiter '\\t' 입니다.",
      page: "따옴표와 줄바꿈이 아닌 한 글자를 주세요."
    }),
    en: (p) => ({
      what: `Not a usable delimiter: '${p.delimiter}'`,
      command: "Give one character other than a quote or a line break. For a tab: --delimiter '\\t'.",
      page: "Give one character other than a quote or a line break."
    })
  }),
  BL1015: entry<{ path: string; expected: ReadonlyArray<string>; found: ReadonlyArray<string> }>({
    ko: (p) =>
      `머리글이 첫 파일과 다릅니다: ${p.path}\n   첫 파일: ${p.expected.join(", ")}\n   이 파일: ${p.found.join(", ")}\n   같은 열을 같은 순서로 가진 파일만 합칠 수 있습니다.`,
    en: (p) =>
      `The header differs from that of the first file: ${p.path}\n   First file: ${p.expected.join(", ")}\n   This file: ${p.found.join(", ")}\n   Only files with the same columns in the same order can be merged.`
  }),
  BL1016: entry<{ path: string; expected: string; found: string }>({
    ko: (p) =>
      `인코딩이 앞의 파일과 다릅니다: ${p.path}\n   앞의 파일: ${p.expected}, 이 파일: ${p.found}\n   먼저 같은 인코딩으로 저장하세요.`,
    en: (p) =>
      `The encoding differs from that of the previous files: ${p.path}\n   Previous files: ${p.expected}, this file: ${p.found}\n   Save all files in one encoding first.`
  }),
  BL1017: entry<{ path: string }>({
    ko: (p) => `출력 폴더가 없습니다: ${p.path}\n   폴더를 먼저 만들거나 다른 경로를 주세요.`,
    en: (p) => `The output folder does not exist: ${p.path}\n   Create it first, or give another path.`
  }),
  BL1018: placed<{ size: string }>({
    ko: (p) => ({
      what: `나눌 크기가 올바르지 않습니다: ${p.size}`,
      command: "1 이상의 정수로 행 수(--rows)나 바이트 수(--bytes)를 주세요.",
      page: "1 이상의 정수로 행 수나 바이트 수를 주세요."
    }),
    en: (p) => ({
      what: `Not a usable part size: ${p.size}`,
      command: "Give a whole number of rows (--rows) or bytes (--bytes), 1 or more.",
      page: "Give a whole number of rows or bytes, 1 or more."
    })
  }),
  BL1019: entry({
    ko: () => "합칠 파일이 없습니다.\n   CSV 파일을 하나 이상 주세요.",
    en: () => "No files to merge.\n   Give at least one CSV file."
  }),
  /** The fault of a record alone, as reports of failed rows carry it. */
  BL1020: entry<{ fault: Fault["fault"]; expected: number; found: number }>({
    ko: (p) => faults[p.fault].ko(p),
    en: (p) => faults[p.fault].en(p)
  }),
  BL1073: entry<{ path: string; folder: string }>({
    ko: (p) => `출력을 쓸 수 없습니다: ${p.path}\n   ${p.folder}은(는) 폴더가 아닙니다. 다른 경로를 주세요.`,
    en: (p) => `Cannot write the output: ${p.path}\n   ${p.folder} is not a folder. Give another path.`
  }),
  BL1074: entry<{ path: string }>({
    ko: (p) => `출력 자리에 폴더, 파이프 또는 장치가 있습니다: ${p.path}\n   파일의 경로를 주세요.`,
    en: (p) => `The output path is a folder, a pipe or a device: ${p.path}\n   Give the path of a file.`
  }),
  BL1075: entry<{ path: string; input: string }>({
    ko: (p) =>
      `출력 파일이 입력 파일과 같은 파일입니다: ${p.path}\n   입력: ${p.input}${p.path === p.input ? "" : " (링크이거나 대소문자만 다릅니다)"}\n   아무것도 쓰지 않았습니다. 다른 경로를 주세요.`,
    en: (p) =>
      `The output file is the input file: ${p.path}\n   Input: ${p.input}${p.path === p.input ? "" : " (a link, or the same name in other letter case)"}\n   Nothing was written. Give another path.`
  })
}

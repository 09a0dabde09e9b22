import { entry, hint, placed } from "./entry.js"

/** What a flag accepts, by name. */
const expected = {
  count: { ko: "1 이상의 정수 (예: 500, 50_000, 2M)", en: "a whole number, 1 or more, such as 500, 50_000 or 2M" },
  size: { ko: "바이트 수 (예: 190000000, 100MB, 64MiB)", en: "a number of bytes, such as 190000000, 100MB or 64MiB" },
  duration: { ko: "시간 (예: 500ms, 30s, 5m, 2h)", en: "a duration, such as 500ms, 30s, 5m or 2h" },
  dollars: { ko: "달러 금액 (예: 5, 0.25)", en: "an amount in dollars, such as 5 or 0.25" },
  price: { ko: "100만 토큰당 달러 (예: 0.075)", en: "dollars per million tokens, such as 0.075" },
  temperature: { ko: "0에서 2 사이의 수 (예: 0, 0.3)", en: "a number from 0 to 2, such as 0 or 0.3" },
  sample: { ko: "행 수 또는 비율 (예: 100, 1%)", en: "a number of rows or a percentage, such as 100 or 1%" },
  number: { ko: "0 이상의 수", en: "a number, 0 or more" },
  integer: { ko: "0 이상의 정수", en: "a whole number, 0 or more" },
  port: { ko: "0에서 65535 사이의 정수", en: "a whole number from 0 to 65535" },
  text: { ko: "비어 있지 않은 값", en: "a non-empty value" },
  file: { ko: "파일 이름 (.yaml 또는 .json)", en: "the name of a .yaml or .json file" }
} as const

/**
 * The kinds of values that flags take.
 */
export type Expected = keyof typeof expected

const means = (nearest: string | undefined) => ({
  ko: hint(nearest, (name) => ` ('${name}'을(를) 뜻했나요?)`),
  en: hint(nearest, (name) => ` (did you mean '${name}'?)`)
})

const helpOf = (command: string): string => (command === "" ? "batchlabel --help" : `${command} --help`)

const looked = (folders: ReadonlyArray<string>): string => folders.map((folder) => `\n     ${folder}`).join("")

/** BL6xxx: usage of the command line. */
export const usage = {
  BL6001: entry<{ flag: string; nearest: string | undefined; command: string }>({
    ko: (p) => `알 수 없는 옵션입니다: ${p.flag}${means(p.nearest).ko}\n   쓸 수 있는 옵션: ${helpOf(p.command)}`,
    en: (p) => `Unknown flag: ${p.flag}${means(p.nearest).en}\n   See all flags: ${helpOf(p.command)}`
  }),
  BL6002: entry<{ flag: string; metavar: string }>({
    ko: (p) => `옵션 ${p.flag}에는 값이 필요합니다: ${p.flag} ${p.metavar}`,
    en: (p) => `${p.flag} needs a value: ${p.flag} ${p.metavar}`
  }),
  BL6003: entry<{ argument: string; command: string }>({
    ko: (p) => `이 명령은 '${p.argument}'을(를) 받지 않습니다.\n   쓰는 법: ${helpOf(p.command)}`,
    en: (p) => `Unexpected argument '${p.argument}'.\n   Usage: ${helpOf(p.command)}`
  }),
  BL6004: entry<{ flag: string; value: string; expected: Expected }>({
    ko: (p) => `${p.flag}의 값 '${p.value}'을(를) 쓸 수 없습니다.\n   필요한 값: ${expected[p.expected].ko}`,
    en: (p) => `${p.flag} does not accept '${p.value}'.\n   Expected: ${expected[p.expected].en}.`
  }),
  BL6005: entry<{ flag: string }>({
    ko: (p) => `옵션 ${p.flag}을(를) 두 번 주었습니다.\n   한 번만 주세요.`,
    en: (p) => `${p.flag} is given twice.\n   Give it once.`
  }),
  BL6006: entry<{ flag: string; metavar: string; command: string }>({
    ko: (p) => `옵션 ${p.flag}이(가) 필요합니다: ${p.flag} ${p.metavar}\n   쓰는 법: ${helpOf(p.command)}`,
    en: (p) => `${p.flag} is required: ${p.flag} ${p.metavar}\n   Usage: ${helpOf(p.command)}`
  }),
  BL6007: entry<{ command: string; nearest: string | undefined }>({
    ko: (p) => `알 수 없는 명령입니다: ${p.command}${means(p.nearest).ko}\n   명령 목록: batchlabel --help`,
    en: (p) => `Unknown command: ${p.command}${means(p.nearest).en}\n   See all commands: batchlabel --help`
  }),
  BL6008: entry<{ argument: string; command: string }>({
    ko: (p) => `${p.argument}이(가) 필요합니다.\n   쓰는 법: ${helpOf(p.command)}`,
    en: (p) => `${p.argument} is missing.\n   Usage: ${helpOf(p.command)}`
  }),
  BL6009: entry<{ one: string; other: string }>({
    ko: (p) => `${p.one}와(과) ${p.other}은(는) 함께 쓸 수 없습니다.\n   둘 중 하나만 주세요.`,
    en: (p) => `${p.one} and ${p.other} cannot be combined.\n   Give only one of them.`
  }),
  BL6010: entry<{ detail: string; command: string }>({
    ko: (p) => `명령줄을 이해할 수 없습니다: ${p.detail}\n   쓰는 법: ${helpOf(p.command)}`,
    en: (p) => `Cannot parse the command line: ${p.detail}\n   Usage: ${helpOf(p.command)}`
  }),
  BL6011: entry<{ flag: string }>({
    ko: (p) => `옵션 ${p.flag}은(는) 값을 받지 않습니다.\n   =와 값을 빼고 ${p.flag}만 주세요.`,
    en: (p) => `${p.flag} takes no value.\n   Give ${p.flag} alone, without = and a value.`
  }),
  BL6012: entry<{ flag: string; value: string; choices: ReadonlyArray<string>; nearest: string | undefined }>({
    ko: (p) => `${p.flag}의 값 '${p.value}'을(를) 쓸 수 없습니다${means(p.nearest).ko}.\n   가능한 값: ${p.choices.join(", ")}`,
    en: (p) => `${p.flag} does not accept '${p.value}'${means(p.nearest).en}.\n   Choices: ${p.choices.join(", ")}`
  }),
  BL6013: entry<{ one: string; other: string }>({
    ko: (p) => `${p.one}은(는) ${p.other}와(과) 함께 주어야 합니다.`,
    en: (p) => `${p.one} requires ${p.other}.`
  }),
  BL6020: entry<{ folders: ReadonlyArray<string> }>({
    ko: (p) =>
      `어떤 작업인지 알 수 없습니다: 작업이 있는 폴더가 없습니다.\n   찾아본 곳:${looked(p.folders)}\n   --input 이나 --home 을 주거나, 먼저 submit 으로 제출하세요.`,
    en: (p) => `No job found.\n   Searched:${looked(p.folders)}\n   Give --input or --home, or submit a file first.`
  }),
  BL6021: entry<{ id: string; folders: ReadonlyArray<string> }>({
    ko: (p) =>
      `'${p.id}'의 작업을 이 컴퓨터에서 찾지 못했습니다.\n   찾아본 곳:${looked(p.folders)}\n   ID를 확인하고 --input 이나 --home 으로 작업 폴더를 알려 주세요. 다른 컴퓨터의 작업이면 되찾으세요: batchlabel recover ${p.id} --input FILE\n   ID를 잃었다면: https://platform.openai.com/batches`,
    en: (p) =>
      `No job for '${p.id}' on this machine.\n   Searched:${looked(p.folders)}\n   Check the ID, and give the job folder with --input or --home. To bring back a job from another machine: batchlabel recover ${p.id} --input FILE\n   Lost the ID? See https://platform.openai.com/batches`
  }),
  BL6022: entry<{ path: string; detail: string }>({
    ko: (p) =>
      `배치 정보 파일을 읽을 수 없습니다: ${p.path}\n   ${p.detail}\n   --input 이나 --home 으로 작업을 알려 주거나, 그 파일을 지우세요.`,
    en: (p) =>
      `Cannot read the batch info file: ${p.path}\n   ${p.detail}\n   Give the job with --input or --home, or remove that file.`
  }),
  BL6023: entry<{ path: string; detail: string }>({
    ko: (p) => `파일을 읽을 수 없습니다: ${p.path}\n   ${p.detail}\n   경로와 권한을 확인하세요.`,
    en: (p) => `Cannot read the file: ${p.path}\n   ${p.detail}\n   Check the path and permissions.`
  }),
  BL6024: entry<{ path: string }>({
    ko: (p) => `파일이 이미 있습니다: ${p.path}\n   덮어쓰려면 --force 를 붙이거나 다른 이름을 주세요.`,
    en: (p) => `The file already exists: ${p.path}\n   Add --force to overwrite it, or give another name.`
  }),
  BL6025: entry<{ path: string; detail: string }>({
    ko: (p) => `파일을 쓸 수 없습니다: ${p.path}\n   ${p.detail}\n   경로, 권한, 디스크 공간을 확인하세요.`,
    en: (p) => `Cannot write the file: ${p.path}\n   ${p.detail}\n   Check the path, permissions and disk space.`
  }),
  BL6026: entry<{ detail: string }>({
    ko: (p) => `시뮬레이터를 시작할 수 없습니다: ${p.detail}`,
    en: (p) => `Cannot start the simulator: ${p.detail}`
  }),
  BL6028: entry<{ location: string; detail: string }>({
    ko: (p) => `설정을 읽을 수 없습니다: ${p.location}\n   ${p.detail}`,
    en: (p) => `Cannot read a setting: ${p.location}\n   ${p.detail}`
  }),
  BL6065: entry<{ command: string; question: string }>({
    ko: (p) =>
      `확인을 받을 터미널이 없어 아무것도 하지 않았습니다: ${p.question}\n   물어보지 않고 하려면 --yes 를 붙이세요: ${p.command} --yes`,
    en: (p) =>
      `Nothing was done: there is no terminal to confirm on. ${p.question}\n   Add --yes to skip the question: ${p.command} --yes`
  }),
  BL6073: entry<{ paths: ReadonlyArray<string>; folder: string; detail: string }>({
    ko: (p) =>
      `안내서의 파일을 쓰지 못했습니다: ${p.paths.join(", ")} (${p.folder})\n   ${p.detail}\n   작업은 이 파일 없이 계속됩니다. 다른 폴더에 두려면 --guide-files DIR, 쓰지 않으려면 --guide-files none`,
    en: (p) =>
      `Cannot write the guide's files: ${p.paths.join(", ")} (${p.folder})\n   ${p.detail}\n   The job continues without them. To write them elsewhere: --guide-files DIR; to skip them: --guide-files none`
  }),
  BL6074: entry<{ detail: string }>({
    ko: (p) =>
      `표준 출력에 쓸 수 없습니다: ${p.detail}\n   나머지는 표준 오류로 썼습니다. 작업은 저장되어 있습니다: batchlabel list`,
    en: (p) => `Cannot write to standard output: ${p.detail}\n   The rest went to standard error. Jobs are saved: batchlabel list`
  }),
  BL6075: entry<{ path: string }>({
    ko: (p) =>
      `일반 파일이 아닙니다 (폴더, 파이프 또는 장치): ${p.path}\n   파일의 경로를 주세요. 파이프는 먼저 파일로 저장하세요.`,
    en: (p) =>
      `Not a regular file (a folder, a pipe or a device): ${p.path}\n   Give the path of a file. Save piped data to a file first.`
  }),
  BL6070: placed<{ detail: string }>({
    ko: (p) => ({
      what: `예상하지 못한 오류입니다: ${p.detail}`,
      command: "작업은 저장되어 있으니 같은 명령을 다시 실행해도 됩니다. 자세한 내용: --log-level debug",
      page: "작업은 저장되어 있습니다. 계속되면 서버 관리자에게 알리세요."
    }),
    en: (p) => ({
      what: `Unexpected error: ${p.detail}`,
      command: "Jobs are saved: you can run the same command again. For details: --log-level debug",
      page: "Jobs are saved. If this continues, tell the server's operator."
    })
  })
}

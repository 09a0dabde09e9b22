import { entry, hint, placed } from "./entry.js"

/** What a key of a task may hold, in words. */
export const kinds = {
  text: { ko: "글 (수나 true/false는 따옴표로 감싸세요)", en: "text (put numbers and true/false in quotes)" },
  name: {
    ko: "비어 있지 않은 글 (수나 true/false는 따옴표로 감싸세요)",
    en: "non-empty text (put numbers and true/false in quotes)"
  },
  labels: { ko: "두 개 이상의 라벨 목록", en: "a list of at least two labels" },
  label: { ko: "값, 또는 value·name·criteria", en: "a value, or value, name and criteria" },
  label_value: {
    ko: "수 또는 앞뒤 공백과 줄바꿈이 없는 글",
    en: "a number, or text without line breaks or surrounding blanks"
  },
  text_list: { ko: "글의 목록", en: "a list of texts" },
  examples: { ko: "예시(input, label)의 목록", en: "a list of examples (input, label)" },
  example: { ko: "input과 label", en: "input and label" },
  example_input: { ko: "글, 또는 열 이름별 글", en: "a text, or texts by column name" },
  temperature: { ko: "0에서 2 사이의 수", en: "a number from 0 to 2" },
  fraction: { ko: "0에서 1 사이의 수", en: "a number from 0 to 1" },
  count: { ko: "1 이상의 정수", en: "a whole number, 1 or more" },
  integer: { ko: "정수", en: "a whole number" },
  json: { ko: "JSON 값", en: "a JSON value" },
  keys: { ko: "키와 값", en: "keys with values" },
  answer: { ko: "number, text, json_schema 중 하나", en: "one of number, text, json_schema" },
  endpoint: {
    ko: "/v1/chat/completions 또는 /v1/responses",
    en: "/v1/chat/completions or /v1/responses"
  }
} as const

/** What helps against a parameter that a model refuses. */
const remedies = {
  remove: {
    ko: {
      command: "작업의 parameters에서 지우세요. --model로 다른 모델을 고를 수도 있습니다.",
      page: "작업의 parameters에서 지우거나 다른 모델을 고르세요."
    },
    en: {
      command: "Remove it from the task's parameters, or choose another model with --model.",
      page: "Remove it from the task's parameters, or choose another model."
    }
  },
  effort_none: {
    ko: {
      command: "작업의 parameters에서 지우거나, reasoning_effort: none을 추가해 추론을 끄세요.",
      page: "작업의 parameters에서 지우거나, reasoning_effort: none을 추가해 추론을 끄세요."
    },
    en: {
      command: "Remove it from the task's parameters, or add reasoning_effort: none to turn reasoning off.",
      page: "Remove it from the task's parameters, or add reasoning_effort: none to turn reasoning off."
    }
  },
  max_completion_tokens: {
    ko: {
      command: "작업의 parameters에서 max_tokens 대신 max_completion_tokens를 쓰세요.",
      page: "작업의 parameters에서 max_tokens 대신 max_completion_tokens를 쓰세요."
    },
    en: {
      command: "In the task's parameters, use max_completion_tokens instead of max_tokens.",
      page: "In the task's parameters, use max_completion_tokens instead of max_tokens."
    }
  },
  answer: {
    ko: {
      command: "작업의 answer를 number나 text로 바꾸거나 다른 모델을 고르세요.",
      page: "작업의 answer를 number나 text로 바꾸거나 다른 모델을 고르세요."
    },
    en: {
      command: "Set the task's answer to number or text, or choose another model.",
      page: "Set the task's answer to number or text, or choose another model."
    }
  }
} as const

/** @internal */
export type Kind = keyof typeof kinds

type Place = { readonly path: string; readonly line: number | undefined }

const at = ({ line, path }: Place): string => (line === undefined ? path : `${path}:${line}`)

const quoted = (names: ReadonlyArray<string>): string => names.map((name) => `'${name}'`).join(", ")

/** How a column is written in a template: plainly where its name allows it. */
const asVariable = (column: string): string =>
  /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(column) ? `{{ ${column} }}` : `{{ row[${JSON.stringify(column)}] }}`

/** BL2xxx: tasks, prompts and answers. */
export const task = {
  BL2001: entry<Place & { detail: string }>({
    ko: (p) => `작업 파일을 읽을 수 없습니다: ${at(p)}\n   ${p.detail}\n   YAML 또는 JSON 문법을 확인하세요.`,
    en: (p) => `Cannot read the task file: ${at(p)}\n   ${p.detail}\n   Check its YAML or JSON syntax.`
  }),
  BL2002: placed<Place & { key: string }>({
    ko: (p) => ({
      what: `작업에 '${p.key}'이(가) 없습니다: ${at(p)}`,
      command: `'${p.key}'을(를) 추가하세요. 'batchlabel init'이 완성된 예를 만듭니다.`,
      page: `'${p.key}'을(를) 추가하세요.`
    }),
    en: (p) => ({
      what: `The task has no '${p.key}': ${at(p)}`,
      command: `Add '${p.key}'. 'batchlabel init' writes a complete example.`,
      page: `Add '${p.key}'.`
    })
  }),
  BL2003: entry<Place & { key: string; nearest: string | undefined; known: ReadonlyArray<string> }>({
    ko: (p) =>
      `작업에 알 수 없는 키 '${p.key}'이(가) 있습니다: ${at(p)}\n   쓸 수 있는 키: ${p.known.join(", ")}${hint(p.nearest, (n) => `\n   혹시 '${n}'인가요?`)}`,
    en: (p) =>
      `Unknown key '${p.key}' in the task: ${at(p)}\n   Valid keys: ${p.known.join(", ")}${hint(p.nearest, (n) => `\n   Did you mean '${n}'?`)}`
  }),
  BL2004: entry<Place & { key: string; expected: Kind; actual: string }>({
    ko: (p) =>
      `작업의 '${p.key}' 값이 올바르지 않습니다: ${at(p)}\n   필요한 값: ${kinds[p.expected].ko}\n   적힌 값: ${p.actual}`,
    en: (p) => `The task's '${p.key}' is not valid: ${at(p)}\n   Expected: ${kinds[p.expected].en}\n   Found: ${p.actual}`
  }),
  BL2005: entry<Place & { key: string; value: string }>({
    ko: (p) =>
      `라벨 값 '${p.value}'이(가) 두 번 나옵니다: ${at(p)} (${p.key})\n   라벨 값은 글로 적었을 때 서로 달라야 합니다. 하나를 바꾸거나 지우세요.`,
    en: (p) =>
      `Two labels have the value '${p.value}': ${at(p)} (${p.key})\n   Label values must differ when written as text. Change or remove one.`
  }),
  BL2006: entry<Place & { key: string; value: string }>({
    ko: (p) =>
      `answer가 number인데 라벨 값 '${p.value}'은(는) 수가 아닙니다: ${at(p)} (${p.key})\n   answer를 text나 json_schema로 바꾸거나 라벨 값을 수로 적으세요.`,
    en: (p) =>
      `The answer form is number, but the label value '${p.value}' is not a number: ${at(p)} (${p.key})\n   Set answer to text or json_schema, or make the label value a number.`
  }),
  BL2007: entry<Place & { key: string; value: string; labels: ReadonlyArray<string> }>({
    ko: (p) => `예시의 라벨 '${p.value}'이(가) 라벨 목록에 없습니다: ${at(p)} (${p.key})\n   있는 라벨: ${p.labels.join(", ")}`,
    en: (p) =>
      `The example's label '${p.value}' is not one of the task's labels: ${at(p)} (${p.key})\n   Labels: ${p.labels.join(", ")}`
  }),
  BL2008: entry<Place & { parameter: string; instead: string | undefined }>({
    ko: (p) =>
      `parameters에 '${p.parameter}'을(를) 쓸 수 없습니다: ${at(p)}\n   ${hint(p.instead, (key) => `작업의 '${key}'이(가) 이 값을 정합니다. `)}이 줄을 지우세요.`,
    en: (p) =>
      `'${p.parameter}' is not allowed in parameters: ${at(p)}\n   ${hint(p.instead, (key) => `The task's '${key}' sets it. `)}Remove the line.`
  }),
  BL2009: entry<Place & { parameter: string; endpoint: string }>({
    ko: (p) => `${p.endpoint}에는 '${p.parameter}' 매개변수가 없습니다: ${at(p)}\n   이 줄을 지우거나 endpoint를 바꾸세요.`,
    en: (p) => `${p.endpoint} has no parameter '${p.parameter}': ${at(p)}\n   Remove the line, or change the endpoint.`
  }),
  BL2073: placed<Place & { parameter: string; endpoint: string; nearest: string | undefined }>({
    ko: (p) => ({
      what: `${p.endpoint}에 '${p.parameter}'(이)라는 매개변수가 없어, 모든 행이 오류로 끝나게 됩니다: ${at(p)}${hint(p.nearest, (n) => `\n   혹시 '${n}'인가요?`)}`,
      command:
        "아무것도 보내지 않았습니다. 이 프로그램보다 새로운 매개변수라면 --allow-unknown-parameters 를 붙이거나 과제에 allow_unknown_parameters: true 를 적으세요.",
      page: "아무것도 보내지 않았습니다. 이 프로그램보다 새로운 매개변수라면 과제에 allow_unknown_parameters: true 를 적으세요."
    }),
    en: (p) => ({
      what: `${p.endpoint} has no parameter '${p.parameter}'; every row would end in an error: ${at(p)}${hint(p.nearest, (n) => `\n   Did you mean '${n}'?`)}`,
      command:
        "Nothing was sent. If the parameter is newer than this program, add --allow-unknown-parameters, or allow_unknown_parameters: true to the task.",
      page: "Nothing was sent. If the parameter is newer than this program, add allow_unknown_parameters: true to the task."
    })
  }),
  BL2010: entry<{ task: string; part: string; line: number | undefined; column: number | undefined; detail: string }>({
    ko: (p) =>
      `작업 '${p.task}'의 ${p.part}이(가) 올바른 템플릿이 아닙니다${p.line === undefined || p.column === undefined ? "" : ` (${p.line}번째 줄, ${p.column}번째 글자)`}.\n   ${p.detail}\n   열은 {{ title }}처럼 적습니다. {% include %} 같은 파일 읽기는 쓸 수 없습니다.`,
    en: (p) =>
      `${p.part} of task '${p.task}' is not a valid template${p.line === undefined || p.column === undefined ? "" : ` (line ${p.line}, column ${p.column})`}.\n   ${p.detail}\n   Write a column as {{ title }}. Tags that read files, such as {% include %}, are not available.`
  }),
  BL2011: entry<{
    task: string
    part: string
    variable: string
    line: number | undefined
    columns: ReadonlyArray<string>
    nearest: string | undefined
  }>({
    ko: (p) =>
      `작업 '${p.task}'의 ${p.part}${p.line === undefined ? "" : ` ${p.line}번째 줄`}이 쓰는 '${p.variable}' 열이 없습니다.\n   있는 열: ${quoted(p.columns)}${hint(p.nearest, (n) => `\n   혹시 ${asVariable(n)}인가요?`)}\n   없을 수도 있는 열이면 기본값을 주세요: {{ … | default: "N/A" }}`,
    en: (p) =>
      `${p.part} of task '${p.task}'${p.line === undefined ? "" : `, line ${p.line},`} uses '${p.variable}', which is not a column.\n   Columns: ${quoted(p.columns)}${hint(p.nearest, (n) => `\n   Did you mean ${asVariable(n)}?`)}\n   If the column may be absent, give it a default: {{ … | default: "N/A" }}`
  }),
  BL2012: entry<{ task: string; part: string; variable: string; line: number | undefined }>({
    ko: (p) =>
      `작업 '${p.task}'의 ${p.part}${p.line === undefined ? "" : ` ${p.line}번째 줄`}에 있는 '${p.variable}'은(는) 글이 아닙니다.\n   행의 열은 {{ row["열 이름"] }}, 작업의 라벨은 {{ task.criteria }}, {{ task.values }}, task.labels로 적습니다.`,
    en: (p) =>
      `${p.part} of task '${p.task}'${p.line === undefined ? "" : `, line ${p.line}`}: '${p.variable}' is not text.\n   Write a column as {{ row["column name"] }}, and the task's labels as {{ task.criteria }}, {{ task.values }} or task.labels.`
  }),
  BL2013: entry<{ task: string; variable: string; line: number | undefined }>({
    ko: (p) =>
      `작업 '${p.task}'의 system${p.line === undefined ? "" : ` ${p.line}번째 줄`}이 열 '${p.variable}'을(를) 씁니다.\n   system은 모든 행에 똑같이 보내집니다. 행의 내용은 template에 적으세요.`,
    en: (p) =>
      `system of task '${p.task}'${p.line === undefined ? "" : `, line ${p.line},`} uses the column '${p.variable}'.\n   system is the same for every row. Put what depends on the row into template.`
  }),
  BL2014: entry<{ task: string; columns: ReadonlyArray<string> }>({
    ko: (p) =>
      `작업 '${p.task}'의 template이 어떤 열도 쓰지 않아 모든 행이 같은 질문이 됩니다.\n   {{ text }}처럼 열을 적으세요. 있는 열: ${quoted(p.columns)}`,
    en: (p) =>
      `template of task '${p.task}' uses no column, so every row would be the same question.\n   Add a column to it, such as {{ text }}. Columns: ${quoted(p.columns)}`
  }),
  BL2015: placed<{ task: string; part: string; detail: string }>({
    ko: (p) => ({
      what: `작업 '${p.task}'의 ${p.part}을(를) 채울 수 없습니다.\n   ${p.detail}`,
      command: "템플릿의 반복과 필터를 확인하세요. 'batchlabel preview'가 몇 행을 미리 보여 줍니다.",
      page: "템플릿의 반복과 필터를 확인하세요."
    }),
    en: (p) => ({
      what: `${p.part} of task '${p.task}' cannot be rendered.\n   ${p.detail}`,
      command: "Check its loops and filters. 'batchlabel preview' shows a few rows.",
      page: "Check its loops and filters."
    })
  }),
  BL2016: entry<{ name: string; names: ReadonlyArray<string>; nearest: string | undefined }>({
    ko: (p) =>
      `'${p.name}'이라는 프리셋이 없습니다.\n   있는 프리셋: ${p.names.join(", ")}${hint(p.nearest, (n) => `\n   혹시 ${n}인가요?`)}`,
    en: (p) =>
      `There is no preset '${p.name}'.\n   Presets: ${p.names.join(", ")}${hint(p.nearest, (n) => `\n   Did you mean ${n}?`)}`
  }),
  BL2017: entry<Place & { key: string; column: string }>({
    ko: (p) => `출력 열 이름 '${p.column}'이(가) 두 번 나옵니다: ${at(p)} (${p.key})\n   columns의 이름은 서로 달라야 합니다.`,
    en: (p) => `Two output columns are named '${p.column}': ${at(p)} (${p.key})\n   The names in columns must differ.`
  }),
  BL2018: placed<{ path: string; actual: string }>({
    ko: (p) => ({
      what: `작업이 아닙니다: ${p.path}\n   name, labels, template 같은 키와 값이 필요합니다. 적힌 내용: ${p.actual}`,
      command: "'batchlabel init'이 완성된 예를 만듭니다.",
      page: ""
    }),
    en: (p) => ({
      what: `Not a task: ${p.path}\n   A task has keys such as name, labels and template. Found: ${p.actual}`,
      command: "'batchlabel init' writes a complete example.",
      page: ""
    })
  }),
  BL2019: entry<Place & { count: number }>({
    ko: (p) =>
      `라벨 ${p.count}개는 json_schema 답에 너무 많습니다: ${at(p)}\n   스키마는 값 1,000개까지, 250개를 넘으면 모두 합쳐 15,000자까지 담습니다. answer를 text로 바꾸세요.`,
    en: (p) =>
      `${p.count} labels are too many for json_schema answers: ${at(p)}\n   A schema can list 1,000 values, and above 250 values 15,000 characters in total. Set answer to text.`
  }),
  BL2020: placed<{ path: string; detail: string }>({
    ko: (p) => ({
      what: `작업 파일을 열 수 없습니다: ${p.path}\n   ${p.detail}`,
      command: "--task의 경로를 확인하거나 'batchlabel init'으로 새로 만드세요.",
      page: "경로를 확인하세요."
    }),
    en: (p) => ({
      what: `Cannot open the task file: ${p.path}\n   ${p.detail}`,
      command: "Check the path given to --task, or write a new file with 'batchlabel init'.",
      page: "Check the path."
    })
  }),
  BL2080: placed<{ task: string; model: string; parameter: string; value: string; remedy: keyof typeof remedies }>({
    ko: (p) => ({
      what: `모델 '${p.model}'은(는) ${p.parameter}: ${p.value}을(를) 받지 않아 모든 요청이 거절됩니다 (작업 '${p.task}'). 아무것도 보내지 않았습니다.`,
      ...remedies[p.remedy].ko
    }),
    en: (p) => ({
      what: `Model '${p.model}' does not accept ${p.parameter}: ${p.value}, so every request would fail (task '${p.task}'). Nothing was sent.`,
      ...remedies[p.remedy].en
    })
  }),
  BL2081: entry<{ task: string; model: string; value: string; supported: ReadonlyArray<string> }>({
    ko: (p) =>
      `모델 '${p.model}'에는 reasoning_effort '${p.value}'이(가) 없어 모든 요청이 거절됩니다 (작업 '${p.task}'). 아무것도 보내지 않았습니다.\n   이 모델의 값: ${p.supported.join(", ")}`,
    en: (p) =>
      `Model '${p.model}' does not accept reasoning_effort '${p.value}', so every request would fail (task '${p.task}'). Nothing was sent.\n   Accepted: ${p.supported.join(", ")}`
  }),
  BL2082: entry<{ task: string; endpoint: string; parameter: string; value: string; expected: string }>({
    ko: (p) =>
      `${p.endpoint}은(는) ${p.parameter}: ${p.value}을(를) 받지 않습니다 (작업 '${p.task}'). 아무것도 보내지 않았습니다.\n   받는 값: ${p.expected}. 작업의 parameters에서 고치거나 지우세요.`,
    en: (p) =>
      `${p.endpoint} does not accept ${p.parameter}: ${p.value} (task '${p.task}'). Nothing was sent.\n   Accepted: ${p.expected}. Change or remove it in the task's parameters.`
  }),
  BL2083: entry<{ task: string; parameter: string; needed: string }>({
    ko: (p) =>
      `${p.parameter}은(는) ${p.needed}와(과) 함께만 쓸 수 있습니다 (작업 '${p.task}'). 아무것도 보내지 않았습니다.\n   작업의 parameters에 ${p.needed}을(를) 추가하거나 ${p.parameter}을(를) 지우세요.`,
    en: (p) =>
      `${p.parameter} requires ${p.needed} (task '${p.task}'). Nothing was sent.\n   Add ${p.needed} to the task's parameters, or remove ${p.parameter}.`
  }),
  BL2084: entry<{ task: string; parameter: string; other: string }>({
    ko: (p) =>
      `${p.parameter}과(와) ${p.other}은(는) 함께 쓸 수 없습니다 (작업 '${p.task}'). 아무것도 보내지 않았습니다.\n   작업의 parameters에서 ${p.parameter}을(를) 지우세요.`,
    en: (p) =>
      `${p.parameter} and ${p.other} cannot be combined (task '${p.task}'). Nothing was sent.\n   Remove ${p.parameter} from the task's parameters.`
  })
}

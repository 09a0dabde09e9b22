import { Document, Scalar, visit } from "yaml"
import type { Lang } from "../Lang.js"
import type * as Task from "../Task.js"

type Key = keyof Task.Task

const comments: Readonly<Record<Key | "file" | "shots", Readonly<Record<Lang, string>>>> = {
  file: {
    ko: "batchlabel 작업 파일. 이렇게 씁니다: batchlabel submit --task 이_파일 --input 데이터.csv\n모든 행에 무엇을 묻고 어떤 답을 받을지 정합니다.",
    en: "A task file of batchlabel. Use it like this: batchlabel submit --task THIS_FILE --input DATA.csv\nIt says what is asked about each row and which answers there are."
  },
  name: { ko: "작업의 이름. 목록에만 쓰입니다.", en: "A name for people; nothing depends on it." },
  labels: {
    ko: "라벨: value는 답이자 label 열의 값, name은 label_name 열의 값,\ncriteria는 이 라벨을 고르는 기준입니다. 값만 적어도 됩니다: [긍정, 부정]",
    en: "The labels: value is the answer and goes into the label column, name into label_name,\ncriteria say when it is right. Bare values will do, too: [yes, no]"
  },
  system: {
    ko: "시스템 메시지. 모든 행에 똑같이 보내집니다.",
    en: "The system message, the same for every row."
  },
  template: {
    ko: `사용자 메시지 (LiquidJS 템플릿). 행의 열과 작업의 라벨을 넣습니다:
  {{ text }}                       본문 열 (--text-column)
  {{ title | default: "N/A" }}     비었거나 없을 수 있는 열
  {{ row["기사 제목"] }}           이름에 공백이 있는 열
  {{ task.criteria }}              라벨과 기준,  {{ task.values }}  라벨 값`,
    en: `The user message (a LiquidJS template), filled from the row and the labels:
  {{ text }}                       the text column (--text-column)
  {{ title | default: "N/A" }}     a column that may be empty or absent
  {{ row["headline (en)"] }}       a column with any name
  {{ task.criteria }}              labels and criteria,  {{ task.values }}  the values`
  },
  examples: {
    ko: "few-shot 예시. 모든 요청에 붙으므로 그만큼 비용이 늘어납니다.\ninput은 사용자 메시지 전체(글)이거나, template에 넣을 열들({text: …, title: …})입니다.",
    en: "Few-shot examples. Every request carries them, and pays for them.\nAn input is a whole user message (a text) or the columns for the template ({text: …, title: …})."
  },
  shots: { ko: "이 프리셋의 예시를 쓰려면 아래의 주석을 푸세요.", en: "To use the preset's examples, uncomment these." },
  model: { ko: "Batch API를 지원하는 모델.", en: "Any model of the Batch API." },
  parameters: {
    ko: "요청 매개변수. temperature 0은 일관된 답, 0.3은 약간의 다양성.\n추론 모델에는 temperature를 지우고 max_completion_tokens를 넉넉히 주세요.",
    en: "Parameters of the request. temperature 0 is consistent, 0.3 varies a little.\nFor reasoning models remove temperature and raise max_completion_tokens."
  },
  answer: {
    ko: "답의 형식: number(수), text(라벨 값 그대로), json_schema(스키마로 강제한 JSON)",
    en: "How the model answers: number, text (the label's value), or json_schema (JSON that a schema enforces)"
  },
  endpoint: { ko: "/v1/chat/completions 또는 /v1/responses", en: "/v1/chat/completions or /v1/responses" },
  allow_unknown_parameters: {
    ko: "이 프로그램보다 새로운 매개변수도 그대로 보냅니다.",
    en: "Send parameters that are newer than this program."
  },
  allow_retired_model: {
    ko: "OpenAI가 종료한 모델에도 보냅니다 (호환 서버용).",
    en: "Send to a model that OpenAI has shut down (for a compatible server)."
  },
  columns: { ko: "결과 CSV에 더해질 열의 이름.", en: "The names of the columns that results add." }
}

const comment = (text: string): string =>
  text
    .split("\n")
    .map((line) => (line === "" ? "#" : `# ${line}`))
    .join("\n")

/** Characters that a reader of YAML may take for something else, or that an editor does not show. */
const unprintable = /[\p{C}\u0085\u2028\u2029]/u

/**
 * Texts of several plain lines are blocks; texts with characters that do not show, and blank lines at the end, which a block would take
 * from the layout of the file, are written with escapes.
 */
const styleOf = (text: string): Scalar.Type | undefined => {
  const lines = text.split("\n")
  if (lines.some((line) => unprintable.test(line))) return Scalar.QUOTE_DOUBLE
  if (lines.length === 1) return undefined
  const isBlock = lines.every((line) => line === line.trimEnd()) && /^\S/.test(text) && !text.endsWith("\n\n")
  return isBlock ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE
}

const yaml = (value: unknown): string => {
  const document = new Document(value, { version: "1.2", aliasDuplicateObjects: false })
  visit(document, {
    Scalar: (_, node) => {
      const style = typeof node.value === "string" ? styleOf(node.value) : undefined
      if (style !== undefined) node.type = style
    }
  })
  return document.toString({ lineWidth: 0, doubleQuotedAsJSON: true })
}

/** The keys of a task file in the order in which they are explained. */
const order: ReadonlyArray<Key> = [
  "name",
  "labels",
  "system",
  "template",
  "answer",
  "examples",
  "model",
  "parameters",
  "endpoint",
  "columns",
  "allow_unknown_parameters",
  "allow_retired_model"
]

/** The task as commented YAML. `shots` are examples to offer where the task itself has none. */
export const write = (task: Task.Task, shots: ReadonlyArray<Task.Example>, lang: Lang): string => {
  const blocks = order
    .filter((key) => task[key] !== undefined)
    .map((key) => {
      const offered =
        key === "examples" && task.examples.length === 0 && shots.length > 0
          ? `${comment(comments.shots[lang])}\n${comment(yaml({ examples: shots }).trimEnd())}\n`
          : ""
      return `${comment(comments[key][lang])}\n${yaml({ [key]: task[key] })}${offered}`
    })
  return [`${comment(comments.file[lang])}\n`, ...blocks].join("\n")
}

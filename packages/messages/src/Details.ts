/**
 * The details of failed rows and of requests that do not fit the API's schema, in the reader's language. They are stored in English; what
 * the API or the model said stays as it is.
 *
 * @example
 * ```ts
 * import * as Details from "@batchlabel/messages/Details"
 *
 * console.log(Details.detail("the answer is empty", "ko")) // 답이 비어 있습니다
 * ```
 *
 * @since 0.1.0
 */
import type { Lang } from "@batchlabel/core/Lang"

/** A detail in English, with its values as groups, and the same in Korean, with `$1`, `$2` for the values. */
const korean: ReadonlyArray<readonly [pattern: RegExp, text: string]> = [
  // Answers, as core reads them.
  [/^the model declined: (.*)$/s, "모델이 답을 거절했습니다: $1"],
  [/^the answer was withheld \((.*)\)$/s, "답이 보류되었습니다 ($1)"],
  [/^the answer was cut short \((.*)\); raise max_completion_tokens$/s, "답이 잘렸습니다 ($1). max_completion_tokens를 늘리세요"],
  [/^the answer is empty$/, "답이 비어 있습니다"],
  [/^the answer is not one of the labels: (.*)$/s, "답이 라벨 목록에 없습니다: $1"],
  [/^the choices do not agree on a label: (.*)$/s, "여러 답의 라벨이 서로 다릅니다: $1"],
  [
    /^the response body is not one of Chat Completions or Responses$/,
    "응답 본문이 Chat Completions나 Responses의 형식이 아닙니다"
  ],
  // Result lines and rows, as dataset reads them.
  [/^the request was lost inside the API \(status_code 0\)$/, "요청이 API 안에서 유실되었습니다 (status_code 0)"],
  [/^the batch expired before this request was run$/, "이 요청이 실행되기 전에 배치가 만료되었습니다"],
  [/^the batch was cancelled before this request was run$/, "이 요청이 실행되기 전에 배치가 취소되었습니다"],
  [/^the result line holds neither a response nor an error$/, "결과 줄에 응답도 오류도 없습니다"],
  [/^the request takes (\d+) bytes, and a batch may hold (\d+)$/, "요청이 $1바이트로, 배치의 한도 $2바이트를 넘습니다"],
  [/^the request takes (\d+) tokens, and a batch may hold (\d+)$/, "요청이 $1토큰으로, 배치의 한도 $2토큰을 넘습니다"],
  [/^the template cannot be filled from this row: (.*)$/s, "이 행으로 템플릿을 채울 수 없습니다: $1"],
  [/^the text cell is blank, so nothing was asked$/, "글이 든 칸이 비어 있어 묻지 않았습니다"],
  [/^no batch of this job has an answer for this row$/, "이 작업의 어느 배치에도 이 행의 답이 없습니다"],
  // Broken records, as csv-io reads them.
  [
    /^line (\d+), column (\d+): a quote \("\) inside a cell that does not start with one$/,
    '$1번째 줄 $2번째 글자: 따옴표로 시작하지 않은 칸 안에 따옴표(")가 있습니다'
  ],
  [
    /^line (\d+), column (\d+): text after the closing quote \("\) of a cell$/,
    '$1번째 줄 $2번째 글자: 닫는 따옴표(") 뒤에 글자가 더 있습니다'
  ],
  [
    /^line (\d+), column (\d+): an opening quote \("\) that is never closed correctly$/,
    '$1번째 줄 $2번째 글자: 여기서 열린 따옴표(")가 제대로 닫히지 않습니다'
  ],
  [
    /^line (\d+), column (\d+): too few cells: (\d+); the header has (\d+)$/,
    "$1번째 줄 $2번째 글자: 칸이 부족합니다: $3칸 (머리글은 $4칸)"
  ],
  [
    /^line (\d+), column (\d+): too many cells: (\d+); the header has (\d+)$/,
    "$1번째 줄 $2번째 글자: 칸이 너무 많습니다: $3칸 (머리글은 $4칸)"
  ],
  // Schemas, as effect words them; the path of the key stands before.
  [/^((?:[\w.[\]]+: )?)is missing$/, "$1값이 없습니다"],
  [/^((?:[\w.[\]]+: )?)is unexpected, expected: (.*)$/s, "$1알 수 없는 키입니다. 쓸 수 있는 키: $2"],
  [/^((?:[\w.[\]]+: )?)Expected (.*), actual (.*)$/s, "$1필요한 값: $2, 받은 값: $3"],
  [/^the body cannot be read$/, "본문을 읽을 수 없습니다"]
]

/**
 * A detail in a language: `the answer is empty` → `답이 비어 있습니다`. A detail that is nobody's of this product stays as it is.
 *
 * @since 0.1.0
 * @category texts
 */
export const detail = (text: string, lang: Lang): string => {
  const found = lang === "ko" ? korean.find(([pattern]) => pattern.test(text)) : undefined
  return found === undefined ? text : text.replace(found[0], found[1])
}

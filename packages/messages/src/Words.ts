/**
 * Words that the command and the page share: states, reasons, waits. One list, so that both say the same.
 *
 * @example
 * ```ts
 * import * as Words from "@batchlabel/messages/Words"
 *
 * console.log(Words.reason("empty_text", "en")) // empty text
 * ```
 *
 * @since 0.1.0
 */
import type { Lang } from "@batchlabel/core/Lang"
import type { FailureReason } from "@batchlabel/core/Outcome"

type Words<K extends string> = Readonly<Record<K, Readonly<Record<Lang, string>>>>

const statuses = {
  draft: { ko: "시작 전", en: "not started" },
  preparing: { ko: "준비 중", en: "preparing" },
  waiting: { ko: "전송 대기 중", en: "waiting to be sent" },
  validating: { ko: "검증 중", en: "validating" },
  in_progress: { ko: "처리 중", en: "processing" },
  finalizing: { ko: "마무리 중", en: "finalizing" },
  completed: { ko: "완료", en: "completed" },
  failed: { ko: "실패", en: "failed" },
  expired: { ko: "만료", en: "expired" },
  cancelling: { ko: "취소 중", en: "cancelling" },
  cancelled: { ko: "취소됨", en: "cancelled" },
  stopped: { ko: "멈춤", en: "stopped" },
  planned: { ko: "업로드 예정", en: "ready to upload" },
  uploading: { ko: "업로드 중", en: "uploading" },
  uploaded: { ko: "업로드됨", en: "uploaded" },
  creating: { ko: "생성 중", en: "creating" },
  collected: { ko: "결과 수집됨", en: "collected" },
  rejected: { ko: "거절됨", en: "rejected" },
  lost: { ko: "API에 없음", en: "unknown to the API" },
  abandoned: { ko: "보내지 않음", en: "not sent" }
} satisfies Words<string>

const reasons: Words<typeof FailureReason.Type> = {
  invalid_answer: { ko: "답이 라벨 목록에 없음", en: "answer is not a label" },
  refused: { ko: "모델이 거절함", en: "model refused" },
  truncated: { ko: "답이 잘림", en: "answer truncated" },
  api_error: { ko: "API 오류", en: "API error" },
  infrastructure: { ko: "API 안에서 유실", en: "lost inside the API" },
  expired: { ko: "시간 안에 실행되지 않음", en: "expired before it ran" },
  cancelled: { ko: "취소됨", en: "cancelled" },
  missing: { ko: "결과 파일에 없음", en: "missing from the result files" },
  results_unreadable: { ko: "결과를 읽지 못함", en: "results unreadable" },
  row_too_large: { ko: "행이 너무 큼", en: "row too large" },
  empty_text: { ko: "글이 비어 있음", en: "empty text" },
  bad_record: { ko: "깨진 CSV 행", en: "malformed CSV row" },
  budget: { ko: "비용 한도", en: "spending cap" }
}

const waits = {
  tokens: { ko: "대기열 토큰이 비기를 기다림", en: "waits for room in the token queue" },
  rate: { ko: "시간당 배치 수 한도 때문에 기다림", en: "waits for the hourly batch limit" },
  budget: { ko: "비용 한도 때문에 기다림", en: "waits for the spending cap" },
  limit: { ko: "이번 달 비용 한도 때문에 기다림", en: "waits for the monthly spending limit" },
  asked: { ko: "같은 행을 물은 다른 작업의 답을 기다림", en: "waits for another job's answers to the same rows" },
  backoff: { ko: "API가 거절해 잠시 뒤 다시 시도함", en: "retries later because the API refused it" }
} satisfies Words<string>

const find = (words: Words<string>, key: string, lang: Lang): string => words[key]?.[lang] ?? key

/**
 * The state of a job, a batch or an attempt: `processing`. A state that this version does not know stands for itself.
 *
 * @since 0.1.0
 * @category words
 */
export const status = (key: string, lang: Lang): string => find(statuses, key, lang)

/**
 * Why a row has no label: `empty text`.
 *
 * @since 0.1.0
 * @category words
 */
export const reason = (key: string, lang: Lang): string => find(reasons, key, lang)

/**
 * What a batch waits for: `waits for room in the token queue`.
 *
 * @since 0.1.0
 * @category words
 */
export const wait = (key: string, lang: Lang): string => find(waits, key, lang)

import type { Lang } from "@batchlabel/core/Lang"

/**
 * What a failed call was about: the operation of the service, the id or path it was given, the API's id of the request, the status and
 * words of its reply. `created` is there after a create that may have been acted on.
 */
export type ApiCall = {
  readonly operation: string
  readonly target: string | undefined
  readonly requestId: string | undefined
  readonly status: number | undefined
  readonly detail: string
  readonly created: string | undefined
}

const operations: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  upload: { ko: "파일 업로드", en: "uploading a file" },
  create: { ko: "배치 생성", en: "creating a batch" },
  retrieve: { ko: "배치 조회", en: "retrieving a batch" },
  list: { ko: "배치 목록 조회", en: "listing batches" },
  cancel: { ko: "배치 취소", en: "cancelling a batch" },
  file: { ko: "파일 정보 조회", en: "looking up a file" },
  files: { ko: "파일 목록 조회", en: "listing files" },
  download: { ko: "파일 다운로드", en: "downloading a file" },
  deleteFile: { ko: "파일 삭제", en: "deleting a file" }
}

const named =
  (lang: Lang) =>
  ({ operation, target }: Pick<ApiCall, "operation" | "target">): string => {
    const name = operations[operation]?.[lang] ?? operation
    return target === undefined ? name : `${name} (${target})`
  }

/** `배치 조회 (batch_xyz789)`: what was being done. */
export const calling = { ko: named("ko"), en: named("en") }

/** The API's own words on a line of their own, if it had any. */
export const saying = ({ detail }: ApiCall): string => (detail === "" ? "" : `\n   ${detail}`)

/** What is known out of these, in parentheses. */
export const inParentheses = (...parts: ReadonlyArray<string | number | undefined>): string => {
  const known = parts.filter((part) => part !== undefined && part !== "")
  return known.length === 0 ? "" : `(${known.join(", ")})`
}

/** The same after a space. */
export const afterSpace = (...parts: ReadonlyArray<string | number | undefined>): string => {
  const text = inParentheses(...parts)
  return text === "" ? "" : ` ${text}`
}

/** What to know after a create of unknown outcome, and the line that support will ask for. */
export const tail = {
  ko: ({ created, requestId }: ApiCall): string =>
    (created === undefined
      ? ""
      : "\n   배치가 만들어졌는지는 알 수 없습니다. 다시 시도하면 먼저 목록에서 찾아보므로 두 번 결제되지 않습니다.") +
    (requestId === undefined ? "" : `\n   요청 ID: ${requestId}`),
  en: ({ created, requestId }: ApiCall): string =>
    (created === undefined
      ? ""
      : "\n   It is unknown whether the batch was created. Try again: the list of batches is searched first, so nothing is paid twice.") +
    (requestId === undefined ? "" : `\n   Request ID: ${requestId}`)
}

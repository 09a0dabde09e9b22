import type { Lang } from "../../Lang.js"

/** What a failed call was about: the operation of the service, the id or path it was given, the API's id of the request. */
export interface ApiCall {
  readonly operation: string
  readonly target: string | undefined
  readonly requestId: string | undefined
}

const operations: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  upload: { ko: "파일 업로드", en: "uploading a file" },
  create: { ko: "배치 생성", en: "creating a batch" },
  retrieve: { ko: "배치 조회", en: "retrieving a batch" },
  list: { ko: "배치 목록 조회", en: "listing the batches" },
  cancel: { ko: "배치 취소", en: "cancelling a batch" },
  file: { ko: "파일 정보 조회", en: "looking up a file" },
  files: { ko: "파일 목록 조회", en: "listing the files" },
  download: { ko: "파일 다운로드", en: "downloading a file" },
  deleteFile: { ko: "파일 삭제", en: "deleting a file" }
}

const named =
  (lang: Lang) =>
  ({ operation, target }: ApiCall): string => {
    const name = operations[operation]?.[lang] ?? operation
    return target === undefined ? name : `${name} (${target})`
  }

/** `배치 조회 (batch_xyz789)`: what was being done. */
export const calling = { ko: named("ko"), en: named("en") }

/** The API's own words on a line of their own, if it had any. */
export const saying = ({ detail }: { readonly detail: string }): string => (detail === "" ? "" : `\n   ${detail}`)

/** The line that support will ask for. */
export const requestTail = {
  ko: ({ requestId }: ApiCall): string => (requestId === undefined ? "" : `\n   요청 ID: ${requestId}`),
  en: ({ requestId }: ApiCall): string => (requestId === undefined ? "" : `\n   Request id: ${requestId}`)
}

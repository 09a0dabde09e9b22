import { entry } from "./entry.js"

/** BL50xx–BL52xx: jobs and datasets. */
export const job = {
  BL5001: entry<{ path: string; operation: string; detail: string }>({
    ko: (p) => `작업 파일을 ${p.operation === "read" ? "읽을" : "쓸"} 수 없습니다: ${p.path}\n   ${p.detail}\n   디스크 공간과 권한을 확인한 뒤 같은 명령을 다시 실행하세요.`,
    en: (p) => `cannot ${p.operation} a file of the job: ${p.path}\n   ${p.detail}\n   Check disk space and permissions, then run the same command again.`
  })
}

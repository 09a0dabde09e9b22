import { entry, placed } from "./entry.js"

/** Minutes, or hours where they are many. */
const span = {
  ko: (minutes: number): string => (minutes < 120 ? `${minutes}분` : `${Math.round(minutes / 60)}시간`),
  en: (minutes: number): string => (minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`)
}

const steps = {
  ko: { upload: "요청 파일 업로드가", create: "배치 생성이", batch: "만든 배치가", queue: "토큰 대기열이 가득 차 배치가" },
  en: {
    upload: "The request file was refused",
    create: "The batch could not be created",
    batch: "The batch was created and failed before it ran",
    queue: "The model's queue was full"
  }
} as const

const list = (items: ReadonlyArray<string>): string => items.join(", ")

/** The name by which a file was given, where it is known by another one. */
const other = (p: { readonly path: string; readonly input: string }, same: string): string =>
  p.path === p.input ? "" : `\n   ${p.input}${same}`

/** Why a downloaded file is not the batch's. Other details are the API's own words. */
const unread: Readonly<Record<"ko" | "en", Readonly<Record<string, string>>>> = {
  ko: { empty: "비어 있음", foreign: "이 배치의 결과가 아님", cut: "줄 중간에서 끊김" },
  en: { empty: "it is empty", foreign: "it has no results of this batch", cut: "it ends within a line" }
}

const limits = "https://platform.openai.com/settings/organization/limits"
const status = "https://status.openai.com"

/** How a stopped job continues. */
const resume = {
  ko: { command: "batchlabel run 이나 watch 로 계속하세요.", page: "'계속'을 누르세요." },
  en: { command: "continue with batchlabel run or watch.", page: "continue the job." }
}

/** BL50xx–BL52xx: jobs and datasets. */
export const job = {
  BL5001: entry<{ path: string; operation: string; detail: string }>({
    ko: (p) =>
      `작업 파일을 ${p.operation === "read" ? "읽을" : "쓸"} 수 없습니다: ${p.path}\n   ${p.detail}\n   디스크 공간과 권한을 확인한 뒤 다시 시도하세요.`,
    en: (p) => `Cannot ${p.operation} a job file: ${p.path}\n   ${p.detail}\n   Check disk space and permissions, then try again.`
  }),
  BL5002: placed<{ job: string; path: string; changed: ReadonlyArray<string> }>({
    ko: (p) => ({
      what: `끝나지 않은 작업 ${p.job} 이후에 바뀐 것이 있습니다: ${list(p.changed)}\n   입력: ${p.path}`,
      command:
        "바뀌지 않은 행의 결과를 살리려면 --match-rows, 따로 새로 시작하려면 --new 를 붙이거나, 원래 입력과 과제로 되돌리세요.",
      page: "새 작업을 만들거나, 원래 입력과 과제로 되돌리세요."
    }),
    en: (p) => ({
      what: `Changed since the unfinished job ${p.job}: ${list(p.changed)}\n   Input: ${p.path}`,
      command:
        "Add --match-rows to keep the results of unchanged rows, add --new to start a separate job, or restore the original input and task.",
      page: "Create a new job, or restore the original input and task."
    })
  }),
  BL5003: placed<{ job: string; path: string }>({
    ko: (p) => ({
      what: `입력 파일이 작업 ${p.job}을(를) 시작한 뒤에 바뀌었습니다: ${p.path}`,
      command: "원래 파일로 되돌리거나, 바뀌지 않은 행만 결과를 붙이려면 --match-rows 를 쓰세요.",
      page: "원래 파일로 되돌리세요."
    }),
    en: (p) => ({
      what: `The input file has changed since job ${p.job} started: ${p.path}`,
      command: "Restore the original file, or add --match-rows to give unchanged rows their results.",
      page: "Restore the original file."
    })
  }),
  BL5004: placed<{ job: string; status: string }>({
    ko: (p) => ({
      what: `작업이 아직 끝나지 않았습니다: ${p.job} (상태: ${p.status})`,
      command: "나중에 다시 확인하세요. 지금까지의 결과만 받으려면: batchlabel download --partial",
      page: "나중에 다시 확인하세요."
    }),
    en: (p) => ({
      what: `The job is not finished yet: ${p.job} (status: ${p.status})`,
      command: "Check again later. To get the results so far: batchlabel download --partial",
      page: "Check again later."
    })
  }),
  BL5005: placed<{ batch: string }>({
    ko: (p) => ({
      what: `배치를 찾을 수 없습니다: ${p.batch}`,
      command: "ID를 확인하세요. 배치는 만든 API 키의 프로젝트에서만 보입니다 (OPENAI_API_KEY, OPENAI_PROJECT_ID).",
      page: "ID를 확인하세요. 배치는 만든 API 키의 프로젝트에서만 보입니다."
    }),
    en: (p) => ({
      what: `Batch not found: ${p.batch}`,
      command:
        "Check the ID. A batch is visible only in the project of the API key that created it (OPENAI_API_KEY, OPENAI_PROJECT_ID).",
      page: "Check the ID. A batch is visible only in the project of the API key that created it."
    })
  }),
  BL5006: placed<{ batch: string }>({
    ko: (p) => ({
      what: `배치 ${p.batch}은(는) batchlabel이 만든 것이 아닙니다: 메타데이터에 작업 정보가 없습니다.`,
      command: "batchlabel submit 이 알려 준 배치 ID를 쓰세요.",
      page: "작업 페이지에 있는 배치 ID를 쓰세요."
    }),
    en: (p) => ({
      what: `Batch ${p.batch} does not come from this program: its metadata names no job.`,
      command: "Use a batch ID that batchlabel submit printed.",
      page: "Use a batch ID from a job's page."
    })
  }),
  BL5007: placed<{ path: string; input: string }>({
    ko: (p) => ({
      what: `출력이 읽는 파일을 덮어쓰게 됩니다: ${p.path}${other(p, " 은(는) 같은 파일입니다")}`,
      command: "아무것도 쓰지 않았습니다. --output 에 다른 경로를 주세요.",
      page: "아무것도 쓰지 않았습니다. 다른 경로를 주세요."
    }),
    en: (p) => ({
      what: `The output would overwrite an input file: ${p.path}${other(p, " is the same file")}`,
      command: "Nothing was written. Give --output another path.",
      page: "Nothing was written. Give another path."
    })
  }),
  BL5008: placed<{ path: string }>({
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
  BL5009: entry<{ path: string; column: string }>({
    ko: (p) => `라벨을 붙일 행이 없습니다: ${p.path}\n   '${p.column}' 열에 글이 있는 행이 하나도 없습니다.`,
    en: (p) => `No rows to label: ${p.path}\n   Column '${p.column}' is empty in every row.`
  }),
  BL5010: entry<{ job: string }>({
    ko: (p) => `다른 프로세스가 작업 ${p.job}을(를) 준비하고 있습니다.\n   그 프로세스가 끝난 뒤에 다시 시도하세요.`,
    en: (p) => `Another process is preparing job ${p.job}.\n   Try again when it is done.`
  }),
  BL5011: placed<{ bytes: number; limit: number }>({
    ko: (p) => ({
      what: `배치 입력 파일(${p.bytes} 바이트)을 서버가 너무 크다고 거절했습니다.`,
      command: `더 작은 값으로 다시 시작하세요: batchlabel submit --new --shard-bytes SIZE (지금: ${p.limit})`,
      page: `배치 파일의 크기(shardBytes)를 줄여 새 작업을 만드세요 (지금: ${p.limit}).`
    }),
    en: (p) => ({
      what: `The server refused a batch input file of ${p.bytes} bytes as too large.`,
      command: `Start again with a smaller size: batchlabel submit --new --shard-bytes SIZE (now: ${p.limit})`,
      page: `Create a new job with a smaller batch file size (shardBytes, now ${p.limit}).`
    })
  }),
  BL5012: entry<{ batch: string }>({
    ko: (p) =>
      `API가 배치 ${p.batch}을(를) 모른다고 합니다. 다른 프로젝트의 키이거나 오래된 배치일 수 있습니다.\n   만들 때 쓴 키와 프로젝트로 다시 확인하세요. 다른 배치는 계속 진행됩니다.`,
    en: (p) =>
      `The API does not know batch ${p.batch}. The key may belong to another project, or the batch is too old.\n   Check again with the key and project that created it. Other batches keep running.`
  }),
  BL5014: placed<{ path: string; expected: string; found: string }>({
    ko: (p) => ({
      what: `작업의 요청 파일이 손상되었습니다: ${p.path} (sha256 ${p.found}, 기대값 ${p.expected})`,
      command: "보내지 않았습니다. 파일을 되돌리거나 새로 시작하세요: batchlabel submit --new",
      page: "보내지 않았습니다. 새 작업을 만드세요."
    }),
    en: (p) => ({
      what: `A request file of the job is damaged: ${p.path} (sha256 ${p.found}, expected ${p.expected})`,
      command: "Nothing was sent. Restore the file, or start again: batchlabel submit --new",
      page: "Nothing was sent. Create a new job."
    })
  }),
  BL5015: placed<{ id: string }>({
    ko: (p) => ({
      what: `작업을 찾을 수 없습니다: ${p.id}`,
      command: "batchlabel list 로 작업 목록을 보세요. 다른 컴퓨터의 작업은 batchlabel recover 로 되찾습니다.",
      page: "작업 목록을 확인하세요."
    }),
    en: (p) => ({
      what: `Job not found: ${p.id}`,
      command: "See batchlabel list. To bring back a job from another machine, use batchlabel recover.",
      page: "Check the list of jobs."
    })
  }),
  BL5016: entry<{ job: string }>({
    ko: (p) => `작업 ${p.job}에는 다시 물을 실패 행이 없습니다.`,
    en: (p) => `Job ${p.job} has no failed rows to retry.`
  }),
  BL5017: placed<{ job: string; days: number }>({
    ko: (p) => ({
      what: `작업 ${p.job}의 결과 파일이 ${p.days}일 뒤에 OpenAI에서 삭제됩니다.`,
      command: "지금 batchlabel check 로 받아 두세요.",
      page: "서버가 실행 중이면 저절로 받아 둡니다."
    }),
    en: (p) => ({
      what: `OpenAI deletes the result files of job ${p.job} in ${p.days} ${p.days === 1 ? "day" : "days"}.`,
      command: "Fetch them now with batchlabel check.",
      page: "The server fetches them while it runs."
    })
  }),
  BL5045: entry<{ batch: string; file: string; detail: string; until: string }>({
    ko: (p) =>
      `배치 ${p.batch}의 결과를 읽지 못했습니다: ${p.file}, ${unread.ko[p.detail] ?? p.detail}\n   이미 지불한 결과이므로 다시 묻지 않습니다. ${p.until}까지 간격을 늘려 가며 다시 받습니다. 계속되면 키의 프로젝트와 프록시를 확인하세요.`,
    en: (p) =>
      `Cannot read the results of batch ${p.batch}: ${p.file}, ${unread.en[p.detail] ?? p.detail}\n   They are paid for, so no row is sent again. The download is retried at growing intervals until ${p.until}. If this continues, check the key's project and any proxy.`
  }),
  BL5046: placed<{ batch: string; file: string; path: string; detail: string }>({
    ko: (p) => ({
      what: `모아 둔 결과 파일이 없거나 손상되었습니다: ${p.path} (배치 ${p.batch}, ${p.file})\n   ${p.detail}`,
      command: "다시 묻지 않았습니다. 파일을 되돌리거나, 배치를 만든 키로 batchlabel download 를 다시 실행하세요.",
      page: "다시 묻지 않았습니다. 서버 관리자에게 파일을 되돌려 달라고 하세요."
    }),
    en: (p) => ({
      what: `A collected result file is missing or damaged: ${p.path} (batch ${p.batch}, ${p.file})\n   ${p.detail}`,
      command: "No row was sent again. Restore the file, or run batchlabel download again with the key that created the batch.",
      page: "No row was sent again. Ask the server's operator to restore the file."
    })
  }),
  BL5047: placed<{ batch: string; file: string; detail: string }>({
    ko: (p) => ({
      what: `배치 ${p.batch}의 입력 파일 ${p.file}이(가) 이 배치를 만든 파일이 아닙니다: ${p.detail}`,
      command: "아무것도 보내지 않았습니다. 잠시 뒤 batchlabel recover 를 다시 실행하세요.",
      page: "아무것도 보내지 않았습니다. 잠시 뒤 다시 시도하세요."
    }),
    en: (p) => ({
      what: `${p.file} is not the file that batch ${p.batch} was created from: ${p.detail}`,
      command: "Nothing was sent. Run batchlabel recover again later.",
      page: "Nothing was sent. Try again later."
    })
  }),
  BL5055: placed<{ batch: string; reason: string | undefined; kept: number; open: number }>({
    ko: (p) => ({
      what: `배치 ${p.batch}이(가) batchlabel 밖에서 취소되었습니다 (대시보드, 다른 프로그램 또는 서버).${p.reason === undefined ? "" : `\n   이유: ${p.reason}`}\n   받은 답 ${p.kept}개는 보관했습니다. 나머지 ${p.open}개 요청은 보내지 않습니다.`,
      command: "계속하려면 batchlabel run 이나 watch 를 다시 실행하고, 끝내려면 batchlabel cancel 을 실행하세요.",
      page: "작업을 계속하거나 취소하세요."
    }),
    en: (p) => ({
      what: `Batch ${p.batch} was cancelled outside this program (on the dashboard, by another program or by the server).${p.reason === undefined ? "" : `\n   Reason: ${p.reason}`}\n   ${p.kept} answers are kept. The ${p.open} open requests are not sent.`,
      command: "To continue, run batchlabel run or watch again. To end the job, run batchlabel cancel.",
      page: "Continue the job, or cancel it."
    })
  }),
  BL5056: placed<{ batch: string; reason: string }>({
    ko: (p) => ({
      what: `서버가 배치 ${p.batch}을(를) 실행하지 않고 끝냈습니다.\n   이유: ${p.reason === "" ? "서버가 말하지 않았습니다" : p.reason}`,
      command: `비용은 들지 않았고 다시 보내지 않았습니다. 이유를 해결한 뒤 ${resume.ko.command}`,
      page: `비용은 들지 않았고 다시 보내지 않았습니다. 이유를 해결한 뒤 ${resume.ko.page}`
    }),
    en: (p) => ({
      what: `The server ended batch ${p.batch} without running it.\n   Reason: ${p.reason === "" ? "none given" : p.reason}`,
      command: `Nothing was charged or sent again. Resolve the cause, then ${resume.en.command}`,
      page: `Nothing was charged or sent again. Resolve the cause, then ${resume.en.page}`
    })
  }),
  BL5057: placed<{ batch: string; status: string; end: string }>({
    ko: (p) => ({
      what: `배치 ${p.batch}이(가) 기한(${p.end})이 지난 뒤에도 끝나지 않았습니다. 상태: '${p.status}'\n   취소도 요청했습니다. 아직 비용이 들 수 있어 다시 보내지 않았습니다. 대시보드에서 확인하세요.`,
      command: "batchlabel run 이나 watch 로 계속하면 만료로 보고, 끝난 답은 보관하고 나머지만 다시 묻습니다.",
      page: "계속하면 만료로 보고, 끝난 답은 보관하고 나머지만 다시 묻습니다."
    }),
    en: (p) => ({
      what: `Batch ${p.batch} has not ended, although its deadline was ${p.end}. Status: '${p.status}'\n   Cancellation was requested. The batch may still cost money, so nothing was sent again. Check the dashboard.`,
      command: "batchlabel run or watch treats it as expired: finished answers are kept, the rest is sent again.",
      page: "If you continue, it counts as expired: finished answers are kept, the rest is sent again."
    })
  }),
  BL5058: placed<{ model: string; limit: number; tokens: number }>({
    ko: (p) => ({
      what: `API가 말한 ${p.model}의 대기 토큰 한도(${p.limit.toLocaleString("en-US")})에는 요청 몇 개도 들어가지 않습니다 (요청 하나에 약 ${p.tokens.toLocaleString("en-US")} 토큰).\n   한 행짜리 배치로 나누지 않고 멈췄습니다. 한도를 확인하세요: ${limits}`,
      command: `batchlabel run 이나 watch 로 계속하면 이 한도를 잊고 다시 시도합니다. 정말 그 한도라면 새로 시작하세요: batchlabel submit --new --enqueued-limit ${p.limit}`,
      page: "계속하면 이 한도를 잊고 다시 시도합니다. 정말 그 한도라면 그 값을 대기열 토큰 한도로 정해 새 작업을 만드세요."
    }),
    en: (p) => ({
      what: `The API reports an enqueued-token limit of ${p.limit.toLocaleString("en-US")} for ${p.model}, which fits hardly any request (about ${p.tokens.toLocaleString("en-US")} tokens each).\n   The job stopped instead of sending one-row batches. Check the limit: ${limits}`,
      command: `batchlabel run or watch forgets this limit and tries again. If it is correct, start again: batchlabel submit --new --enqueued-limit ${p.limit}`,
      page: "If you continue, this limit is forgotten and the batch is tried again. If the limit is correct, create a new job with that enqueued-token limit."
    })
  }),
  BL5059: placed<{ job: string; batch: string }>({
    ko: (p) => ({
      what: `이 API 키로는 작업 ${p.job}의 배치가 하나도 보이지 않습니다 (예: ${p.batch}). 배치를 만든 키와 다른 프로젝트 또는 조직의 키입니다.`,
      command:
        "잃은 것은 없고 새로 만든 것도 없습니다. 배치를 만든 프로젝트의 키로 다시 실행하세요 (OPENAI_API_KEY, OPENAI_PROJECT_ID, OPENAI_BASE_URL).",
      page: "잃은 것은 없고 새로 만든 것도 없습니다. 서버 관리자가 배치를 만든 프로젝트의 키를 설정해야 합니다."
    }),
    en: (p) => ({
      what: `This API key sees none of the batches of job ${p.job} (such as ${p.batch}). It belongs to another project or organization than the key that created them.`,
      command:
        "Nothing is lost, and no new batch was created. Run the command again with a key of the original project (OPENAI_API_KEY, OPENAI_PROJECT_ID, OPENAI_BASE_URL).",
      page: "Nothing is lost, and no new batch was created. The server's operator must set a key of the original project."
    })
  }),
  BL5060: placed<{ rounds: number; minutes: number; batch: string; last: string }>({
    ko: (p) => ({
      what: `배치가 ${p.rounds}번 연달아 아무것도 처리하지 못하고 끝났습니다 (${span.ko(p.minutes)} 동안, 마지막: ${p.batch}).${p.last === "" ? "" : `\n   마지막 오류: ${p.last}`}`,
      command: `더 보내지 않고 멈췄습니다. 서비스 상태(${status})를 확인하거나 다른 모델을 고르고, ${resume.ko.command}`,
      page: `더 보내지 않고 멈췄습니다. 서비스 상태(${status})를 확인하고, ${resume.ko.page}`
    }),
    en: (p) => ({
      what: `${p.rounds} batches in a row ended without a single answer (within ${span.en(p.minutes)}, the last one: ${p.batch}).${p.last === "" ? "" : `\n   Last error: ${p.last}`}`,
      command: `The job stopped. Check the service status (${status}) or choose another model, then ${resume.en.command}`,
      page: `The job stopped. Check the service status (${status}), then ${resume.en.page}`
    })
  }),
  BL5061: placed<{ what: string; tries: number; minutes: number; last: string }>({
    ko: (p) => ({
      what: `${steps.ko[p.what as keyof typeof steps.ko] ?? p.what} ${p.tries}번 연달아 거절되었습니다 (${span.ko(p.minutes)} 동안).${p.last === "" ? "" : `\n   마지막 답: ${p.last}`}`,
      command: `더 시도하지 않고 멈췄습니다. 한도와 서비스 상태를 확인한 뒤 ${resume.ko.command}\n   ${limits}, ${status}`,
      page: `더 시도하지 않고 멈췄습니다. 한도와 서비스 상태를 확인한 뒤 ${resume.ko.page}\n   ${limits}, ${status}`
    }),
    en: (p) => ({
      what: `${steps.en[p.what as keyof typeof steps.en] ?? p.what}, ${p.tries} times in a row (within ${span.en(p.minutes)}).${p.last === "" ? "" : `\n   Last answer: ${p.last}`}`,
      command: `The job stopped. Check limits and status, then ${resume.en.command}\n   ${limits}, ${status}`,
      page: `The job stopped. Check limits and status, then ${resume.en.page}\n   ${limits}, ${status}`
    })
  }),
  BL5018: placed<{ job: string }>({
    ko: (p) => ({
      what: `작업 ${p.job}의 복구가 도중에 끊겼습니다. 이미 보낸 배치를 모두 알기 전에는 아무것도 보내지 않습니다.`,
      command: `복구를 다시 실행하세요: batchlabel recover ${p.job} --input FILE`,
      page: "서버 관리자가 복구를 다시 실행해야 합니다."
    }),
    en: (p) => ({
      what: `The recovery of job ${p.job} was interrupted. Nothing is sent until all existing batches are known.`,
      command: `Recover it again: batchlabel recover ${p.job} --input FILE`,
      page: "The server's operator must recover it again."
    })
  }),
  BL5062: placed<{ job: string; expected: string; found: string }>({
    ko: (p) => ({
      what: `작업 ${p.job}은(는) 다른 과제로 보낸 것입니다 (지문 ${p.expected}, 주신 과제는 ${p.found}).`,
      command:
        "보낼 때와 같은 과제를 주세요: --task FILE 이나 --preset NAME, 그때 썼다면 --model, --system, --few-shot, --temperature 도 함께",
      page: "보낼 때와 같은 과제를 주세요."
    }),
    en: (p) => ({
      what: `Job ${p.job} was sent with another task (fingerprint ${p.expected}; the given task has ${p.found}).`,
      command:
        "Give the task it was sent with: --task FILE or --preset NAME, plus --model, --system, --few-shot and --temperature if you used them.",
      page: "Give the task it was sent with."
    })
  }),
  BL5065: placed<{ job: string; path: string }>({
    ko: (p) => ({
      what: `작업 ${p.job}의 비용에 아직 아무도 동의하지 않아 새로 보내지 않습니다.`,
      command: `batchlabel submit --input ${p.path} 를 실행하면 행 수와 비용을 보여 주고 묻습니다 (묻지 않게 하려면 --yes).`,
      page: "작업 페이지에서 행 수와 비용을 확인하고 시작하세요."
    }),
    en: (p) => ({
      what: `The cost of job ${p.job} is not confirmed yet, so nothing more is sent.`,
      command: `Run batchlabel submit --input ${p.path}: it shows rows and cost and asks (skip the question with --yes).`,
      page: "Check rows and cost on the job's page, then start it."
    })
  }),
  BL5066: entry<{ row: number; column: string }>({
    ko: (p) =>
      `${p.row}번째 행에 첫 행에 없는 열이 있습니다: "${p.column}"\n   모든 행에 같은 열을 주세요. 값은 비어 있어도 됩니다.`,
    en: (p) =>
      `Row ${p.row} has a column that the first row does not have: "${p.column}"\n   Give every row the columns of the first one; a value may be empty.`
  }),
  BL5067: entry<{ detail: string }>({
    ko: (p) => `입력을 읽을 수 없습니다: ${p.detail}`,
    en: (p) => `The input cannot be read: ${p.detail}`
  }),
  BL5068: entry<{ kind: "request builder" | "answer reader" | "provider"; id: string }>({
    ko: (p) =>
      `이 작업은 이 프로그램에 없는 확장(${p.kind})으로 만들어졌습니다: "${p.id}"\n   작업을 만든 프로그램에서 계속하거나, 같은 id의 확장을 등록하세요.`,
    en: (p) =>
      `The job was made with a ${p.kind} that this program does not have: "${p.id}"\n   Continue the job in the program that made it, or register an extension with this id.`
  }),
  BL5069: entry<{ job: string; status: string }>({
    ko: (p) =>
      `작업 ${p.job}은(는) 아직 사용 중이라 지울 수 없습니다 (${p.status}).\n   작업이 끝나거나 취소된 뒤에 다시 시도하세요.`,
    en: (p) => `Job ${p.job} is in use and cannot be deleted (${p.status}).\n   Try again when it is over, or cancel it first.`
  }),
  BL6027: placed<{ path: string }>({
    ko: (p) => ({
      what: `이어서 할 표본 작업이 없습니다: ${p.path}`,
      command: "먼저 run --sample 로 일부를 라벨링하거나, --continue 없이 실행하세요.",
      page: "먼저 표본을 라벨링하세요."
    }),
    en: (p) => ({
      what: `No sample to continue from: ${p.path}`,
      command: "Label a sample with run --sample first, or run without --continue.",
      page: "Label a sample first."
    })
  }),
  BL5073: placed<{ path: string; failed: string }>({
    ko: (p) => ({
      what: `결과 파일과 실패 파일이 같은 파일입니다 (링크): ${p.path}, ${p.failed}`,
      command: "링크를 지우거나 --output 에 다른 경로를 주세요.",
      page: "링크를 지우거나 다른 경로를 주세요."
    }),
    en: (p) => ({
      what: `A link makes the result file and the failures file the same: ${p.path}, ${p.failed}`,
      command: "Remove the link, or give --output another path.",
      page: "Remove the link, or give another path."
    })
  }),
  BL5074: entry<{ column: string; key: string }>({
    ko: (p) =>
      `결과의 열 '${p.column}' (columns.${p.key})이(가) 글이 든 열을 덮어쓰게 됩니다.\n   아무것도 보내지 않았습니다. 과제의 columns.${p.key}에 다른 이름을 주세요.`,
    en: (p) =>
      `The result column '${p.column}' (columns.${p.key}) would replace the text column.\n   Nothing was sent. Rename columns.${p.key} in the task.`
  }),
  BL5075: entry<{ column: string; kept: string }>({
    ko: (p) => `입력의 '${p.column}' 열은 결과의 열과 이름이 같아 '${p.kept}'(으)로 남깁니다.`,
    en: (p) => `The input column '${p.column}' has the name of a result column; it is kept as '${p.kept}'.`
  }),
  BL5173: placed<{ path: string; detail: string }>({
    ko: (p) => ({
      what: `작업 폴더에 쓸 수 없습니다: ${p.path}\n   ${p.detail}`,
      command: "아무것도 보내지 않았습니다. 쓸 수 있는 폴더를 --home 이나 BATCHLABEL_HOME 으로 알려 주세요.",
      page: "아무것도 보내지 않았습니다. 서버 관리자가 폴더의 권한을 고쳐야 합니다."
    }),
    en: (p) => ({
      what: `Cannot write to the job folder: ${p.path}\n   ${p.detail}`,
      command: "Nothing was sent. Set a writable folder with --home or BATCHLABEL_HOME.",
      page: "Nothing was sent. The server's operator must correct the folder's permissions."
    })
  })
}

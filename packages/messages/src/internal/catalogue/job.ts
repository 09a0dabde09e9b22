import { entry } from "./entry.js"

/** Minutes, or hours where they are many. */
const span = {
  ko: (minutes: number): string => (minutes < 120 ? `${minutes}분` : `${Math.round(minutes / 60)}시간`),
  en: (minutes: number): string => (minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`)
}

const steps = {
  ko: { upload: "요청 파일 업로드가", create: "배치 생성이", batch: "만든 배치가", queue: "토큰 대기열이 가득 차 배치가" },
  en: {
    upload: "the request file was not taken",
    create: "the batch could not be created",
    batch: "the batch was created and failed before it ran",
    queue: "the queue of the model was full"
  }
} as const

const list = (items: ReadonlyArray<string>): string => items.join(", ")

/** The name by which a file was given, where it is known by another one. */
const other = (p: { readonly path: string; readonly input: string }, same: string): string =>
  p.path === p.input ? "" : `\n   ${p.input}${same}`

/** Why a file that was fetched is not the batch's. Other details are the API's own words. */
const unread: Readonly<Record<"ko" | "en", Readonly<Record<string, string>>>> = {
  ko: { empty: "비어 있음", foreign: "이 배치의 결과가 아님", cut: "줄 중간에서 끊김" },
  en: { empty: "it is empty", foreign: "it holds no results of this batch", cut: "it was cut within a line" }
}

/** BL50xx–BL52xx: jobs and datasets. */
export const job = {
  BL5001: entry<{ path: string; operation: string; detail: string }>({
    ko: (p) =>
      `작업 파일을 ${p.operation === "read" ? "읽을" : "쓸"} 수 없습니다: ${p.path}\n   ${p.detail}\n   디스크 공간과 권한을 확인한 뒤 같은 명령을 다시 실행하세요.`,
    en: (p) =>
      `cannot ${p.operation} a file of the job: ${p.path}\n   ${p.detail}\n   Check disk space and permissions, then run the same command again.`
  }),
  BL5002: entry<{ job: string; path: string; changed: ReadonlyArray<string> }>({
    ko: (p) =>
      `끝나지 않은 작업 ${p.job} 이후에 바뀐 것이 있습니다: ${list(p.changed)}\n   입력: ${p.path}\n   바뀌지 않은 행의 결과를 살리려면 --match-rows, 따로 새로 시작하려면 --new 를 붙이거나, 원래 입력과 과제로 되돌리세요.`,
    en: (p) =>
      `something has changed since job ${p.job}, which is not finished: ${list(p.changed)}\n   Input: ${p.path}\n   Add --match-rows to keep the results of unchanged rows, --new to start apart from it, or restore the former input and task.`
  }),
  BL5003: entry<{ job: string; path: string }>({
    ko: (p) =>
      `입력 파일이 작업 ${p.job}을(를) 시작한 뒤에 바뀌었습니다: ${p.path}\n   원래 파일로 되돌리거나, 바뀌지 않은 행만 결과를 붙이려면 --match-rows 를 쓰세요.`,
    en: (p) =>
      `the input file has changed since job ${p.job} was started: ${p.path}\n   Restore the former file, or add --match-rows to give the unchanged rows their results.`
  }),
  BL5004: entry<{ job: string; status: string }>({
    ko: (p) =>
      `작업이 아직 끝나지 않았습니다: ${p.job} (상태: ${p.status})\n   나중에 다시 확인하세요. 지금까지의 결과만 받으려면: batchlabel download --partial`,
    en: (p) =>
      `the job is not finished yet: ${p.job} (status: ${p.status})\n   Check again later. To get what there is so far: batchlabel download --partial`
  }),
  BL5005: entry<{ batch: string }>({
    ko: (p) =>
      `배치를 찾을 수 없습니다: ${p.batch}\n   ID를 확인하세요. 배치는 만든 API 키의 프로젝트에서만 보입니다 (OPENAI_API_KEY, OPENAI_PROJECT_ID).`,
    en: (p) =>
      `batch not found: ${p.batch}\n   Check the id. A batch is visible only within the project of the API key that made it (OPENAI_API_KEY, OPENAI_PROJECT_ID).`
  }),
  BL5006: entry<{ batch: string }>({
    ko: (p) =>
      `배치 ${p.batch}은(는) batchlabel이 만든 것이 아닙니다: 메타데이터에 작업 정보가 없습니다.\n   batchlabel submit 이 알려 준 배치 ID를 쓰세요.`,
    en: (p) =>
      `batch ${p.batch} was not made by batchlabel: its metadata names no job.\n   Use a batch id that \`batchlabel submit\` has printed.`
  }),
  BL5007: entry<{ path: string; input: string }>({
    ko: (p) =>
      `출력이 읽는 파일을 덮어쓰게 됩니다: ${p.path}${other(p, " 은(는) 같은 파일입니다")}\n   아무것도 쓰지 않았습니다. --output 에 다른 경로를 주세요.`,
    en: (p) =>
      `the output would overwrite a file that is read: ${p.path}${other(p, " is the same file")}\n   Nothing was written. Give --output another path.`
  }),
  BL5008: entry<{ path: string }>({
    ko: (p) => `출력 파일이 이미 있습니다: ${p.path}\n   덮어쓰려면 --force 를 붙이거나 다른 경로를 주세요.`,
    en: (p) => `the output file exists already: ${p.path}\n   Add --force to overwrite it, or give another path.`
  }),
  BL5009: entry<{ path: string; column: string }>({
    ko: (p) => `라벨을 붙일 행이 없습니다: ${p.path}\n   '${p.column}' 열에 글이 있는 행이 하나도 없습니다.`,
    en: (p) => `there is no row to label: ${p.path}\n   No row has a text in column '${p.column}'.`
  }),
  BL5010: entry<{ job: string }>({
    ko: (p) => `다른 프로세스가 작업 ${p.job}을(를) 준비하고 있습니다.\n   그 프로세스가 끝난 뒤에 다시 실행하세요.`,
    en: (p) => `another process is preparing job ${p.job}.\n   Run the command again when it is done.`
  }),
  BL5011: entry<{ bytes: number; limit: number }>({
    ko: (p) =>
      `배치 입력 파일(${p.bytes} 바이트)을 서버가 너무 크다고 거절했습니다.\n   더 작은 값으로 다시 시작하세요: batchlabel submit --new --shard-bytes SIZE (지금: ${p.limit})`,
    en: (p) =>
      `the server refused a batch input file of ${p.bytes} bytes as too large.\n   Start again with a smaller size: batchlabel submit --new --shard-bytes SIZE (now: ${p.limit})`
  }),
  BL5012: entry<{ batch: string }>({
    ko: (p) =>
      `API가 배치 ${p.batch}을(를) 모른다고 합니다. 다른 프로젝트의 키이거나 오래된 배치일 수 있습니다.\n   만들 때 쓴 키와 프로젝트로 다시 확인하세요. 다른 배치는 계속 진행됩니다.`,
    en: (p) =>
      `the API does not know batch ${p.batch}: the key may belong to another project, or the batch is too old.\n   Check again with the key and project that made it. The other batches go on.`
  }),
  BL5014: entry<{ path: string; expected: string; found: string }>({
    ko: (p) =>
      `작업의 요청 파일이 손상되었습니다: ${p.path} (sha256 ${p.found}, 기대값 ${p.expected})\n   보내지 않았습니다. 파일을 되돌리거나 새로 시작하세요: batchlabel submit --new`,
    en: (p) =>
      `a request file of the job is damaged: ${p.path} (sha256 ${p.found}, expected ${p.expected})\n   Nothing was sent. Restore the file, or start again: batchlabel submit --new`
  }),
  BL5015: entry<{ id: string }>({
    ko: (p) =>
      `작업을 찾을 수 없습니다: ${p.id}\n   batchlabel list 로 작업 목록을 보세요. 다른 컴퓨터의 작업은 batchlabel recover 로 되찾습니다.`,
    en: (p) =>
      `job not found: ${p.id}\n   See \`batchlabel list\`. A job of another machine is brought back by \`batchlabel recover\`.`
  }),
  BL5016: entry<{ job: string }>({
    ko: (p) => `작업 ${p.job}에는 다시 물을 실패 행이 없습니다.`,
    en: (p) => `job ${p.job} has no failed rows to ask again.`
  }),
  BL5017: entry<{ job: string; days: number }>({
    ko: (p) => `작업 ${p.job}의 결과 파일이 ${p.days}일 뒤에 OpenAI에서 삭제됩니다.\n   지금 batchlabel check 로 받아 두세요.`,
    en: (p) =>
      `the result files of job ${p.job} will be deleted by OpenAI in ${p.days} ${p.days === 1 ? "day" : "days"}.\n   Fetch them now with \`batchlabel check\`.`
  }),
  BL5045: entry<{ batch: string; file: string; detail: string; until: string }>({
    ko: (p) =>
      `배치 ${p.batch}의 결과를 읽지 못했습니다: ${p.file}, ${unread.ko[p.detail] ?? p.detail}\n   이미 지불한 결과이므로 다시 묻지 않습니다. ${p.until}까지 간격을 늘려 가며 다시 받습니다. 계속되면 키의 프로젝트와 프록시를 확인하세요.`,
    en: (p) =>
      `the results of batch ${p.batch} could not be read: ${p.file}, ${unread.en[p.detail] ?? p.detail}\n   They are paid for, so nothing is asked again: they are fetched again, less and less often, until ${p.until}. If this goes on, check the project of the key, and any proxy.`
  }),
  BL5046: entry<{ batch: string; file: string; path: string; detail: string }>({
    ko: (p) =>
      `모아 둔 결과 파일이 없거나 손상되었습니다: ${p.path} (배치 ${p.batch}, ${p.file})\n   ${p.detail}\n   다시 묻지 않았습니다. 파일을 되돌리거나, 배치를 만든 키로 batchlabel download 를 다시 실행하세요.`,
    en: (p) =>
      `a collected result file is missing or damaged: ${p.path} (batch ${p.batch}, ${p.file})\n   ${p.detail}\n   Nothing was asked again. Restore the file, or run \`batchlabel download\` again with the key that made the batch.`
  }),
  BL5047: entry<{ batch: string; file: string; detail: string }>({
    ko: (p) =>
      `배치 ${p.batch}의 입력 파일 ${p.file}이(가) 이 배치를 만든 파일이 아닙니다: ${p.detail}\n   아무것도 보내지 않았습니다. 잠시 뒤 batchlabel recover 를 다시 실행하세요.`,
    en: (p) =>
      `the file ${p.file} is not the one that batch ${p.batch} was made from: ${p.detail}\n   Nothing was sent. Run \`batchlabel recover\` again in a while.`
  }),
  BL5055: entry<{ batch: string; reason: string | undefined; kept: number; open: number }>({
    ko: (p) =>
      `배치 ${p.batch}이(가) batchlabel 밖에서 취소되었습니다 (대시보드, 다른 프로그램 또는 서버).${p.reason === undefined ? "" : `\n   이유: ${p.reason}`}\n   받은 답 ${p.kept}개는 보관했습니다. 나머지 ${p.open}개 요청은 보내지 않습니다.\n   계속하려면 batchlabel run 이나 watch 를 다시 실행하고, 끝내려면 batchlabel cancel 을 실행하세요.`,
    en: (p) =>
      `batch ${p.batch} was cancelled, and not by batchlabel (on the dashboard, by another program or by the server).${p.reason === undefined ? "" : `\n   Reason: ${p.reason}`}\n   Its ${p.kept} answers are kept. The ${p.open} requests that are open are not sent.\n   To go on, run \`batchlabel run\` or \`watch\` again; to end the job, \`batchlabel cancel\`.`
  }),
  BL5056: entry<{ batch: string; reason: string }>({
    ko: (p) =>
      `서버가 배치 ${p.batch}을(를) 실행하지 않고 끝냈습니다.\n   이유: ${p.reason === "" ? "서버가 말하지 않았습니다" : p.reason}\n   비용은 들지 않았고 다시 보내지 않았습니다. 이유를 해결한 뒤 batchlabel run 이나 watch 로 계속하세요.`,
    en: (p) =>
      `the server ended batch ${p.batch} without running it.\n   Reason: ${p.reason === "" ? "the server gave none" : p.reason}\n   Nothing was charged, and nothing was sent again. Mend the reason, then go on with \`batchlabel run\` or \`watch\`.`
  }),
  BL5057: entry<{ batch: string; status: string; end: string }>({
    ko: (p) =>
      `배치 ${p.batch}이(가) 기한(${p.end})이 지난 뒤에도 끝나지 않았습니다. 상태: '${p.status}'\n   취소도 요청했습니다. 아직 비용이 들 수 있어 다시 보내지 않았습니다. 대시보드에서 확인하세요.\n   batchlabel run 이나 watch 로 계속하면 만료로 보고, 끝난 답은 보관하고 나머지만 다시 묻습니다.`,
    en: (p) =>
      `batch ${p.batch} has not ended, though its time was over at ${p.end}. Its status: '${p.status}'\n   It was asked to be cancelled. It may still cost something, so nothing was sent again. Look at it on the dashboard.\n   To go on with \`batchlabel run\` or \`watch\` takes it for expired: what it has answered is kept, the rest is asked again.`
  }),
  BL5058: entry<{ model: string; limit: number; tokens: number }>({
    ko: (p) =>
      `API가 말한 ${p.model}의 대기 토큰 한도(${p.limit.toLocaleString("en-US")})에는 요청 몇 개도 들어가지 않습니다 (요청 하나에 약 ${p.tokens.toLocaleString("en-US")} 토큰).\n   한 행짜리 배치로 나누지 않고 멈췄습니다. 한도를 확인하세요: https://platform.openai.com/settings/organization/limits\n   batchlabel run 이나 watch 로 계속하면 이 한도를 잊고 다시 시도합니다. 정말 그 한도라면 새로 시작하세요: batchlabel submit --new --enqueued-limit ${p.limit}`,
    en: (p) =>
      `the API names a limit of ${p.limit.toLocaleString("en-US")} enqueued tokens for ${p.model}, under which hardly a request fits (one has about ${p.tokens.toLocaleString("en-US")} tokens).\n   Nothing was divided into batches of one row. Check the limit: https://platform.openai.com/settings/organization/limits\n   To go on with \`batchlabel run\` or \`watch\` forgets that limit and tries again. If it is the limit indeed, start again: batchlabel submit --new --enqueued-limit ${p.limit}`
  }),
  BL5059: entry<{ job: string; batch: string }>({
    ko: (p) =>
      `이 API 키로는 작업 ${p.job}의 배치가 하나도 보이지 않습니다 (예: ${p.batch}). 배치를 만든 키와 다른 프로젝트 또는 조직의 키입니다.\n   잃은 것은 없고 새로 만든 것도 없습니다. 배치를 만든 프로젝트의 키로 다시 실행하세요 (OPENAI_API_KEY, OPENAI_PROJECT_ID, OPENAI_BASE_URL).`,
    en: (p) =>
      `this API key sees none of the batches of job ${p.job} (such as ${p.batch}): it belongs to another project (or organisation) than the one that created them.\n   Nothing is lost, and nothing was created anew. Run the same command with a key of the project that created them (OPENAI_API_KEY, OPENAI_PROJECT_ID, OPENAI_BASE_URL).`
  }),
  BL5060: entry<{ rounds: number; minutes: number; batch: string; last: string }>({
    ko: (p) =>
      `배치가 ${p.rounds}번 연달아 아무것도 처리하지 못하고 끝났습니다 (${span.ko(p.minutes)} 동안, 마지막: ${p.batch}).${p.last === "" ? "" : `\n   마지막 오류: ${p.last}`}\n   더 보내지 않고 멈췄습니다. 서비스 상태(https://status.openai.com)를 확인하거나 다른 모델을 고르고, batchlabel run 이나 watch 로 계속하세요.`,
    en: (p) =>
      `${p.rounds} batches in a row ended with nothing done (over ${span.en(p.minutes)}, the last: ${p.batch}).${p.last === "" ? "" : `\n   Last error: ${p.last}`}\n   Nothing more was sent. Check the service's status (https://status.openai.com) or choose another model, then go on with \`batchlabel run\` or \`watch\`.`
  }),
  BL5061: entry<{ what: string; tries: number; minutes: number; last: string }>({
    ko: (p) =>
      `${steps.ko[p.what as keyof typeof steps.ko] ?? p.what} ${p.tries}번 연달아 거절되었습니다 (${span.ko(p.minutes)} 동안).${p.last === "" ? "" : `\n   마지막 답: ${p.last}`}\n   더 시도하지 않고 멈췄습니다. 한도와 서비스 상태를 확인한 뒤 batchlabel run 이나 watch 로 계속하세요: https://platform.openai.com/settings/organization/limits, https://status.openai.com`,
    en: (p) =>
      `${steps.en[p.what as keyof typeof steps.en] ?? p.what}, ${p.tries} times in a row (over ${span.en(p.minutes)}).${p.last === "" ? "" : `\n   Last answer: ${p.last}`}\n   It is not tried any more. Check limits and status, then go on with \`batchlabel run\` or \`watch\`: https://platform.openai.com/settings/organization/limits, https://status.openai.com`
  }),
  BL5018: entry<{ job: string }>({
    ko: (p) =>
      `작업 ${p.job}의 복구가 도중에 끊겼습니다. 이미 보낸 배치를 모두 알기 전에는 아무것도 보내지 않습니다.\n   복구를 다시 실행하세요: batchlabel recover ${p.job} --input FILE`,
    en: (p) =>
      `the recovery of job ${p.job} was cut short. Nothing is sent before all batches that were sent are known.\n   Recover it again: batchlabel recover ${p.job} --input FILE`
  }),
  BL5062: entry<{ job: string; expected: string; found: string }>({
    ko: (p) =>
      `작업 ${p.job}은(는) 다른 과제로 보낸 것입니다 (지문 ${p.expected}, 주신 과제는 ${p.found}).\n   보낼 때와 같은 과제를 주세요: --task FILE 이나 --preset NAME, 그때 썼다면 --model, --system, --few-shot, --temperature 도 함께`,
    en: (p) =>
      `job ${p.job} was sent with another task (fingerprint ${p.expected}; that of the task given is ${p.found}).\n   Give the task with which it was sent: --task FILE or --preset NAME, with --model, --system, --few-shot and --temperature where they were used.`
  }),
  BL5065: entry<{ job: string; path: string }>({
    ko: (p) =>
      `작업 ${p.job}의 비용에 아직 아무도 동의하지 않아 새로 보내지 않습니다.\n   batchlabel submit --input ${p.path} 를 실행하면 행 수와 비용을 보여 주고 묻습니다 (묻지 않게 하려면 --yes).`,
    en: (p) =>
      `nobody has agreed to the cost of job ${p.job} yet, so nothing more of it is sent.\n   Run batchlabel submit --input ${p.path}: it shows rows and cost and asks (--yes: without asking).`
  }),
  BL5073: entry<{ path: string; failed: string }>({
    ko: (p) =>
      `결과 파일과 실패 파일이 같은 파일입니다 (링크): ${p.path}, ${p.failed}\n   링크를 지우거나 --output 에 다른 경로를 주세요.`,
    en: (p) =>
      `the labelled file and the file of failures are one file, by a link: ${p.path}, ${p.failed}\n   Remove the link, or give --output another path.`
  }),
  BL5074: entry<{ column: string; key: string }>({
    ko: (p) =>
      `결과의 열 '${p.column}' (columns.${p.key})이(가) 글이 든 열을 덮어쓰게 됩니다.\n   아무것도 보내지 않았습니다. 과제의 columns.${p.key}에 다른 이름을 주세요.`,
    en: (p) =>
      `the result column '${p.column}' (columns.${p.key}) would replace the column of texts.\n   Nothing was sent. Give columns.${p.key} of the task another name.`
  }),
  BL5075: entry<{ column: string; kept: string }>({
    ko: (p) => `입력의 '${p.column}' 열은 결과의 열과 이름이 같아 '${p.kept}'(으)로 남깁니다.`,
    en: (p) => `the input's column '${p.column}' has the name of a result column and is kept as '${p.kept}'.`
  }),
  BL5173: entry<{ path: string; detail: string }>({
    ko: (p) =>
      `작업 폴더에 쓸 수 없습니다: ${p.path}\n   ${p.detail}\n   아무것도 보내지 않았습니다. 쓸 수 있는 폴더를 --home 이나 BATCHLABEL_HOME 으로 알려 주세요.`,
    en: (p) =>
      `the folder of jobs cannot be written: ${p.path}\n   ${p.detail}\n   Nothing was sent. Name a folder that can be written with --home or BATCHLABEL_HOME.`
  })
}

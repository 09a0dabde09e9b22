import { detail } from "../../Details.js"
import { entry, placed } from "./entry.js"

const list = (items: ReadonlyArray<string>): string => items.join(", ")

/** BL7xxx: the server and its API. */
export const http = {
  BL7001: entry({
    ko: () => `토큰이 필요합니다.\n   Authorization: Bearer 머리글에 토큰을 넣으세요. 토큰은 서버 관리자가 만듭니다.`,
    en: () => `A token is required.\n   Send one in the header Authorization: Bearer. The server's operator creates tokens.`
  }),
  BL7002: entry({
    ko: () => `쓸 수 없는 토큰입니다: 모르는 토큰이거나, 만료되었거나, 취소되었습니다.\n   서버 관리자에게 새 토큰을 받으세요.`,
    en: () => `The token is not valid: it is unknown, expired or revoked.\n   Ask the server's operator for a new one.`
  }),
  BL7003: entry<{ needed: string; scope: string }>({
    ko: (p) =>
      `이 토큰의 권한(${p.scope})으로는 할 수 없습니다. '${p.needed}' 권한이 필요합니다.\n   권한이 더 넓은 토큰을 쓰세요.`,
    en: (p) =>
      `The token's scope (${p.scope}) does not allow this; '${p.needed}' is required.\n   Use a token with a wider scope.`
  }),
  BL7004: entry({
    ko: () =>
      `이 요청은 로그인한 페이지에서 온 것으로 확인되지 않았습니다 (X-CSRF-Token).\n   페이지를 새로 고친 뒤 다시 하세요.`,
    en: () => `The request does not come from a signed-in page (X-CSRF-Token).\n   Reload the page and try again.`
  }),
  BL7005: entry<{ seconds: number }>({
    ko: (p) => `요청이 너무 많습니다.\n   ${p.seconds}초 뒤에 다시 하세요.`,
    en: (p) => `Too many requests.\n   Try again in ${p.seconds} ${p.seconds === 1 ? "second" : "seconds"}.`
  }),
  BL7006: entry<{ detail: string }>({
    ko: (p) => `요청의 형식이 올바르지 않습니다.\n   ${detail(p.detail, "ko")}\n   /docs에서 이 요청의 형식을 확인하세요.`,
    en: (p) => `The request is not valid.\n   ${p.detail}\n   See /docs for its format.`
  }),
  BL7007: entry<{ method: string; path: string }>({
    ko: (p) => `그런 주소가 없습니다: ${p.method} ${p.path}\n   /docs에서 주소를 확인하세요.`,
    en: (p) => `No such address: ${p.method} ${p.path}\n   See /docs for all addresses.`
  }),
  BL7008: entry<{ limit: number }>({
    ko: (p) =>
      `보낸 내용이 너무 큽니다: ${p.limit} 바이트까지 받습니다.\n   파일을 나누거나 관리자에게 한도를 올려 달라고 하세요.`,
    en: (p) =>
      `The request body is too large; the limit is ${p.limit} bytes.\n   Split the file, or ask the server's operator to raise the limit.`
  }),
  BL7009: entry({
    ko: () => `보내는 속도가 너무 느려 연결을 끊었습니다.\n   네트워크를 확인한 뒤 다시 보내세요.`,
    en: () => `The request arrived too slowly and was dropped.\n   Check the network and send it again.`
  }),
  BL7010: entry<{ found: string; expected: ReadonlyArray<string> }>({
    ko: (p) => `Content-Type '${p.found}'은(는) 받지 않습니다.\n   쓸 수 있는 형식: ${list(p.expected)}`,
    en: (p) => `Content-Type '${p.found}' is not accepted.\n   Use ${p.expected.join(" or ")}.`
  }),
  BL7011: entry<{ detail: string }>({
    ko: (p) =>
      `multipart/form-data를 읽을 수 없습니다: ${p.detail}\n   파일 하나를 'file'에, 나머지를 'request'에 JSON으로 보내세요.`,
    en: (p) => `Cannot read the multipart/form-data: ${p.detail}\n   Send one file as 'file' and the rest as JSON in 'request'.`
  }),
  BL7012: entry({
    ko: () => `CSV가 없습니다.\n   파일을 'file'로 보내거나, 먼저 올린 파일의 id를 'upload'에 적으세요. 둘 중 하나만 쓰세요.`,
    en: () => `There is no CSV.\n   Send a file as 'file', or the id of an uploaded one in 'upload', but not both.`
  }),
  BL7013: entry<{ limit: number }>({
    ko: (p) => `지금 올리는 중인 파일이 너무 많습니다 (한 번에 ${p.limit}개).\n   잠시 뒤에 다시 하세요.`,
    en: (p) => `Too many uploads at once (the limit is ${p.limit}).\n   Try again in a moment.`
  }),
  BL7014: entry<{ name: string; limit: number }>({
    ko: (p) => `행이 너무 많습니다: ${p.name} (한도 ${p.limit}행)\n   파일을 나누거나 관리자에게 한도를 올려 달라고 하세요.`,
    en: (p) =>
      `Too many rows: ${p.name} (the limit is ${p.limit})\n   Split the file, or ask the server's operator to raise the limit.`
  }),
  BL7015: entry<{ id: string }>({
    ko: (p) => `올린 파일을 찾을 수 없습니다: ${p.id}\n   보관 기한이 지났을 수 있습니다. 다시 올리세요.`,
    en: (p) => `Upload not found: ${p.id}\n   It may have expired. Upload the file again.`
  }),
  BL7016: entry<{ name: string }>({
    ko: (p) => `'${p.name}'이라는 과제가 없습니다.\n   GET /v1/tasks가 있는 과제를 보여 줍니다.`,
    en: (p) => `There is no task '${p.name}'.\n   GET /v1/tasks lists all tasks.`
  }),
  BL7017: entry<{ name: string }>({
    ko: (p) => `'${p.name}'은(는) 기본으로 들어 있는 과제라 바꾸거나 지울 수 없습니다.\n   다른 이름으로 저장하세요.`,
    en: (p) => `'${p.name}' is a preset and cannot be changed or deleted.\n   Save the task under another name.`
  }),
  BL7018: entry({
    ko: () => `이 Idempotency-Key는 다른 내용의 요청에 이미 쓰였습니다.\n   새 요청에는 새 키를 쓰세요.`,
    en: () => `This Idempotency-Key was already used for a different request.\n   Use a new key for a new request.`
  }),
  BL7019: entry<{ job: string; status: string }>({
    ko: (p) => `작업 ${p.job}이(가) 아직 진행 중입니다 (상태: ${p.status}).\n   먼저 취소하거나, 끝난 뒤에 다시 하세요.`,
    en: (p) => `Job ${p.job} is still running (status: ${p.status}).\n   Cancel it first, or try again when it has finished.`
  }),
  BL7020: entry<{ job: string; status: string }>({
    ko: (p) =>
      `작업 ${p.job}은(는) 시작할 수 없는 상태입니다 (상태: ${p.status}).\n   실패한 행을 다시 물으려면 다시 라벨링하세요.`,
    en: (p) =>
      `Job ${p.job} cannot be started in its state (status: ${p.status}).\n   Retry the job to send its failed rows again.`
  }),
  BL7021: entry<{ row: number; rows: number }>({
    ko: (p) => `${p.row}행이 없습니다.\n   이 작업의 데이터는 1행부터 ${p.rows}행까지입니다.`,
    en: (p) => `There is no row ${p.row}.\n   The job has data rows 1 to ${p.rows}.`
  }),
  BL7022: entry<{ label: string; labels: ReadonlyArray<string> }>({
    ko: (p) => `라벨 '${p.label}'이(가) 이 작업의 라벨 목록에 없습니다.\n   있는 라벨: ${list(p.labels)}`,
    en: (p) => `'${p.label}' is not one of the job's labels.\n   Labels: ${list(p.labels)}`
  }),
  BL7023: entry<{ url: string; detail: string }>({
    ko: (p) =>
      `이 주소로는 알림을 보내지 않습니다: ${p.url}\n   ${p.detail}\n   누구나 닿을 수 있는 https 주소를 쓰세요. 내부 주소는 관리자가 허용해야 합니다.`,
    en: (p) =>
      `Webhooks are not sent to this address: ${p.url}\n   ${p.detail}\n   Use a public https address. The server's operator can allow internal ones.`
  }),
  BL7024: entry<{ id: string }>({
    ko: (p) => `웹훅을 찾을 수 없습니다: ${p.id}`,
    en: (p) => `Webhook not found: ${p.id}`
  }),
  BL7026: entry({
    ko: () => `이 서버는 OpenAI 웹훅을 받지 않습니다.\n   OPENAI_WEBHOOK_SECRET을 설정한 뒤 서버를 다시 시작하세요.`,
    en: () => `This server does not accept OpenAI webhooks.\n   Set OPENAI_WEBHOOK_SECRET and restart the server.`
  }),
  BL7027: entry<{ reference: string }>({
    ko: (p) => `서버 안에서 오류가 났습니다.\n   다시 해 보고, 계속되면 관리자에게 이 번호를 알려 주세요: ${p.reference}`,
    en: (p) =>
      `Internal server error.\n   Try again. If it happens again, give the server's operator this reference: ${p.reference}`
  }),
  BL7028: entry({
    ko: () => `서버가 멈추는 중입니다.\n   잠시 뒤에 다시 하세요.`,
    en: () => `The server is shutting down.\n   Try again in a moment.`
  }),
  BL7029: placed<{ host: string }>({
    ko: (p) => ({
      what: `토큰이 하나도 없어서 ${p.host}에서 서버를 열지 않았습니다.`,
      command: "먼저 토큰을 만들거나(batchlabel token create --name … --scope admin) --host 없이 이 컴퓨터에서만 여세요.",
      page: "먼저 토큰을 만들거나 이 컴퓨터에서만 여세요."
    }),
    en: (p) => ({
      what: `The server did not start on ${p.host}: there is no token.`,
      command: "Create one first (batchlabel token create --name … --scope admin), or omit --host to serve this machine only.",
      page: "Create one first, or serve this machine only."
    })
  }),
  BL7030: placed<{ host: string; port: number; detail: string }>({
    ko: (p) => ({
      what: `${p.host}:${p.port}에서 서버를 열 수 없습니다: ${p.detail}`,
      command: "다른 --port를 주거나 그 포트를 쓰는 프로그램을 끝내세요.",
      page: "다른 포트를 쓰거나 그 포트를 쓰는 프로그램을 끝내세요."
    }),
    en: (p) => ({
      what: `The server cannot listen on ${p.host}:${p.port}: ${p.detail}`,
      command: "Choose another --port, or end the program that uses this one.",
      page: "Choose another port, or end the program that uses this one."
    })
  }),
  BL7031: entry<{ name: string }>({
    ko: (p) => `토큰 이름으로 쓸 수 없습니다: '${p.name}'\n   1자에서 64자까지, 줄바꿈 없이 적으세요.`,
    en: (p) => `Not a usable token name: '${p.name}'\n   Use 1 to 64 characters without line breaks.`
  }),
  BL7032: placed<{ id: string }>({
    ko: (p) => ({
      what: `토큰을 찾을 수 없습니다: ${p.id}`,
      command: "'batchlabel token list'가 있는 토큰을 보여 줍니다.",
      page: "ID를 확인하세요."
    }),
    en: (p) => ({
      what: `Token not found: ${p.id}`,
      command: "'batchlabel token list' shows all tokens.",
      page: "Check the ID."
    })
  }),
  BL7033: entry<{ detail: string }>({
    ko: (p) => `템플릿을 채우는 데 너무 많은 시간이나 메모리가 듭니다: ${p.detail}\n   반복을 줄이세요.`,
    en: (p) => `Rendering the template takes too much time or memory: ${p.detail}\n   Use fewer or shorter loops.`
  }),
  BL7034: entry<{ detail: string }>({
    ko: (p) => `올린 파일을 저장할 수 없습니다: ${p.detail}\n   관리자에게 디스크 공간과 권한을 확인해 달라고 하세요.`,
    en: (p) => `Cannot store the uploaded file: ${p.detail}\n   Ask the server's operator to check disk space and permissions.`
  }),
  BL7035: entry<{ limit: number }>({
    ko: (p) => `웹훅은 ${p.limit}개까지 둘 수 있습니다.\n   쓰지 않는 것을 지우세요.`,
    en: (p) => `The limit is ${p.limit} webhooks.\n   Remove one you do not use.`
  }),
  BL7085: entry<{ seconds: number }>({
    ko: (p) => `${p.seconds}초 안에 끝나지 않아 멈췄습니다.\n   템플릿을 줄이거나 파일을 나누세요.`,
    en: (p) => `Stopped after ${p.seconds} s without a result.\n   Use a shorter template, or split the file.`
  }),
  BL7086: entry<{ megabytes: number }>({
    ko: (p) => `메모리 ${p.megabytes}MB보다 많이 필요해 멈췄습니다.\n   템플릿을 줄이거나 파일을 나누세요.`,
    en: (p) => `Stopped: more than ${p.megabytes} MB of memory needed.\n   Use a shorter template, or split the file.`
  }),
  BL7087: entry<{ encoding: string }>({
    ko: (p) => `본문의 Content-Encoding을 풀 수 없습니다: '${p.encoding}'\n   압축하지 않고 보내세요.`,
    en: (p) => `Content-Encoding '${p.encoding}' is not accepted.\n   Send the body without compression.`
  }),
  BL7185: entry<{ limit: number }>({
    ko: (p) => `작업은 ${p.limit}개까지 저장할 수 있습니다.\n   쓰지 않는 것을 지우세요.`,
    en: (p) => `The limit is ${p.limit} saved tasks.\n   Delete one you do not use.`
  }),
  BL7189: entry<{ limit: number }>({
    ko: (p) =>
      `작업이 되기를 기다리는 파일이 이미 ${p.limit}개 있습니다.\n   쓰지 않는 것을 지우거나(DELETE /v1/uploads/:id) 작업을 만드세요.`,
    en: (p) =>
      `${p.limit} uploaded files wait for a job already.\n   Remove those that are not used (DELETE /v1/uploads/:id), or make jobs of them.`
  }),
  BL7190: entry<{ limit: number }>({
    ko: (p) => `시작하지 않은 작업이 이미 ${p.limit}개 있습니다.\n   시작하거나, 취소하고 지우세요 (DELETE /v1/jobs/:id).`,
    en: (p) => `${p.limit} jobs wait to be started already.\n   Start them, or cancel and delete them (DELETE /v1/jobs/:id).`
  }),
  BL7191: entry<{ limit: number }>({
    ko: (p) => `이벤트를 따라가는 연결이 이미 ${p.limit}개 있습니다.\n   하나를 닫은 뒤 다시 하세요.`,
    en: (p) => `${p.limit} streams of events are open already.\n   Close one of them, then try again.`
  }),
  BL7188: entry({
    ko: () =>
      `얼마까지 써도 되는지 알 수 없어 시작하지 않았습니다. 보낸 것도 쓴 돈도 없습니다.\n   비용 한도를 maxCost에 적거나, 먼저 본 계획이나 견적의 digest를 expect에 적으세요.`,
    en: () =>
      `Nothing says what may be spent, so it was not started; nothing was sent or spent.\n   State a spending cap as maxCost, or send the digest of the plan or estimate that was looked at as expect.`
  }),
  BL7088: entry<{ limit: number }>({
    ko: (p) => `이미 기다리는 작업이 ${p.limit}개 있습니다.\n   하나가 끝난 뒤 다시 보내세요.`,
    en: (p) => `${p.limit} of your requests are already waiting.\n   Try again when one of them is done.`
  }),
  BL7089: entry<{ name: string; columns: number; bytes: number; limit: number; most: number }>({
    ko: (p) =>
      `${p.name}: 헤더에 열이 ${p.columns}개, ${p.bytes}바이트 있습니다. 열 ${p.limit}개, ${p.most}바이트까지 됩니다.\n   구분자와 따옴표를 확인하세요.`,
    en: (p) =>
      `${p.name}: the header has ${p.columns} columns in ${p.bytes} bytes; the limit is ${p.limit} columns and ${p.most} bytes.\n   Check delimiter and quotes.`
  }),
  BL7094: entry({
    ko: () =>
      `보여 드린 뒤로 이 일이 할 것이 달라져서 시작하지 않았습니다. 보낸 것도 쓴 돈도 없습니다.\n   새로 보여 드리는 행 수와 비용을 확인한 뒤 다시 하세요.`,
    en: () =>
      `The plan has changed since you saw it. Nothing was started, sent or spent.\n   Check the new rows and cost, then confirm again.`
  }),
  BL7095: placed<{ name: string }>({
    ko: (p) => ({
      what: `소유자 이름으로 쓸 수 없습니다: '${p.name}'`,
      command: "줄바꿈과 제어 문자를 뺀 1~64자로 적으세요: --owner NAME",
      page: "줄바꿈과 제어 문자를 뺀 1~64자로 적으세요."
    }),
    en: (p) => ({
      what: `Not a usable owner name: '${p.name}'`,
      command: "Use 1 to 64 characters without line breaks: --owner NAME",
      page: "Use 1 to 64 characters without line breaks."
    })
  }),
  BL7096: placed<{ name: string; owners: ReadonlyArray<string> }>({
    ko: (p) => ({
      what: `그런 소유자가 없습니다: '${p.name}'\n   있는 소유자: ${list(p.owners) === "" ? "없음" : list(p.owners)}`,
      command: "소유자는 토큰과 함께 생깁니다: batchlabel token create --name NAME --owner OWNER --scope write",
      page: "소유자는 토큰과 함께 생깁니다."
    }),
    en: (p) => ({
      what: `There is no owner '${p.name}'.\n   Owners: ${list(p.owners) === "" ? "none" : list(p.owners)}`,
      command: "Creating a token creates its owner: batchlabel token create --name NAME --owner OWNER --scope write",
      page: "Creating a token creates its owner."
    })
  })
}

/** When a job that waits for a monthly limit continues. */
const continues = {
  ko: (resets: string) => `${resets}에 한도가 새로 시작되면, 또는 관리자가 한도를 올리면 저절로 이어집니다`,
  en: (resets: string) => `It continues when the limit resets (${resets}) or the server's operator raises it`
}

/** What a server sets limits to: batches and bytes of a job, and money. */
export const limits = {
  BL7186: entry<{ limit: number }>({
    ko: (p) =>
      `이 파일은 배치가 ${p.limit}개보다 많이 됩니다.\n   배치를 더 크게 하거나(shardRows, shardBytes, shardTokens, enqueuedTokenLimit) 파일을 나누세요.`,
    en: (p) =>
      `The file makes more than ${p.limit} batches.\n   Use larger batches (shardRows, shardBytes, shardTokens, enqueuedTokenLimit), or split the file.`
  }),
  BL7187: entry<{ limit: number }>({
    ko: (p) => `모든 행의 요청이 ${p.limit}바이트를 넘습니다.\n   템플릿을 줄이거나 파일을 나누세요.`,
    en: (p) => `The requests of all rows exceed ${p.limit} bytes.\n   Use a shorter template, or split the file.`
  }),
  BL7090: placed<{ owner: string; limit: string; spent: string; reserved: string; needed: string; resets: string }>({
    ko: (p) => ({
      what: `'${p.owner}'의 이번 달 비용 한도 $${p.limit}에 닿아 기다립니다: 쓴 돈 $${p.spent}, 잡아 둔 돈 $${p.reserved}, 다음 배치에 드는 돈 최대 $${p.needed}`,
      command: `${continues.ko(p.resets)}: batchlabel owner limit NAME --monthly-cap DOLLARS`,
      page: `${continues.ko(p.resets)}.`
    }),
    en: (p) => ({
      what: `The job waits for the monthly limit of '${p.owner}', $${p.limit}: $${p.spent} spent, $${p.reserved} reserved, the next batch may cost $${p.needed}.`,
      command: `${continues.en(p.resets)}: batchlabel owner limit NAME --monthly-cap DOLLARS`,
      page: `${continues.en(p.resets)}.`
    })
  }),
  BL7091: placed<{ token: string; limit: string; spent: string; reserved: string; needed: string; resets: string }>({
    ko: (p) => ({
      what: `이 토큰(${p.token})의 이번 달 비용 한도 $${p.limit}에 닿아 기다립니다: 쓴 돈 $${p.spent}, 잡아 둔 돈 $${p.reserved}, 다음 배치에 드는 돈 최대 $${p.needed}`,
      command: `${continues.ko(p.resets)}: batchlabel token limit ${p.token} --monthly-cap DOLLARS`,
      page: `${continues.ko(p.resets)}.`
    }),
    en: (p) => ({
      what: `The job waits for the monthly limit of its token (${p.token}), $${p.limit}: $${p.spent} spent, $${p.reserved} reserved, the next batch may cost $${p.needed}.`,
      command: `${continues.en(p.resets)}: batchlabel token limit ${p.token} --monthly-cap DOLLARS`,
      page: `${continues.en(p.resets)}.`
    })
  }),
  BL7092: placed<{ needed: string; resets: string }>({
    ko: (p) => ({
      what: `이 서버 전체의 이번 달 비용 한도에 닿아 기다립니다: 다음 배치에 최대 $${p.needed}이(가) 듭니다.`,
      command: `${continues.ko(p.resets)}: batchlabel serve --monthly-cap DOLLARS`,
      page: `${continues.ko(p.resets)}.`
    }),
    en: (p) => ({
      what: `The job waits for the monthly limit of the whole server: the next batch may cost $${p.needed}.`,
      command: `${continues.en(p.resets)}: batchlabel serve --monthly-cap DOLLARS`,
      page: `${continues.en(p.resets)}.`
    })
  }),
  BL7093: placed<{ model: string }>({
    ko: (p) => ({
      what: `'${p.model}'의 가격을 몰라 비용 한도를 지킬 수 없으므로 보내지 않았습니다.`,
      command: "가격이 알려진 모델을 쓰거나, 관리자에게 가격을 알려 달라고 하세요: batchlabel serve --prices FILE",
      page: "가격이 알려진 모델을 쓰거나, 관리자에게 가격을 추가해 달라고 하세요."
    }),
    en: (p) => ({
      what: `Nothing was sent: without a price for '${p.model}' the spending limits cannot be enforced.`,
      command: "Use a model with a known price, or ask the operator to add one: batchlabel serve --prices FILE",
      page: "Use a model with a known price, or ask the server's operator to add one."
    })
  })
}

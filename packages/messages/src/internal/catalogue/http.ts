import { entry } from "./entry.js"

const list = (items: ReadonlyArray<string>): string => items.join(", ")

/** BL7xxx: the server and its API. */
export const http = {
  BL7001: entry({
    ko: () =>
      `토큰이 필요합니다.\n   Authorization: Bearer 머리글에 토큰을 넣으세요. 토큰은 'batchlabel token create'로 만듭니다.`,
    en: () => `a token is needed.\n   Send one in the header Authorization: Bearer. \`batchlabel token create\` makes tokens.`
  }),
  BL7002: entry({
    ko: () =>
      `쓸 수 없는 토큰입니다: 모르는 토큰이거나, 기한이 지났거나, 취소되었습니다.\n   새 토큰을 받으세요: 'batchlabel token create'`,
    en: () => `the token is not valid: it is unknown, has expired or was revoked.\n   Get a new one: \`batchlabel token create\``
  }),
  BL7003: entry<{ needed: string; scope: string }>({
    ko: (p) =>
      `이 토큰의 권한(${p.scope})으로는 할 수 없습니다. '${p.needed}' 권한이 필요합니다.\n   권한이 더 넓은 토큰을 쓰세요.`,
    en: (p) => `the token's scope (${p.scope}) does not allow this: '${p.needed}' is needed.\n   Use a token with a wider scope.`
  }),
  BL7004: entry({
    ko: () =>
      `이 요청은 로그인한 페이지에서 온 것으로 확인되지 않았습니다 (X-CSRF-Token).\n   페이지를 새로 고친 뒤 다시 하세요.`,
    en: () => `the request is not known to come from the logged-in page (X-CSRF-Token).\n   Reload the page and try again.`
  }),
  BL7005: entry<{ seconds: number }>({
    ko: (p) => `요청이 너무 많습니다.\n   ${p.seconds}초 뒤에 다시 하세요.`,
    en: (p) => `too many requests.\n   Try again in ${p.seconds} ${p.seconds === 1 ? "second" : "seconds"}.`
  }),
  BL7006: entry<{ detail: string }>({
    ko: (p) => `요청의 형식이 올바르지 않습니다.\n   ${p.detail}\n   /docs에서 이 요청의 형식을 확인하세요.`,
    en: (p) => `the request does not have the form it should have.\n   ${p.detail}\n   See /docs for its form.`
  }),
  BL7007: entry<{ method: string; path: string }>({
    ko: (p) => `그런 주소가 없습니다: ${p.method} ${p.path}\n   /docs에서 주소를 확인하세요.`,
    en: (p) => `there is no such address: ${p.method} ${p.path}\n   See /docs for those there are.`
  }),
  BL7008: entry<{ limit: number }>({
    ko: (p) =>
      `보낸 내용이 너무 큽니다: ${p.limit} 바이트까지 받습니다.\n   파일을 나누거나(batchlabel split) 관리자에게 한도를 올려 달라고 하세요.`,
    en: (p) =>
      `what was sent is too large: at most ${p.limit} bytes are taken.\n   Split the file (\`batchlabel split\`), or ask the operator to raise the limit.`
  }),
  BL7009: entry({
    ko: () => `보내는 속도가 너무 느려 연결을 끊었습니다.\n   네트워크를 확인한 뒤 다시 보내세요.`,
    en: () => `the request came too slowly and was given up.\n   Check the network and send it again.`
  }),
  BL7010: entry<{ found: string; expected: ReadonlyArray<string> }>({
    ko: (p) => `Content-Type '${p.found}'은(는) 받지 않습니다.\n   쓸 수 있는 형식: ${list(p.expected)}`,
    en: (p) => `Content-Type '${p.found}' is not taken here.\n   Use ${p.expected.join(" or ")}.`
  }),
  BL7011: entry<{ detail: string }>({
    ko: (p) =>
      `multipart/form-data를 읽을 수 없습니다: ${p.detail}\n   파일 하나를 'file'에, 나머지를 'request'에 JSON으로 보내세요.`,
    en: (p) =>
      `the multipart/form-data cannot be read: ${p.detail}\n   Send one file as 'file' and the rest as JSON in 'request'.`
  }),
  BL7012: entry({
    ko: () => `CSV가 없습니다.\n   파일을 'file'로 보내거나, 먼저 올린 파일의 id를 'upload'에 적으세요. 둘 중 하나만 쓰세요.`,
    en: () => `there is no CSV.\n   Send a file as 'file', or name one that was uploaded before in 'upload': one of the two.`
  }),
  BL7013: entry<{ limit: number }>({
    ko: (p) => `지금 올리는 중인 파일이 너무 많습니다 (한 번에 ${p.limit}개).\n   잠시 뒤에 다시 하세요.`,
    en: (p) => `too many files are being uploaded now (${p.limit} at a time).\n   Try again in a moment.`
  }),
  BL7014: entry<{ name: string; limit: number }>({
    ko: (p) =>
      `행이 너무 많습니다: ${p.name} (한도 ${p.limit}행)\n   파일을 나누거나(batchlabel split) 관리자에게 한도를 올려 달라고 하세요.`,
    en: (p) =>
      `there are too many rows: ${p.name} (at most ${p.limit})\n   Split the file (\`batchlabel split\`), or ask the operator to raise the limit.`
  }),
  BL7015: entry<{ id: string }>({
    ko: (p) => `올린 파일을 찾을 수 없습니다: ${p.id}\n   보관 기한이 지났을 수 있습니다. 다시 올리세요.`,
    en: (p) => `upload not found: ${p.id}\n   It may have expired. Upload the file again.`
  }),
  BL7016: entry<{ name: string }>({
    ko: (p) => `'${p.name}'이라는 과제가 없습니다.\n   GET /v1/tasks가 있는 과제를 보여 줍니다.`,
    en: (p) => `there is no task '${p.name}'.\n   GET /v1/tasks lists those there are.`
  }),
  BL7017: entry<{ name: string }>({
    ko: (p) => `'${p.name}'은(는) 기본으로 들어 있는 과제라 바꾸거나 지울 수 없습니다.\n   다른 이름으로 저장하세요.`,
    en: (p) => `'${p.name}' is a preset and cannot be changed or removed.\n   Save the task under another name.`
  }),
  BL7018: entry({
    ko: () => `이 Idempotency-Key는 다른 내용의 요청에 이미 쓰였습니다.\n   새 요청에는 새 키를 쓰세요.`,
    en: () => `this Idempotency-Key was used for a request with other contents.\n   Use a new key for a new request.`
  }),
  BL7019: entry<{ job: string; status: string }>({
    ko: (p) => `작업 ${p.job}이(가) 아직 진행 중입니다 (상태: ${p.status}).\n   먼저 취소하거나, 끝난 뒤에 다시 하세요.`,
    en: (p) => `job ${p.job} is still under way (status: ${p.status}).\n   Cancel it first, or try again when it is over.`
  }),
  BL7020: entry<{ job: string; status: string }>({
    ko: (p) => `작업 ${p.job}은(는) 시작할 수 없는 상태입니다 (상태: ${p.status}).\n   실패한 행을 다시 물으려면 retry를 쓰세요.`,
    en: (p) => `job ${p.job} cannot be started in its state (status: ${p.status}).\n   Use retry to ask its failed rows again.`
  }),
  BL7021: entry<{ row: number; rows: number }>({
    ko: (p) => `${p.row}행이 없습니다.\n   이 작업의 데이터는 1행부터 ${p.rows}행까지입니다.`,
    en: (p) => `there is no row ${p.row}.\n   The job has data rows 1 to ${p.rows}.`
  }),
  BL7022: entry<{ label: string; labels: ReadonlyArray<string> }>({
    ko: (p) => `라벨 '${p.label}'이(가) 이 작업의 라벨 목록에 없습니다.\n   있는 라벨: ${list(p.labels)}`,
    en: (p) => `label '${p.label}' is not one of the job's labels.\n   Labels there are: ${list(p.labels)}`
  }),
  BL7023: entry<{ url: string; detail: string }>({
    ko: (p) =>
      `이 주소로는 알림을 보내지 않습니다: ${p.url}\n   ${p.detail}\n   누구나 닿을 수 있는 https 주소를 쓰세요. 내부 주소는 관리자가 허용해야 합니다.`,
    en: (p) =>
      `no webhook is sent to this address: ${p.url}\n   ${p.detail}\n   Use an https address that is public. The operator can allow internal ones.`
  }),
  BL7024: entry<{ id: string }>({
    ko: (p) => `웹훅을 찾을 수 없습니다: ${p.id}`,
    en: (p) => `webhook not found: ${p.id}`
  }),
  BL7026: entry({
    ko: () => `이 서버는 OpenAI 웹훅을 받지 않습니다.\n   OPENAI_WEBHOOK_SECRET을 설정한 뒤 서버를 다시 시작하세요.`,
    en: () => `this server takes no OpenAI webhooks.\n   Set OPENAI_WEBHOOK_SECRET and start the server again.`
  }),
  BL7027: entry<{ reference: string }>({
    ko: (p) => `서버 안에서 오류가 났습니다.\n   다시 해 보고, 계속되면 관리자에게 이 번호를 알려 주세요: ${p.reference}`,
    en: (p) =>
      `something failed inside the server.\n   Try again; if it happens again, give the operator this reference: ${p.reference}`
  }),
  BL7028: entry({
    ko: () => `서버가 멈추는 중입니다.\n   잠시 뒤에 다시 하세요.`,
    en: () => `the server is stopping.\n   Try again in a moment.`
  }),
  BL7029: entry<{ host: string }>({
    ko: (p) =>
      `토큰이 하나도 없어서 ${p.host}에서 서버를 열지 않았습니다.\n   먼저 토큰을 만들거나(batchlabel token create --name … --scope admin) --host 없이 이 컴퓨터에서만 여세요.`,
    en: (p) =>
      `the server was not opened on ${p.host}, for there is no token.\n   Make one first (\`batchlabel token create --name … --scope admin\`), or leave --host out to open it on this machine only.`
  }),
  BL7030: entry<{ host: string; port: number; detail: string }>({
    ko: (p) =>
      `${p.host}:${p.port}에서 서버를 열 수 없습니다: ${p.detail}\n   다른 --port를 주거나 그 포트를 쓰는 프로그램을 끝내세요.`,
    en: (p) =>
      `the server cannot be opened on ${p.host}:${p.port}: ${p.detail}\n   Give another --port, or end the program that uses it.`
  }),
  BL7031: entry<{ name: string }>({
    ko: (p) => `토큰 이름으로 쓸 수 없습니다: '${p.name}'\n   1자에서 64자까지, 줄바꿈 없이 적으세요.`,
    en: (p) => `not usable as the name of a token: '${p.name}'\n   Give 1 to 64 characters without line breaks.`
  }),
  BL7032: entry<{ id: string }>({
    ko: (p) => `토큰을 찾을 수 없습니다: ${p.id}\n   'batchlabel token list'가 있는 토큰을 보여 줍니다.`,
    en: (p) => `token not found: ${p.id}\n   \`batchlabel token list\` shows those there are.`
  }),
  BL7033: entry<{ detail: string }>({
    ko: (p) => `템플릿을 채우는 데 너무 많은 시간이나 메모리가 듭니다: ${p.detail}\n   반복을 줄이세요.`,
    en: (p) => `filling the template takes too much time or memory: ${p.detail}\n   Use fewer or shorter loops.`
  }),
  BL7034: entry<{ detail: string }>({
    ko: (p) => `올린 파일을 저장할 수 없습니다: ${p.detail}\n   관리자에게 디스크 공간과 권한을 확인해 달라고 하세요.`,
    en: (p) => `the uploaded file cannot be stored: ${p.detail}\n   Ask the operator to check disk space and permissions.`
  }),
  BL7035: entry<{ limit: number }>({
    ko: (p) => `웹훅은 ${p.limit}개까지 둘 수 있습니다.\n   쓰지 않는 것을 지우세요.`,
    en: (p) => `there can be at most ${p.limit} webhooks.\n   Remove one that is not used.`
  }),
  BL7085: entry<{ seconds: number }>({
    ko: (p) => `${p.seconds}초 안에 끝나지 않아 멈췄습니다.\n   템플릿을 줄이거나 파일을 나누세요.`,
    en: (p) => `it was not done within ${p.seconds} s and has been stopped.\n   Use a shorter template, or divide the file.`
  }),
  BL7086: entry<{ megabytes: number }>({
    ko: (p) => `메모리 ${p.megabytes}MB보다 많이 필요해 멈췄습니다.\n   템플릿을 줄이거나 파일을 나누세요.`,
    en: (p) =>
      `it needs more than ${p.megabytes} MB of memory and has been stopped.\n   Use a shorter template, or divide the file.`
  }),
  BL7087: entry<{ encoding: string }>({
    ko: (p) => `본문의 Content-Encoding을 풀 수 없습니다: '${p.encoding}'\n   압축하지 않고 보내세요.`,
    en: (p) => `bodies with this Content-Encoding are not taken: '${p.encoding}'\n   Send it without compression.`
  }),
  BL7185: entry<{ limit: number }>({
    ko: (p) => `작업은 ${p.limit}개까지 저장할 수 있습니다.\n   쓰지 않는 것을 지우세요.`,
    en: (p) => `at most ${p.limit} tasks can be kept.\n   Remove one that is not used.`
  }),
  BL7088: entry<{ limit: number }>({
    ko: (p) => `이미 기다리는 작업이 ${p.limit}개 있습니다.\n   하나가 끝난 뒤 다시 보내세요.`,
    en: (p) => `${p.limit} of your requests are waiting for their turn already.\n   Try again when one of them is done.`
  }),
  BL7089: entry<{ name: string; columns: number; bytes: number; limit: number; most: number }>({
    ko: (p) =>
      `${p.name}: 헤더에 열이 ${p.columns}개, ${p.bytes}바이트 있습니다. 열 ${p.limit}개, ${p.most}바이트까지 됩니다.\n   구분자와 따옴표를 확인하세요.`,
    en: (p) =>
      `${p.name}: its header has ${p.columns} columns in ${p.bytes} bytes, and at most ${p.limit} in ${p.most} are taken.\n   Check its delimiter and its quotes.`
  }),
  BL7094: entry({
    ko: () =>
      `보여 드린 뒤로 이 일이 할 것이 달라져서 시작하지 않았습니다. 보낸 것도 쓴 돈도 없습니다.\n   새로 보여 드리는 행 수와 비용을 확인한 뒤 다시 하세요.`,
    en: () =>
      `what this would do has changed since it was shown, so it was not started; nothing was sent or spent.\n   Look at the rows and the cost again, then confirm them.`
  }),
  BL7095: entry<{ name: string }>({
    ko: (p) => `소유자 이름으로 쓸 수 없습니다: '${p.name}'\n   줄바꿈과 제어 문자를 뺀 1~64자로 적으세요: --owner NAME`,
    en: (p) => `this cannot be the name of an owner: '${p.name}'\n   Use 1 to 64 characters, no line breaks: --owner NAME`
  }),
  BL7096: entry<{ name: string; owners: ReadonlyArray<string> }>({
    ko: (p) =>
      `그런 소유자가 없습니다: '${p.name}'\n   소유자는 토큰과 함께 생깁니다: batchlabel token create --name NAME --owner OWNER --scope write\n   있는 소유자: ${list(p.owners) === "" ? "없음" : list(p.owners)}`,
    en: (p) =>
      `there is no such owner: '${p.name}'\n   Owners come with their tokens: batchlabel token create --name NAME --owner OWNER --scope write\n   Known owners: ${list(p.owners) === "" ? "none" : list(p.owners)}`
  })
}

/** What a server sets limits to: batches and bytes of a job, and money. */
export const limits = {
  BL7186: entry<{ limit: number }>({
    ko: (p) =>
      `이 파일은 배치가 ${p.limit}개보다 많이 됩니다.\n   배치를 더 크게 하거나(shardRows, shardBytes, shardTokens, enqueuedTokenLimit) 파일을 나누세요.`,
    en: (p) =>
      `the file makes more than ${p.limit} batches.\n   Let each hold more (shardRows, shardBytes, shardTokens, enqueuedTokenLimit), or divide the file.`
  }),
  BL7187: entry<{ limit: number }>({
    ko: (p) => `모든 행의 요청이 ${p.limit}바이트를 넘습니다.\n   템플릿을 줄이거나 파일을 나누세요.`,
    en: (p) => `the requests of all rows take more than ${p.limit} bytes.\n   Use a shorter template, or divide the file.`
  }),
  BL7090: entry<{ owner: string; limit: string; spent: string; reserved: string; needed: string; resets: string }>({
    ko: (p) =>
      `'${p.owner}'의 이번 달 비용 한도 $${p.limit}에 닿아 기다립니다: 쓴 돈 $${p.spent}, 잡아 둔 돈 $${p.reserved}, 다음 배치에 드는 돈 최대 $${p.needed}\n   ${p.resets}에 한도가 새로 시작되면, 또는 관리자가 한도를 올리면 저절로 이어집니다: batchlabel owner limit NAME --monthly-cap DOLLARS`,
    en: (p) =>
      `the job waits for the monthly limit of '${p.owner}', $${p.limit}: $${p.spent} spent, $${p.reserved} reserved, and the next batch may cost $${p.needed}.\n   It goes on by itself when the limit begins anew (${p.resets}), or when the operator raises it: batchlabel owner limit NAME --monthly-cap DOLLARS`
  }),
  BL7091: entry<{ token: string; limit: string; spent: string; reserved: string; needed: string; resets: string }>({
    ko: (p) =>
      `이 토큰(${p.token})의 이번 달 비용 한도 $${p.limit}에 닿아 기다립니다: 쓴 돈 $${p.spent}, 잡아 둔 돈 $${p.reserved}, 다음 배치에 드는 돈 최대 $${p.needed}\n   ${p.resets}에 한도가 새로 시작되면, 또는 관리자가 한도를 올리면 저절로 이어집니다: batchlabel token limit ${p.token} --monthly-cap DOLLARS`,
    en: (p) =>
      `the job waits for the monthly limit of its token (${p.token}), $${p.limit}: $${p.spent} spent, $${p.reserved} reserved, and the next batch may cost $${p.needed}.\n   It goes on by itself when the limit begins anew (${p.resets}), or when the operator raises it: batchlabel token limit ${p.token} --monthly-cap DOLLARS`
  }),
  BL7092: entry<{ needed: string; resets: string }>({
    ko: (p) =>
      `이 서버 전체의 이번 달 비용 한도에 닿아 기다립니다: 다음 배치에 최대 $${p.needed}이(가) 듭니다.\n   ${p.resets}에 한도가 새로 시작되면, 또는 관리자가 한도를 올리면 저절로 이어집니다: batchlabel serve --monthly-cap DOLLARS`,
    en: (p) =>
      `the job waits for the monthly limit of the whole server: the next batch may cost $${p.needed}.\n   It goes on by itself when the limit begins anew (${p.resets}), or when the operator raises it: batchlabel serve --monthly-cap DOLLARS`
  }),
  BL7093: entry<{ model: string }>({
    ko: (p) =>
      `'${p.model}'의 가격을 몰라 비용 한도를 지킬 수 없으므로 보내지 않았습니다.\n   가격이 알려진 모델을 쓰거나, 관리자에게 가격을 알려 달라고 하세요: batchlabel serve --prices FILE`,
    en: (p) =>
      `nothing was sent: without a price for '${p.model}' the spending limits could not be kept.\n   Use a model whose price is known, or ask the operator to state it: batchlabel serve --prices FILE`
  })
}

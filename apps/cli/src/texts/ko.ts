import * as Words from "@batchlabel/messages/Words"
import { koHelp } from "./koHelp.js"

const until = (time: string | undefined): string => (time === undefined ? "" : `, ${time}까지`)

/** 명령줄의 모든 글. 안내서의 줄은 글자 그대로입니다. */
export const ko = {
  ...koHelp,
  status: (status: string): string => Words.status(status, "ko"),
  reason: (reason: string): string => Words.reason(reason, "ko"),
  wait: (reason: string): string => Words.wait(reason, "ko"),

  guide: {
    creating: (rows: number) => `🔄 배치 파일 생성 중... (${rows}개 기사)`,
    created: (path: string) => `✅ 배치 파일 생성 완료: ${path}`,
    uploading: "📤 배치 업로드 중...",
    uploaded: (id: string) => `✅ 파일 업로드 완료: ${id}`,
    batchMade: "✅ 배치 작업 생성 완료!",
    batchId: (id: string) => `   배치 ID: ${id}`,
    status: (status: string) => `   상태: ${status}`,
    due: "   완료 예정: 24시간 이내",
    infoSaved: (path: string) => `✅ 배치 정보 저장: ${path}`,
    remember: (infoPath: string | undefined) =>
      `   배치 ID를 기억해 두세요${infoPath === undefined ? "" : ` (${infoPath}에도 있습니다)`}`,
    heading: "📊 배치 상태",
    id: (id: string) => `   ID: ${id}`,
    progress: (done: number, total: number, share: string) => `   진행률: ${done}/${total} (${share})`,
    busy: (what: string) => `   ⏳ 아직 ${what}... 나중에 다시 확인하세요`,
    completed: "   ✅ 완료! 이제 결과를 다운로드하세요",
    failed: "   ❌ 실패: 배치가 받아들여지지 않았습니다",
    cancelled: "   🚫 취소됨: 지금까지의 결과를 다운로드할 수 있습니다",
    ready: "   📦 지금까지의 결과를 다운로드할 수 있습니다",
    stopped: "   ⛔ 멈춤: 아래를 고친 뒤 다시 실행하면 이어집니다",
    loading: (path: string) => `📂 원본 데이터 로드: ${path}`,
    loaded: (rows: number) => `✅ ${rows}개 기사 로드`,
    downloading: "⬇️ 결과 다운로드 중...",
    downloaded: "✅ 결과 다운로드 완료",
    labeled: (count: number) => `   성공: ${count}개`,
    failedRows: (count: number) => `   실패: ${count}개`,
    pending: (count: number) => `   대기: ${count}개`,
    saving: "💾 결과 저장 중...",
    saved: (path: string) => `✅ 결과 저장 완료: ${path}`,
    distribution: "📊 라벨 분포:",
    label: (value: string, name: string, count: number, share: string) => `   ${value} (${name}): ${count}개 (${share})`,
    plainLabel: (value: string, count: number, share: string) => `   ${value}: ${count}개 (${share})`,
    moreLabels: (count: number) => `   … 외 ${count}개 라벨 (--json으로 모두 볼 수 있습니다)`,
    failures: (path: string, count: number) => `⚠️ 라벨링 실패 항목: ${path} (${count}개)`,
    done: "✨ 라벨링 완료!",
    partlyDone: "✨ 지금까지의 결과를 저장했습니다"
  },

  job: {
    made: (id: string) => `🆔 작업 ID: ${id}`,
    reused: (id: string) => `♻️ 이미 있는 작업을 이어 갑니다: ${id}`,
    retrying: (id: string, of: string, rows: number) => `🔁 작업 ${of}의 실패 행 ${rows}개를 다시 묻습니다: ${id}`,
    toSend: (rows: number, requests: number) => `📤 보낼 요청: ${requests}개 (행 ${rows}개)`,
    cap: (amount: string, spent: string) => `🧢 비용 한도: ${amount} (지금까지 ${spent} 사용)`,
    noCap: "🧢 비용 한도: 없음 (--max-cost)",
    batches: (count: number) => `   배치 ${count}개:`,
    batch: (shard: number, id: string, status: string, progress: string) => `     ${shard}. ${id}  ${status}  ${progress}`,
    moreBatches: (count: number) => `     … 외 ${count}개 (batchlabel show)`,
    held: (count: number) => `⏳ 아직 보내지 않은 배치 ${count}개: batchlabel check 또는 run 이 차례가 되면 보냅니다`,
    waiting: (shards: string, reason: string, since: string, to: string | undefined) =>
      `   ⏸ 배치 ${shards}: ${reason} (${since}부터${until(to)})`,
    moreWaits: (count: number) => `   ⏸ … 외 ${count}개`,
    known: (count: number) => `♻️ 이미 얻은 답 ${count}개를 다시 씁니다 (지불하지 않음)`,
    knownSaved: (count: number, amount: string) => `♻️ 이미 얻은 답 ${count}개를 다시 씁니다 (약 ${amount} 절약)`,
    duplicates: (count: number) => `🔗 같은 글 ${count}개는 한 번만 묻습니다`,
    skipped: (empty: number, bad: number, large: number) =>
      `⚠️ 묻지 않는 행: 빈 글 ${empty}개, 깨진 행 ${bad}개, 너무 큰 행 ${large}개`,
    allKnown: "✅ 모든 행의 답이 이미 있습니다. 보낼 것이 없습니다",
    expected: (amount: string, requests: number) => `💰 예상 비용: ${amount} (요청 ${requests}개)`,
    unpriced: (model: string) => `💰 예상 비용: 모델 '${model}'의 가격을 모릅니다 (--price-in, --price-out)`,
    confirm: (requests: number, amount: string) => `요청 ${requests}개를 약 ${amount}에 보낼까요?`,
    confirmUnpriced: (requests: number) => `비용을 모르는 요청 ${requests}개를 보낼까요?`,
    declined: "보내지 않았습니다.",
    spent: (amount: string) => `💰 실제 비용: ${amount}`,
    spentUnpriced: "💰 실제 비용: 가격을 몰라 계산하지 못했습니다 (batchlabel cost)",
    reasonLine: (reason: string, name: string, count: number) => `   - ${reason} (${name}): ${count}개`,
    resubmit: (path: string) => `   다시 시도: batchlabel retry 또는 batchlabel submit --input ${path}`,
    busyElsewhere: "⏳ 다른 프로세스가 이 작업을 진행하고 있습니다",
    cancelling: (id: string) => `🚫 작업을 취소하고 있습니다: ${id} (최대 10분; 이미 지불한 결과는 남습니다)`,
    toCancel: (id: string, status: string, path: string, rows: number) =>
      `🚫 취소할 작업: ${id} (${status}) · ${path} · 행 ${rows}개`,
    toCancelDetail: (open: number, batches: number, spent: string, reserved: string) =>
      `   답이 없는 요청 ${open}개 · 진행 중인 배치 ${batches}개 · 사용 ${spent}, 예약 ${reserved}`,
    confirmCancel: (id: string) => `작업 ${id}을(를) 취소할까요? 아직 답이 없는 요청은 답을 받지 못합니다.`,
    notCancelled: "취소하지 않았습니다.",
    cancelled: (id: string) => `🚫 작업을 취소했습니다: ${id}`,
    alreadyOver: (id: string, status: string) => `작업이 이미 끝나 있습니다: ${id} (${status})`,
    recovered: (id: string, batches: number) => `🛟 작업을 되찾았습니다: ${id} (배치 ${batches}개)`,
    recoverable: (count: number) => `API에서 찾은 작업 ${count}개:`,
    recoverHeader: ["  작업", "생성 시각", "배치", "요청", "상태"],
    recoverHint: "되찾으려면: batchlabel recover <작업 ID> --input <원본 CSV>",
    noneAtApi: "API에 batchlabel이 만든 배치가 없습니다",
    none: "작업이 없습니다"
  },

  waiting: (what: string, address: string, seconds: number, tries: number, failed: string | undefined) =>
    `⏳ ${address} 의 응답을 기다립니다: ${what}, ${seconds}초째, ${tries}번째 시도${failed === undefined ? "" : ` (앞선 시도: ${failed})`}`,

  detached: {
    title: "👋 떨어져 나왔습니다. 이미 만든 배치는 OpenAI에서 계속 실행됩니다.",
    broken: "⚠️ 도중에 끝났습니다. 작업과 배치는 남아 있습니다:",
    goOn: (command: string) => `   이어서 보려면: ${command}`,
    stopping: "⏹ 하던 일을 마치고 멈춥니다... (다시 누르면 바로 끝냅니다)",
    stopped: "⏹ 멈췄습니다. 같은 명령을 다시 실행하면 이어집니다."
  },

  live: {
    title: (id: string, model: string, input: string) => `작업 ${id} · ${model} · ${input}`,
    header: ["배치", "상태", "진행", ""],
    more: (count: number) => `… 외 ${count}개`,
    total: (done: number, total: number, share: string) => `합계 ${done}/${total} (${share})`,
    rate: (rate: string) => `${rate}행/초`,
    eta: (time: string) => `남은 시간 약 ${time}`,
    tokens: (count: string) => `대기열 토큰 ${count}`,
    money: (amount: string) => `비용 ${amount}`,
    failed: (count: number) => `실패 ${count}`,
    elapsed: (time: string) => `지난 시간 ${time}`,
    line: (status: string, done: number, total: number, share: string, failed: number) =>
      `상태: ${status} · ${done}/${total} (${share})${failed === 0 ? "" : ` · 실패 ${failed}`}`,
    reading: "읽는 중",
    rowsPerSecond: (rate: string) => `${rate}행/초`,
    hours: "시간",
    minutes: "분",
    seconds: "초"
  },

  list: {
    header: ["작업", "생성 시각", "상태", "행", "요청", "라벨 완료", "실패", "비용", "입력"]
  },

  show: {
    job: "작업",
    created: "생성 시각",
    status: "상태",
    input: "입력",
    output: "출력",
    task: "과제",
    model: "모델",
    folder: "폴더",
    rows: "행",
    rowsDetail: (p: {
      readonly requests: number
      readonly duplicates: number
      readonly known: number
      readonly empty: number
      readonly bad: number
      readonly large: number
      readonly unsampled: number
    }) =>
      `요청 ${p.requests} · 같은 글 ${p.duplicates} · 이미 얻은 답 ${p.known} · 빈 글 ${p.empty} · 깨진 행 ${p.bad} · 너무 큰 행 ${p.large} · 표본 밖 ${p.unsampled}`,
    result: "결과",
    resultDetail: (labeled: number, failed: number, open: number) => `라벨 ${labeled} · 실패 ${failed} · 남음 ${open}`,
    cost: "비용",
    costDetail: (spent: string, reserved: string, cap: string | undefined) =>
      `${spent} 사용 · ${reserved} 예약${cap === undefined ? "" : ` · 한도 ${cap}`}`,
    tokens: "토큰",
    tokensDetail: (input: string, output: string, flying: string) => `입력 ${input} · 출력 ${output} · 대기열 ${flying}`,
    batches: "배치",
    events: "일어난 일"
  },

  estimate: {
    heading: "💰 예상",
    rows: (rows: number, requests: number, duplicates: number, known: number, skipped: number) =>
      `   행: ${rows}개 (요청 ${requests}개, 같은 글 ${duplicates}개, 이미 얻은 답 ${known}개, 묻지 않는 행 ${skipped}개)`,
    batches: (count: number) => `   배치: ${count}개`,
    input: (range: string, encoding: string, assumed: boolean) =>
      `   입력 토큰: ${range} (${encoding}${assumed ? ", 가정" : ""})`,
    output: (range: string) => `   출력 토큰: ${range}`,
    sampled: (n: number) => `   입력 토큰은 표본 ${n}개로 어림했습니다 (95% 구간)`,
    counted: "   입력 토큰은 모든 요청에서 세었습니다",
    batchCost: (range: string) => `   배치 비용: ${range}`,
    sum: (text: string) => `   계산: ${text}`,
    normalCost: (range: string, saving: string) => `   일반 API 비용: ${range} (절약 ${saving})`,
    noPrice: "   비용: 가격을 모릅니다",
    to: "~"
  },

  cost: {
    heading: (id: string) => `💰 작업 ${id}의 비용`,
    byModel: (model: string, requests: number, input: string, output: string, amount: string) =>
      `   ${model}: ${amount} (요청 ${requests}개, 입력 ${input}, 출력 ${output} 토큰)`,
    byShard: (shard: number, requests: number, input: string, output: string, amount: string) =>
      `     배치 ${shard}: ${amount} (요청 ${requests}개, 입력 ${input}, 출력 ${output})`,
    total: (amount: string, unpriced: number) =>
      `   합계: ${amount}${unpriced === 0 ? "" : ` (가격을 모르는 ${unpriced}개는 빠짐)`}`,
    estimated: (range: string, actual: string, inside: boolean) =>
      `   예상: ${range} → 실제: ${actual} (${inside ? "예상 범위 안" : "예상 범위 밖"})`,
    allJobs: (jobs: number, amount: string, unpriced: number) =>
      `💰 작업 ${jobs}개 합계: ${amount}${unpriced === 0 ? "" : ` (가격을 모르는 ${unpriced}개는 빠짐)`}`,
    none: "   아직 쓴 비용이 없습니다",
    unknown: "가격 모름"
  },

  sample: {
    chosen: (rows: number, of: number, seed: number) => `🎲 표본 ${rows}개 / ${of}개 (씨앗 ${seed})`,
    projected: (range: string, n: number, of: number) => `💰 전체 예상 비용: ${range} (요청 ${of}개 중 표본 ${n}개, 95% 구간)`,
    next: (command: string) => `   나머지 라벨링: ${command}`
  },

  preview: {
    heading: (shown: number, columns: string) => `👀 요청 미리보기 (${shown}개, 열: ${columns}). 아무것도 보내지 않습니다`,
    row: (row: number, id: string) => `── ${row}번째 행 · ${id}`,
    skippedRow: (row: number) => `── ${row}번째 행 · 묻지 않음 (글이 비었거나 깨진 행)`,
    failedRow: (row: number, why: string) => `── ${row}번째 행 · 요청을 만들 수 없음: ${why}`,
    role: (role: string) => `[${role}]`,
    constant: "── 모든 요청에 함께 보내는 메시지",
    body: "요청 본문:"
  },

  init: {
    written: (path: string) => `✅ 과제 파일 저장: ${path}`,
    next: (path: string) => `   고친 뒤에: batchlabel preview --input <CSV> --task ${path}`
  },

  parts: {
    written: (path: string, rows: number) => `   ${path} (${rows}행)`,
    split: (rows: number, parts: number) => `✅ ${rows}행을 파일 ${parts}개로 나눴습니다`,
    merged: (path: string, rows: number, files: number) => `✅ 파일 ${files}개, ${rows}행을 합쳤습니다: ${path}`
  },

  cache: {
    cleared: (count: number) => `✅ 답 ${count}개를 지웠습니다`,
    found: (count: number, location: string, spent: string) =>
      `🗑 이미 지불한 답 ${count}개: ${location}; 이 저장소의 작업에 ${spent}을(를) 썼습니다. 다시 물으면 다시 지불합니다`,
    empty: "지울 답이 없습니다",
    confirm: (count: number) => `이미 지불한 답 ${count}개를 지울까요?`,
    kept: "지우지 않았습니다."
  },

  agreement: { question: (question: string) => `❓ ${question} 계속하려면 '예'를 입력하세요 [y/N] ` },

  store: {
    good: (location: string) => `✅ 이상이 없습니다: ${location}`,
    faults: (count: number, location: string) => `⚠️ 이상 ${count}개: ${location}`,
    absent: (location: string) => `작업 저장소가 없습니다: ${location}`,
    ignored:
      "ℹ️ DATABASE_URL은 쓰지 않습니다. 작업을 그곳에 두려면 BATCHLABEL_USE_DATABASE_URL=true 를 설정하거나 이름을 BATCHLABEL_DATABASE_URL로 바꾸세요."
  },

  clean: {
    found: (count: number) => `끝난 작업의 파일 ${count}개:`,
    file: (id: string, kind: string, job: string) => `   ${id}  ${kind}  ${job}`,
    removed: (count: number) => `✅ 파일 ${count}개를 지웠습니다`,
    nothing: "지울 파일이 없습니다",
    dry: "지우지 않았습니다 (--dry-run)",
    kept: "지우지 않았습니다",
    confirm: (count: number) => `OpenAI에서 파일 ${count}개를 지울까요?`
  },

  doctor: {
    names: {
      api: "API",
      clock: "시계",
      input: "입력",
      column: "열",
      disk: "디스크",
      limit: "한도",
      home: "작업 폴더",
      output: "출력",
      guide: "안내 파일",
      store: "저장소"
    },
    api: "키가 받아들여지고 API가 대답합니다",
    clock: (seconds: number) => `이 컴퓨터의 시계가 API와 ${seconds}초 차이납니다`,
    input: (path: string, encoding: string, delimiter: string, bytes: string) =>
      `${path} (${encoding}, 구분자 '${delimiter}', ${bytes})`,
    column: (column: string) => `'${column}' 열이 있고 과제와 맞습니다`,
    home: (path: string) => `작업 폴더에 쓸 수 있습니다: ${path}`,
    output: (path: string) => `결과를 쓸 수 있습니다: ${path}`,
    guide: (path: string) => `batch_openai.jsonl과 batch_info_openai.json을 쓸 수 있습니다: ${path}`,
    disk: (free: string, needed: string) => `빈 공간 ${free}, 필요한 공간 약 ${needed}`,
    limit: (model: string, tokens: string) => `${model}의 대기열 토큰 한도: ${tokens}`,
    noLimit: (model: string) => `${model}의 대기열 토큰 한도를 모릅니다 (--enqueued-limit)`,
    store: (path: string) => `작업 저장소를 쓸 수 있습니다: ${path}`,
    allGood: "✅ 모두 갖추어져 있습니다",
    someBad: (count: number) => `❌ 고칠 것이 ${count}개 있습니다`
  },

  simulate: {
    running: (url: string) => `🧪 시뮬레이터: ${url}`,
    use: "   다른 터미널에서:",
    noModel: "   모델이 아닙니다. 규칙에 따라 답합니다. 멈추려면 Ctrl-C"
  },

  serve: {
    running: (url: string) => `🌐 웹 페이지와 API: ${url}`,
    docs: (url: string) => `   API 사용법: ${url}/docs`,
    token: (secret: string) => `   이 토큰으로 로그인하세요. 지금만 보여 줍니다: ${secret}`,
    makeToken: (command: string) => `   토큰으로 로그인하세요. 만들려면: ${command}`,
    limits: (server: string, owner: string) =>
      `   한 달(UTC) 비용 한도: 서버 전체 ${server}, 따로 정하지 않은 소유자마다 ${owner} (--monthly-cap, --owner-cap, 'owner limit')`,
    stop: "   멈추려면 Ctrl-C. 다시 열면 작업이 이어집니다"
  },

  token: {
    once: (id: string) => `🔑 토큰 ${id}을(를) 만들었습니다. 지금만 보여 주니 안전한 곳에 두세요`,
    header: ["ID", "권한", "상태", "생성 시각", "유효 기한", "마지막 사용", "소유자", "월 한도", "이름"],
    state: { valid: "유효", expired: "만료", revoked: "무효" },
    none: "토큰이 없습니다",
    revoked: (id: string) => `✅ 토큰 ${id}을(를) 무효로 만들었습니다`,
    limited: (id: string, amount: string) => `✅ 토큰 ${id}의 월 비용 한도: ${amount}`
  },

  owner: {
    header: ["소유자", "쓴 돈", "잡아 둔 돈", "월 한도", "토큰"],
    noLimit: "한도 없음",
    limited: (name: string, amount: string) => `✅ ${name}의 월 비용 한도: ${amount}. 한도를 기다리던 작업은 1분 안에 이어집니다`,
    resets: (time: string) => `이번 달이 끝나는 때: ${time}`
  },

  demo: {
    intro: "🧪 데모: OpenAI가 아니라 이 컴퓨터의 시뮬레이터가 답합니다. 비용은 들지 않습니다.",
    folder: (path: string) => `   폴더: ${path}`,
    step: (command: string) => `$ ${command}`,
    outro: (rows: number, seconds: string) =>
      `🧪 데모 끝: ${rows}개 기사를 시뮬레이터가 규칙에 따라 라벨링했습니다 (${seconds}초). 모델의 답이 아닙니다.`,
    files: "   만들어진 파일:",
    file: (path: string, what: string) => `     ${path}  ${what}`,
    kinds: {
      input: "입력: 기사 300개",
      labeled: "라벨이 붙은 CSV",
      failed: "실패한 행",
      info: "배치 정보",
      requests: "보낸 요청"
    },
    next: "   진짜로 하려면: export OPENAI_API_KEY=sk-… 다음에 batchlabel run --input … --output …"
  },

  notice: (text: string) => `⚠️ ${text}`,
  error: (text: string, code: string) => `❌ ${text} [${code}]`
}

import { entry, hint, placed } from "./entry.js"

const grouped = (count: number): string => count.toLocaleString("en-US")

/** Measure before paying for everything. */
const trySample = {
  ko: { command: "일부만 먼저 실행해 확인하세요: run --sample", page: "일부 행만 든 파일로 먼저 확인하세요." },
  en: { command: "Label a sample first: run --sample", page: "Try a file with a few rows first." }
}

/** BL53xx: prices, budgets and spending. */
export const cost = {
  BL5301: entry<{ path: string; detail: string }>({
    ko: (p) => `가격 파일이 올바르지 않습니다: ${p.path}\n${p.detail}\n   가격은 100만 토큰당 달러로 적습니다.`,
    en: (p) => `The price file is not valid: ${p.path}\n${p.detail}\n   Prices are dollars per million tokens.`
  }),
  BL5302: placed<{ model: string }>({
    ko: (p) => ({
      what: `모델 '${p.model}'의 가격을 알 수 없습니다.`,
      command: "--price-in과 --price-out(배치 가격, 100만 토큰당 달러)을 주거나 가격 파일에 추가하세요.",
      page: "가격이 알려진 모델을 고르거나, 서버 관리자에게 가격을 추가해 달라고 하세요."
    }),
    en: (p) => ({
      what: `No price is known for model '${p.model}'.`,
      command: "Set --price-in and --price-out (batch dollars per million tokens), or add the model to your price file.",
      page: "Choose a model with a known price, or ask the server's operator to add its price."
    })
  }),
  BL5303: placed<{ model: string; date: string }>({
    ko: (p) => ({
      what: `모델 '${p.model}'은(는) ${p.date}에 종료되었습니다.`,
      command: "다른 모델을 고르세요: --model",
      page: "다른 모델을 고르세요."
    }),
    en: (p) => ({
      what: `Model '${p.model}' was shut down on ${p.date}.`,
      command: "Choose another one: --model",
      page: "Choose another one."
    })
  }),
  BL5373: placed<{ model: string; date: string }>({
    ko: (p) => ({
      what: `모델 '${p.model}'은(는) ${p.date}에 종료됩니다. 지금 보내는 배치는 그 전에 끝난다고 할 수 없습니다.`,
      command:
        "아무것도 보내지 않았습니다. 다른 모델을 고르세요: --model. 이 모델을 유지하는 호환 서버라면 --allow-retired-model 을 붙이거나 과제에 allow_retired_model: true 를 적으세요.",
      page: "아무것도 보내지 않았습니다. 다른 모델을 고르세요. 이 모델을 유지하는 호환 서버라면 과제에 allow_retired_model: true 를 적으세요."
    }),
    en: (p) => ({
      what: `Model '${p.model}' shuts down on ${p.date}. A batch sent now may not finish in time.`,
      command:
        "Nothing was sent. Choose another model: --model. If your compatible server keeps this one, add --allow-retired-model, or allow_retired_model: true to the task.",
      page: "Nothing was sent. Choose another model. If your compatible server keeps this one, add allow_retired_model: true to the task."
    })
  }),
  BL5304: placed<{ model: string; date: string; days: number }>({
    ko: (p) => ({
      what: `모델 '${p.model}'은(는) ${p.date}에 종료될 예정입니다 (${p.days}일 남음).`,
      command: "다른 모델로 옮길 준비를 하세요: --model",
      page: "다른 모델로 옮길 준비를 하세요."
    }),
    en: (p) => ({
      what: `Model '${p.model}' will be shut down on ${p.date} (in ${p.days} ${p.days === 1 ? "day" : "days"}).`,
      command: "Plan to move to another one: --model",
      page: "Plan to move to another one."
    })
  }),
  BL5305: placed<{ cap: string; spent: string; reserved: string; needed: string }>({
    ko: (p) => ({
      what: `비용 한도 $${p.cap}에 도달했습니다: 사용 $${p.spent}, 예약 $${p.reserved}, 다음 배치에 최대 $${p.needed} 필요.`,
      command:
        "남은 행은 'budget'으로 표시됩니다. 보낸 명령(run, submit, retry)을 더 높은 --max-cost로 다시 실행하면 이어집니다.",
      page: "남은 행은 '비용 한도'로 표시됩니다. 한도를 올리면 이어집니다."
    }),
    en: (p) => ({
      what: `Spending cap of $${p.cap} reached: $${p.spent} spent, $${p.reserved} reserved, the next batch may need $${p.needed}.`,
      command:
        "The remaining rows are marked 'budget'. To continue, run the command that sent it (run, submit or retry) again with a higher --max-cost.",
      page: "The remaining rows are marked 'spending cap'. Raise the cap to continue."
    })
  }),
  BL5306: entry<{ model: string }>({
    ko: (p) => `모델 '${p.model}'의 배치 가격이 가격표에 없어 표준 가격의 절반으로 계산했습니다.`,
    en: (p) => `No batch price is listed for model '${p.model}'; half of its standard price is used.`
  }),
  BL5307: entry<{ model: string; note: string }>({
    ko: (p) => `모델 '${p.model}'의 가격에 대한 참고: ${p.note}`,
    en: (p) => `Price of model '${p.model}': ${p.note}`
  }),
  BL5308: placed<{ model: string; encoding: string }>({
    ko: (p) => ({
      what: `모델 '${p.model}'의 토큰 인코딩이 알려져 있지 않아 ${p.encoding}로 가정하고 셌습니다.`,
      command: `실제 토큰 수는 다를 수 있습니다. ${trySample.ko.command}`,
      page: `실제 토큰 수는 다를 수 있습니다. ${trySample.ko.page}`
    }),
    en: (p) => ({
      what: `The token encoding of model '${p.model}' is unknown; ${p.encoding} is assumed.`,
      command: `Actual counts may differ. ${trySample.en.command}`,
      page: `Actual counts may differ. ${trySample.en.page}`
    })
  }),
  BL5309: placed<{ model: string; effort: string | undefined; low: number; high: number }>({
    ko: (p) => ({
      what: `모델 '${p.model}'은(는) 답하기 전에 추론하며 그 토큰도 출력으로 과금됩니다${hint(p.effort, (e) => ` (reasoning_effort: ${e})`)}.`,
      command: `요청당 ${p.low}~${p.high} 토큰으로 가정했습니다. ${trySample.ko.command}`,
      page: `요청당 ${p.low}~${p.high} 토큰으로 가정했습니다. ${trySample.ko.page}`
    }),
    en: (p) => ({
      what: `Model '${p.model}' reasons before it answers, and reasoning is billed as output${hint(p.effort, (e) => ` (reasoning_effort: ${e})`)}.`,
      command: `The estimate assumes ${p.low} to ${p.high} tokens per request. ${trySample.en.command}`,
      page: `The estimate assumes ${p.low} to ${p.high} tokens per request. ${trySample.en.page}`
    })
  }),
  BL5310: entry<{ requests: number; shards: number; waves: number; low: string; high: string; bound: string }>({
    ko: (p) =>
      `요청 ${grouped(p.requests)}개, 배치 ${grouped(p.shards)}개${p.waves === 1 ? "" : `, ${grouped(p.waves)}차례로 나누어 실행`}: 보통 ${p.low}~${p.high}시간, 최대 ${p.bound}시간${p.waves === 1 ? "" : " (차례마다 24시간)"}.`,
    en: (p) =>
      `${grouped(p.requests)} ${p.requests === 1 ? "request" : "requests"} in ${grouped(p.shards)} ${p.shards === 1 ? "batch" : "batches"}${p.waves === 1 ? "" : `, in ${grouped(p.waves)} waves`}: usually ${p.low} to ${p.high} hours, at most ${p.bound}${p.waves === 1 ? "" : " (24 per wave)"}.`
  }),
  BL5311: entry<{ model: string }>({
    ko: (p) =>
      `모델 '${p.model}'의 대기열 토큰 한도를 알 수 없어 모든 배치가 함께 실행된다고 보았습니다.\n   한도는 OpenAI의 limits 설정 페이지에 있습니다.`,
    en: (p) =>
      `The enqueued-token limit of model '${p.model}' is unknown, so all batches are assumed to run at once.\n   OpenAI shows the limit on the limits page of your settings.`
  }),
  BL5312: entry<{ model: string; limit: number; tier: number }>({
    ko: (p) =>
      `모델 '${p.model}'의 대기열 토큰 한도는 사용 등급 ${p.tier} 기준 ${grouped(p.limit)}으로 가정했습니다.\n   실제 한도는 OpenAI의 limits 설정 페이지에 있습니다.`,
    en: (p) =>
      `The enqueued-token limit of model '${p.model}' is assumed to be ${grouped(p.limit)}, as in usage tier ${p.tier}.\n   OpenAI shows yours on the limits page of your settings.`
  }),
  BL5313: entry<{ model: string; limit: number }>({
    ko: (p) => `모델 '${p.model}'의 대기열 토큰 한도: ${grouped(p.limit)}.`,
    en: (p) => `The enqueued-token limit of model '${p.model}' is ${grouped(p.limit)}.`
  }),
  BL5314: entry<{ shards: number; limit: number }>({
    ko: (p) =>
      `배치 ${grouped(p.shards)}개는 대기열 토큰 한도 ${grouped(p.limit)}보다 큽니다.\n   한도에 맞게 더 작은 배치로 나뉩니다.`,
    en: (p) =>
      `${grouped(p.shards)} ${p.shards === 1 ? "batch is" : "batches are"} larger than the enqueued-token limit of ${grouped(p.limit)}.\n   ${p.shards === 1 ? "It" : "They"} will be divided to fit.`
  }),
  BL5315: entry<{ requests: number; above: number }>({
    ko: (p) => `입력이 ${grouped(p.above)} 토큰을 넘는 요청 ${grouped(p.requests)}개는 더 비싼 긴 문맥 요금으로 계산됩니다.`,
    en: (p) =>
      `${grouped(p.requests)} ${p.requests === 1 ? "request has" : "requests have"} more than ${grouped(p.above)} input tokens and ${p.requests === 1 ? "is" : "are"} billed at the higher long-context rates.`
  }),
  BL5316: placed<{ model: string; tokens: number }>({
    ko: (p) => ({
      what: `작업에 답변 길이의 상한이 없어 모델 '${p.model}'은(는) 요청당 최대 ${grouped(p.tokens)} 토큰까지 답할 수 있습니다.`,
      command: "--max-cost는 그만큼을 예약합니다. 낮추려면 parameters에 max_completion_tokens를 정하세요.",
      page: "비용 한도는 그만큼을 예약합니다. 낮추려면 답의 최대 토큰 수를 정하세요."
    }),
    en: (p) => ({
      what: `The task does not cap its answers: model '${p.model}' may use up to ${grouped(p.tokens)} tokens per request.`,
      command: "--max-cost reserves that much. To reserve less, set max_completion_tokens in the task's parameters.",
      page: "The spending cap reserves that much. To reserve less, set the maximum answer tokens."
    })
  }),
  BL5317: placed<{ tokens: number }>({
    ko: (p) => ({
      what: `답의 JSON Schema는 요청당 ${grouped(p.tokens)} 토큰입니다. OpenAI는 이것이 어떻게 과금되는지 밝히지 않습니다.`,
      command: `그래서 범위가 넓습니다. ${trySample.ko.command}`,
      page: `그래서 범위가 넓습니다. ${trySample.ko.page}`
    }),
    en: (p) => ({
      what: `The JSON Schema of the answer has ${grouped(p.tokens)} tokens per request. OpenAI does not say how it bills them.`,
      command: `The range is wide for that reason. ${trySample.en.command}`,
      page: `The range is wide for that reason. ${trySample.en.page}`
    })
  })
}

import { entry } from "./entry.js"

/** BL53xx: prices, budgets and spending. */
export const cost = {
  BL5301: entry<{ path: string; detail: string }>({
    ko: (p) => `가격 파일이 올바르지 않습니다: ${p.path}\n${p.detail}\n   가격은 100만 토큰당 달러로 적습니다.`,
    en: (p) => `price file is not valid: ${p.path}\n${p.detail}\n   Prices are dollars per million tokens.`
  }),
  BL5302: entry<{ model: string }>({
    ko: (p) =>
      `모델 '${p.model}'의 가격을 알 수 없습니다.\n   --price-in과 --price-out(배치 가격, 100만 토큰당 달러)을 주거나 가격 파일에 추가하세요.`,
    en: (p) =>
      `no price is known for model '${p.model}'.\n   Give --price-in and --price-out (batch dollars per million tokens), or add it to your price file.`
  }),
  BL5303: entry<{ model: string; date: string }>({
    ko: (p) => `모델 '${p.model}'은(는) ${p.date}에 종료되었습니다.\n   다른 모델을 고르세요: --model`,
    en: (p) => `model '${p.model}' was shut down on ${p.date}.\n   Choose another one: --model`
  }),
  BL5304: entry<{ model: string; date: string; days: number }>({
    ko: (p) =>
      `모델 '${p.model}'은(는) ${p.date}에 종료될 예정입니다 (${p.days}일 남음).\n   다른 모델로 옮길 준비를 하세요: --model`,
    en: (p) =>
      `model '${p.model}' will be shut down on ${p.date} (in ${p.days} ${p.days === 1 ? "day" : "days"}).\n   Plan to move to another one: --model`
  }),
  BL5305: entry<{ cap: string; spent: string; reserved: string; needed: string }>({
    ko: (p) =>
      `비용 한도 $${p.cap}에 도달했습니다: 사용 $${p.spent}, 예약 $${p.reserved}, 다음 배치에 최대 $${p.needed} 필요.\n   남은 행은 'budget'으로 표시됩니다. 더 높은 --max-cost로 다시 실행하면 이어집니다.`,
    en: (p) =>
      `the spending cap of $${p.cap} is reached: $${p.spent} spent, $${p.reserved} reserved, the next batch may need $${p.needed}.\n   The remaining rows are marked 'budget'. Run again with a higher --max-cost to go on.`
  })
}

// Writes unlabeled_news.csv: 300 short invented articles in the guide's columns whose stance is known, so that the demo can show its
// distribution (95 support, 103 neutral, 100 oppose, 2 that fail). Seeded: the same file every time.
//   node apps/cli/sample/generate.mjs
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

let state = 20240115
/** Mulberry32: a number in [0, 1). */
const random = () => {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const pick = (items) => items[Math.floor(random() * items.length)]
const between = (low, high) => low + Math.floor(random() * (high - low + 1))

/** The particle that fits the last syllable: `을/를`, `은/는`, `이/가`. */
const with_ = (word, pair) => {
  const [closed, open] = pair.split("/")
  return word + ((word.charCodeAt(word.length - 1) - 0xac00) % 28 === 0 ? open : closed)
}

const sources = ["가온일보", "한빛신문", "새길경제", "온누리뉴스", "미래타임스", "서울마루"]
const topics = [
  ["부동산정책", "국토교통부", ["청년 전세대출 확대안", "공공임대주택 공급 계획", "재건축 규제 개편안", "주택 청약 제도 개편안"]],
  ["경제정책", "기획재정부", ["소상공인 세금 감면안", "지역화폐 지원 사업", "물가 안정 대책", "중소기업 수출 지원책"]],
  ["교육정책", "교육부", ["고교 학점제 개편안", "방과후 돌봄 확대 방안", "대학 등록금 지원 제도", "디지털 교과서 도입안"]],
  ["복지정책", "보건복지부", ["기초연금 인상안", "아이 돌봄 서비스 개편안", "장애인 이동 지원 사업", "긴급 생계 지원 제도"]],
  ["환경정책", "환경부", ["일회용품 감축 대책", "전기차 보조금 개편안", "하천 복원 사업", "탄소 중립 실행 계획"]],
  ["교통정책", "교통위원회", ["광역버스 증차 계획", "심야 대중교통 확대안", "어린이 보호구역 개선안", "정기권 요금 제도"]],
  ["노동정책", "고용노동부", ["유연 근무 지원 제도", "청년 인턴 확대 방안", "산업 안전 점검 강화안", "육아휴직 급여 인상안"]],
  [
    "보건정책",
    "질병관리청",
    ["지역 응급의료 확충 계획", "독감 예방접종 지원 확대안", "공공병원 시설 개선 사업", "정신건강 상담 지원책"]
  ]
]

// Each sentence of a stance holds one of its words, and no word of another stance: rules.json answers by them.
const voices = {
  support: {
    titles: ["성공적 안착", "효과적이라는 평가", "현장에서 호평", "뚜렷한 성과", "환영하는 목소리"],
    leads: [
      (p) => `${with_(p.actor, "이/가")} 추진한 ${with_(p.policy, "이/가")} 시행 ${p.months}개월 만에 뚜렷한 성과를 냈다.`,
      (p) => `${with_(p.policy, "이/가")} 현장에 성공적으로 자리 잡았다는 평가가 나온다.`,
      (p) => `전문가들은 ${with_(p.policy, "을/를")} 가장 효과적인 대책으로 꼽았다.`,
      (p) => `${p.actor}의 ${with_(p.policy, "을/를")} 두고 현장에서 호평이 이어지고 있다.`
    ],
    bodies: [
      (p) => `이용자의 ${p.percent}%가 만족한다고 답했고, 이 방향이 옳았다며 환영한다는 반응이 많았다.`,
      (p) => `참여한 ${p.count}곳 가운데 대부분이 도움이 되었다고 밝혀, 성과가 숫자로 확인되었다.`,
      (p) => `${p.year}년보다 ${p.percent}% 나아진 지표가 이 정책이 얼마나 효과적인지 보여 준다.`,
      () => "다른 지역에서도 본보기로 삼겠다며 호평했다."
    ]
  },
  neutral: {
    titles: ["다음 달 시행", "의견 수렴 시작", "본회의에서 논의", "세부 일정 공개", "설명회 열려"],
    leads: [
      (p) => `${with_(p.actor, "은/는")} ${with_(p.policy, "을/를")} ${p.day}일 발표했다.`,
      (p) => `국회는 ${p.day}일 본회의를 열어 ${with_(p.policy, "을/를")} 다룬다.`,
      (p) => `${with_(p.actor, "이/가")} ${p.policy}의 세부 일정을 공개했다.`,
      (p) => `${with_(p.policy, "을/를")} 두고 ${p.actor} 주최 설명회가 ${p.day}일 열렸다.`
    ],
    bodies: [
      (p) => `대상은 ${p.count}곳이며 예산은 ${p.budget}억 원이다.`,
      (p) => `찬성하는 의견과 반대하는 의견이 ${p.count}건씩 접수되었고, 결과는 다음 달 공개된다.`,
      (p) => `여당은 필요하다는 입장을, 야당은 예산을 더 검토해야 한다는 입장을 밝혔다. 시행일은 ${p.day}일이다.`,
      (p) => `신청 기간은 ${p.weeks}주이고 자세한 내용은 누리집에서 볼 수 있다.`
    ]
  },
  oppose: {
    titles: ["커지는 우려", "졸속 추진 비판", "실효성 논란", "현장은 혼란", "전면 재검토 요구"],
    leads: [
      (p) => `준비 없이 밀어붙인 ${with_(p.policy, "이/가")} 현장에 혼란만 키우고 있다.`,
      (p) => `${with_(p.policy, "을/를")} 둘러싼 우려가 커지고 있다.`,
      (p) => `${p.actor}의 ${with_(p.policy, "은/는")} 졸속 행정이라는 비판을 피하기 어렵다.`,
      (p) => `${p.policy}의 실효성을 두고 논란이 이어지고 있다.`
    ],
    bodies: [
      (p) => `응답자의 ${p.percent}%가 반대한다고 답했고, 문제를 알고도 외면했다는 지적이 나온다.`,
      (p) => `예산 ${p.budget}억 원이 낭비될 것이라는 우려도 적지 않다.`,
      (p) => `${p.count}개 단체는 부작용이 심각하다며 전면 재검토를 요구했다.`,
      () => "현장의 목소리를 듣지 않은 실패한 정책이라는 비판이 거세다."
    ]
  }
}

const article = (stance, index) => {
  const [topic, actor, policies] = topics[index % topics.length]
  const { bodies, leads, titles } = voices[stance]
  const facts = {
    actor,
    policy: pick(policies),
    percent: between(31, 89),
    count: between(12, 480),
    budget: between(20, 900),
    months: between(2, 18),
    weeks: between(2, 8),
    day: between(3, 28),
    year: 2023
  }
  const first = pick(bodies)
  const second = pick(bodies.filter((body) => body !== first))
  return {
    text: `${pick(leads)(facts)} ${first(facts)} ${second(facts)}`,
    title: `${facts.policy}, ${pick(titles)}`,
    source: pick(sources),
    date: `2024-${String(between(1, 3)).padStart(2, "0")}-${String(between(1, 28)).padStart(2, "0")}`,
    topic
  }
}

// Not articles but captions: the simulator has no label for them.
const captions = [
  {
    text: "[사진] 국회 본회의장 전경. 사진 제공 온누리뉴스.",
    title: "[사진] 국회 본회의장",
    source: "온누리뉴스",
    date: "2024-02-06",
    topic: "기타"
  },
  {
    text: "[알림] 독자 여러분께 알립니다. 설 연휴에는 신문을 쉽니다.",
    title: "[알림] 설 연휴 휴간",
    source: "한빛신문",
    date: "2024-02-08",
    topic: "기타"
  }
]

const plan = [...Array(95).fill("support"), ...Array(103).fill("neutral"), ...Array(100).fill("oppose")]
for (let at = plan.length - 1; at > 0; at--) {
  const other = Math.floor(random() * (at + 1))
  ;[plan[at], plan[other]] = [plan[other], plan[at]]
}
const seen = new Set()
const articles = plan.map((stance, index) => {
  for (;;) {
    const made = article(stance, index)
    if (seen.size !== seen.add(made.text).size) return made
  }
})
articles.splice(86, 0, captions[0])
articles.splice(211, 0, captions[1])

const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const columns = ["text", "title", "source", "date", "topic"]
const lines = [columns, ...articles.map((row) => columns.map((column) => row[column]))].map((row) => row.map(cell).join(","))
writeFileSync(fileURLToPath(new URL("unlabeled_news.csv", import.meta.url)), `${lines.join("\n")}\n`)

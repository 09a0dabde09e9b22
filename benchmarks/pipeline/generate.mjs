// A seeded CSV of Korean articles: about 1.7 KB a row, nearly all with quoted line breaks, most with doubled quotes.
import { closeSync, openSync, writeSync } from "node:fs"

const words =
  "정부는 국회가 시민단체는 전문가들은 이번 정책이 법안을 예산을 개혁안이 지역 경제에 주택 시장의 노동 환경을 교육 현장에서 크게 다소 전혀 매우 지난해 올해 내년 하반기 효과적이라고 우려스럽다고 필요하다고 문제라고 평가했다 밝혔다 지적했다 강조했다 발표했다 전망했다 설명했다".split(
    " "
  )

const random = (seed) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** Writes `rows` rows to `path`; the bytes written. */
export const generate = (path, rows, seed = 42) => {
  const next = random(seed)
  const word = () => words[Math.floor(next() * words.length)]
  const sentence = (n) => Array.from({ length: n }, word).join(" ")
  const file = openSync(path, "w")
  let bytes = 0
  let pending = ["text,title,source,date,topic\n"]
  const flush = () => {
    bytes += writeSync(file, pending.join(""))
    pending = []
  }
  for (let row = 0; row < rows; row++) {
    const quote = next() < 0.8 ? ` 관계자는 ""${sentence(6)}""라고 말했다.` : ""
    const text = Array.from({ length: 6 }, () => sentence(14 + Math.floor(next() * 12))).join(".\n")
    pending.push(`"${row} ${text}.${quote}","${sentence(6)}",한국일보,2024-01-15,${word()}\n`)
    if (pending.length === 1_000) flush()
  }
  flush()
  closeSync(file)
  return bytes
}

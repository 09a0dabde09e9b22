import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import * as Texts from "../src/Texts.js"

const ko = Texts.of("ko")
const en = Texts.of("en")

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** `guide.creating`, with its value in a language. */
const leaves = (value: unknown, path: ReadonlyArray<string> = []): ReadonlyArray<readonly [path: string, value: unknown]> =>
  isGroup(value) ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name])) : [[path.join("."), value]]

const sources = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return name === "texts" ? [] : sources(path)
    return [readFileSync(path, "utf8")]
  })

describe("the catalogue of texts", () => {
  it("says everything in both languages, with the same parameters", () => {
    const english = new Map(leaves(en))
    expect([...english.keys()].sort()).toEqual(
      leaves(ko)
        .map(([path]) => path)
        .sort()
    )
    for (const [path, value] of leaves(ko)) {
      const other = english.get(path)
      expect(typeof other, path).toBe(typeof value)
      if (typeof value === "string") expect(value.trim(), path).not.toBe("")
      if (typeof value === "function" && typeof other === "function") expect(other.length, path).toBe(value.length)
      if (Array.isArray(value) && Array.isArray(other)) expect(other.length, path).toBe(value.length)
    }
  })

  it("has no Korean in the English texts but for the product's own words", () => {
    for (const [path, value] of leaves(en)) {
      if (typeof value === "string") expect(value, path).not.toMatch(/[\uac00-\ud7a3]/)
    }
  })

  it("holds no text that nothing says", () => {
    const code = sources(fileURLToPath(new URL("../src", import.meta.url))).join("\n")
    const byName = new Set(["flags", "commands", "groups", "commandGroups", "positionals", "names", "kinds"])
    const unused = leaves(ko)
      .map(([path]) => path)
      .filter((path) => {
        const [name = "", group] = path.split(".").toReversed()
        // Those of a group are looked up by the names of flags, commands and so on.
        if (group !== undefined && byName.has(group)) return false
        return !new RegExp(`\\b${name}\\b`).test(code)
      })
    expect(unused).toEqual([])
  })
})

// The lines of the guide, as it has them. https://platform.openai.com is where a lost id is found.
describe("the lines of the guide", () => {
  const { guide } = ko

  it("are those of submit", () => {
    expect([
      guide.creating(300),
      guide.created("batch_openai.jsonl"),
      guide.uploading,
      guide.uploaded("file-abc123"),
      guide.batchMade,
      guide.batchId("batch_xyz789"),
      guide.status("validating"),
      guide.due,
      guide.infoSaved("batch_info_openai.json")
    ]).toEqual([
      "🔄 배치 파일 생성 중... (300개 기사)",
      "✅ 배치 파일 생성 완료: batch_openai.jsonl",
      "📤 배치 업로드 중...",
      "✅ 파일 업로드 완료: file-abc123",
      "✅ 배치 작업 생성 완료!",
      "   배치 ID: batch_xyz789",
      "   상태: validating",
      "   완료 예정: 24시간 이내",
      "✅ 배치 정보 저장: batch_info_openai.json"
    ])
  })

  it("are those of check", () => {
    expect([
      guide.heading,
      guide.id("batch_xyz789"),
      guide.status("in_progress"),
      guide.progress(150, 300, "50.0%"),
      guide.busy(ko.status("in_progress"))
    ]).toEqual([
      "📊 배치 상태",
      "   ID: batch_xyz789",
      "   상태: in_progress",
      "   진행률: 150/300 (50.0%)",
      "   ⏳ 아직 처리 중... 나중에 다시 확인하세요"
    ])
    expect(["validating", "in_progress", "completed", "failed"].map(ko.status)).toEqual(["검증 중", "처리 중", "완료", "실패"])
  })

  it("are those of download", () => {
    expect([
      guide.loading("data/unlabeled_news.csv"),
      guide.loaded(300),
      guide.downloading,
      guide.downloaded,
      guide.labeled(298),
      guide.failedRows(2),
      guide.saving,
      guide.saved("data/labeled_news.csv"),
      guide.distribution,
      guide.label("0", "옹호 (Support)", 95, "31.7%"),
      guide.failures("data/labeled_news_failed.csv", 2),
      guide.done
    ]).toEqual([
      "📂 원본 데이터 로드: data/unlabeled_news.csv",
      "✅ 300개 기사 로드",
      "⬇️ 결과 다운로드 중...",
      "✅ 결과 다운로드 완료",
      "   성공: 298개",
      "   실패: 2개",
      "💾 결과 저장 중...",
      "✅ 결과 저장 완료: data/labeled_news.csv",
      "📊 라벨 분포:",
      "   0 (옹호 (Support)): 95개 (31.7%)",
      "⚠️ 라벨링 실패 항목: data/labeled_news_failed.csv (2개)",
      "✨ 라벨링 완료!"
    ])
  })
})

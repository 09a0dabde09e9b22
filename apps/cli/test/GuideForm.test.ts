import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it, vi } from "vitest"
import { eventuallyAsync } from "../../../test/support/eventually.js"
import { bin, execute, product } from "./support/Product.js"

// Many processes follow each other, on machines that may have better to do.
vi.setConfig({ testTimeout: 600_000 })

// Long enough for a check to see the batch at work, short enough for a test.
const { environment, folder, guide, simulator, whole } = product({
  clock: { phases: { validating: 200, perRequest: 4, finalizing: 100 } }
})

const dataFolder = (): string => {
  const cwd = folder()
  mkdirSync(join(cwd, "data"))
  renameSync(join(cwd, "news.csv"), join(cwd, "data/unlabeled_news.csv"))
  return cwd
}

const input = "data/unlabeled_news.csv"
const output = "data/labeled_news.csv"

const batchIdOf = (stdout: string): string => /^ {3}배치 ID: (\S+)$/m.exec(stdout)?.[1] ?? ""

describe("the guide's three steps", () => {
  it("print the guide's lines, whatever the locale, and write the guide's files", async () => {
    const cwd = dataFolder()
    const submitted = await whole.guide(["--input", input, "--mode", "submit"], { cwd })
    const id = batchIdOf(submitted.stdout)
    const fileId = /(file-\w+)/.exec(submitted.stdout)?.[1] ?? ""
    expect(submitted).toMatchObject({ code: 0 })
    expect(submitted.stdout).toBe(
      [
        "🔄 배치 파일 생성 중... (300개 기사)",
        "✅ 배치 파일 생성 완료: batch_openai.jsonl",
        "",
        "📤 배치 업로드 중...",
        `✅ 파일 업로드 완료: ${fileId}`,
        "",
        "✅ 배치 작업 생성 완료!",
        `   배치 ID: ${id}`,
        "   상태: validating",
        "   완료 예정: 24시간 이내",
        "",
        "✅ 배치 정보 저장: batch_info_openai.json",
        "   배치 ID를 기억해 두세요 (batch_info_openai.json에도 있습니다)",
        ""
      ].join("\n")
    )
    const info: unknown = JSON.parse(readFileSync(join(cwd, "batch_info_openai.json"), "utf8"))
    expect(info).toMatchObject({ batch_id: id, input_file: input, num_articles: 300 })
    expect(info).toHaveProperty("submitted_at", expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/))
    const requests = readFileSync(join(cwd, "batch_openai.jsonl"), "utf8").trimEnd().split("\n")
    expect(requests).toHaveLength(300)
    expect(JSON.parse(requests[0] ?? "")).toMatchObject({ method: "POST", url: "/v1/chat/completions" })

    const checked = await eventuallyAsync(
      "the batch to be completed",
      () => guide(["--mode", "check", "--batch-id", id], { cwd }),
      { until: ({ stdout }) => stdout.includes("상태: completed") }
    )
    expect(checked.stdout).toBe(
      [
        "📊 배치 상태",
        `   ID: ${id}`,
        "   상태: completed",
        "   진행률: 300/300 (100.0%)",
        "   ✅ 완료! 이제 결과를 다운로드하세요",
        ""
      ].join("\n")
    )

    const downloaded = await whole.guide(["--mode", "download", "--batch-id", id, "--input", input, "--output", output], { cwd })
    expect(downloaded).toMatchObject({ code: 0, stderr: "" })
    expect(downloaded.stdout).toBe(
      [
        `📂 원본 데이터 로드: ${input}`,
        "✅ 300개 기사 로드",
        "",
        "⬇️ 결과 다운로드 중...",
        "✅ 결과 다운로드 완료",
        "   성공: 298개",
        "   실패: 2개",
        "",
        "💾 결과 저장 중...",
        `✅ 결과 저장 완료: ${output}`,
        "",
        "📊 라벨 분포:",
        "   0 (옹호 (Support)): 95개 (31.7%)",
        "   1 (중립 (Neutral)): 103개 (34.3%)",
        "   2 (비판 (Oppose)): 100개 (33.3%)",
        "",
        "⚠️ 라벨링 실패 항목: data/labeled_news_failed.csv (2개)",
        "",
        "✨ 라벨링 완료!",
        ""
      ].join("\n")
    )
    const [header, first] = readFileSync(join(cwd, output), "utf8").split("\n")
    expect(header).toBe("text,title,source,date,topic,label,label_name,labeled,labeled_at")
    expect(first).toMatch(/,2,비판 \(Oppose\),True,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  })

  it("speak English with --lang en, and the status stays the second word of its line", async () => {
    const cwd = dataFolder()
    const submitted = await guide(["--input", input, "--mode", "submit", "--lang", "en"], { cwd })
    expect(submitted.stdout).toContain("🔄 Creating the batch file... (300 articles)\n")
    const checked = await guide(["--mode=check", "--lang=en"], { cwd })
    expect(checked.stdout).toMatch(/^ {3}Status: \w+$/m)
    expect(checked.stdout).not.toMatch(/[\uac00-\ud7a3]/)
  })

  it("refuse a download before the batch has ended, write nothing and say what to do", async () => {
    const cwd = dataFolder()
    simulator().play({ faults: [{ on: "batch", do: { fault: "stuck", in: "in_progress" } }] })
    try {
      await guide(["--input", input, "--mode", "submit"], { cwd })
      const early = await guide(["--mode", "download", "--input", input, "--output", output], { cwd })
      expect(early.code).toBe(75)
      expect(early.stdout).toBe("")
      expect(early.stderr).toMatch(/^❌ 작업이 아직 끝나지 않았습니다.*\n.*--partial.*\[BL5004\]$/m)
      expect(() => readFileSync(join(cwd, output))).toThrow()
      const part = await guide(["--mode", "download", "--input", input, "--output", output, "--partial"], { cwd })
      expect(part.stdout).toContain("   대기: 300개\n")
      expect(readFileSync(join(cwd, output), "utf8").match(/,Pending,/g)).toHaveLength(300)
    } finally {
      simulator().play({})
    }
  })
})

// The script of the guide, as it stands there but for the name of the command. Its hour passes at once.
const autoDownload = `#!/bin/bash
BATCH_ID=$1
while true; do
  STATUS=$(batch_labeling_openai --mode check --batch-id "$BATCH_ID" | grep "상태:" | awk '{print $2}')
  echo "$STATUS" >> statuses.txt
  if [ "$STATUS" = "completed" ]; then
    batch_labeling_openai --mode download --batch-id "$BATCH_ID" --input ${input} --output ${output}
    break
  fi
  sleep 3600
done
`

describe("the guide's automation", () => {
  it("auto_download.sh waits for the batch and downloads it", async () => {
    const cwd = dataFolder()
    mkdirSync(join(cwd, "bin"))
    writeFileSync(
      join(cwd, "bin/batch_labeling_openai"),
      `#!/bin/sh\nexec "${process.execPath}" "${bin("batch_labeling_openai")}" "$@"\n`
    )
    writeFileSync(join(cwd, "bin/sleep"), "#!/bin/sh\n")
    for (const name of ["batch_labeling_openai", "sleep"]) chmodSync(join(cwd, "bin", name), 0o755)
    writeFileSync(join(cwd, "auto_download.sh"), autoDownload)
    const submitted = await guide(["--input", input, "--mode", "submit"], { cwd })
    const env = { ...environment(), PATH: `${join(cwd, "bin")}:${process.env["PATH"] ?? ""}` }
    const ended = await execute("bash", ["auto_download.sh", batchIdOf(submitted.stdout)], { cwd, env })
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toContain("✨ 라벨링 완료!")
    const statuses = readFileSync(join(cwd, "statuses.txt"), "utf8").trim().split("\n")
    expect(statuses.at(-1)).toBe("completed")
    expect(new Set(statuses.slice(0, -1))).not.toContain("")
    expect(readFileSync(join(cwd, output), "utf8").trimEnd().split("\n")).toHaveLength(301)
  })

  it("explains a missing mode, a wrong one and a missing key in Korean", async () => {
    const cwd = dataFolder()
    const none = await guide(["--input", input], { cwd })
    expect(none).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("--mode") })
    const wrong = await guide(["--mode", "chek"], { cwd })
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("'check'을(를) 뜻했나요?") })
    const keyless = await guide(["--mode", "submit", "--input", input], { cwd, env: { OPENAI_API_KEY: "" } })
    expect(keyless).toMatchObject({ code: 4, stdout: "", stderr: expect.stringContaining("OPENAI_API_KEY not found") })
  })
})

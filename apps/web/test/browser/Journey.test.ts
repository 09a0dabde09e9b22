import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { articles, csvOf, recordsOf, rules } from "../support/csv.js"
import { download, drop, untilDone } from "../support/hands.js"
import { obstacle, openStage, type Stage, signIn, visit } from "../support/stage.js"

const rows = articles(60)

/** This row is answered with prose, and four lines are refused by the API until the scenario is over. */
const odd = 7

const control = (stage: Stage, path: string): string => `${new URL(stage.simulator.url).origin}/_simulator/${path}`

describe.skipIf(obstacle !== undefined)("the whole way through the page", () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage({
      rules: { rules: [{ contains: `정책 ${odd}번`, in: { after: "본문:" }, bad: "prose" }, ...rules], default: 1 },
      scenario: { faults: [{ on: "batch", do: { fault: "lines", kind: "bad_request", count: 4 } }] },
      clock: { phases: { validating: 400, perRequest: 20, finalizing: 400 } }
    })
  })
  afterAll(() => stage?.close())

  it("a dropped CSV becomes a labelled file, its failures are asked again and a person's word is kept", async () => {
    const { complaints, page } = await visit(stage)
    await signIn(page, stage.token)

    // Dropped on the list of jobs, it is read, shown, and previewed with the default task.
    await drop(page, "정책 기사.csv", `\uFEFF${csvOf(rows)}`)
    await page.getByRole("heading", { level: 1, name: "새 작업" }).waitFor()
    await page.getByText("60행").first().waitFor()
    assert.strictEqual(await page.getByLabel("글이 든 열").inputValue(), "text")
    await page.getByRole("option", { name: "UTF-8 (감지됨)" }).waitFor({ state: "attached" })
    const message = page.locator(".message-row")
    await message.getByText('정책 1번, "성공적이라는 평가가 나왔다"').waitFor()
    await page.getByRole("button", { name: "다음 행" }).click()
    await message.getByText("정책 2번").waitFor()

    // The preview follows what is edited.
    await page.getByText("라벨, 지시문, 모델 고치기").click()
    const template = page.getByLabel("행마다 보낼 메시지")
    await template.fill(`아래 글을 봅니다.\n${await template.inputValue()}`)
    await message.getByText("아래 글을 봅니다.").waitFor()
    await page.getByRole("button", { name: "고친 것 되돌리기" }).click()
    await message.getByText("아래 글을 봅니다.").waitFor({ state: "detached" })

    // The cost is told before anything is sent.
    await page.locator(".headline-figure strong").waitFor()
    assert.match((await page.locator(".headline-figure strong").textContent()) ?? "", /^\$0\.00\d+$/)
    assert.deepStrictEqual((await stage.simulator.ledger()).jobs, {})
    await page.getByRole("button", { name: /^약 \$.*로 시작$/ }).click()

    await page.waitForURL(/\/jobs\/job_/)
    const address = page.url()
    await page.getByRole("heading", { level: 1, name: "정책 기사" }).waitFor()
    await page.getByText("실시간").waitFor()
    await untilDone(page)

    // What the page shows is what was answered.
    const counted = page.getByRole("table", { name: "라벨 분포 표" })
    await counted.getByRole("row", { name: /실패 5/ }).waitFor()
    const labeled = await download(page, "라벨이 붙은 CSV")
    assert.strictEqual(labeled.file, "정책 기사_labeled.csv")
    const records = recordsOf(labeled.text)
    assert.deepStrictEqual(
      records.map(({ text }) => text),
      rows.map(({ text }) => text)
    )
    const right = records.filter(({ label, labeled: is }, index) => is === "True" && label === String(rows[index]?.label))
    assert.lengthOf(right, 55)
    assert.notInclude(labeled.text, "Pending")
    for (const value of [0, 1, 2]) {
      const count = records.filter(({ label }) => label === String(value)).length
      await counted.getByRole("row", { name: new RegExp(`^${value} · \\S+ \\(\\w+\\) ${count} `) }).waitFor()
    }
    const failed = await download(page, "실패한 행 CSV")
    assert.lengthOf(recordsOf(failed.text), 5)

    // A person looks at the odd answer and says what is right, by keyboard alone.
    const table = page.getByRole("table", { name: "행과 그 결과" })
    const oddRow = table.getByRole("row").filter({ hasText: `정책 ${odd}번` })
    await oddRow.getByText("답이 라벨 목록에 없음").waitFor()
    await oddRow.getByRole("button", { name: `${odd}행 살펴보기` }).focus()
    await page.keyboard.press("Enter")
    const dialog = page.getByRole("dialog")
    await dialog.getByRole("button", { name: "0 · 옹호 (Support)" }).waitFor()
    await page.keyboard.press("1")
    await dialog.getByText("저장했습니다").waitFor()
    await page.keyboard.press("Escape")
    await oddRow.getByRole("cell", { name: "0 · 옹호 (Support)" }).waitFor()

    // It stands beside the model's, or in its place where that is wanted.
    const beside = recordsOf((await download(page, "라벨이 붙은 CSV")).text)[odd - 1]
    assert.strictEqual(beside?.["labeled"], "False")
    assert.include(Object.values(beside ?? {}), "옹호 (Support)")
    await page.getByLabel("사람의 라벨", { exact: true }).selectOption("apply")
    const applied = recordsOf((await download(page, "라벨이 붙은 CSV")).text)[odd - 1]
    assert.strictEqual(applied?.["label"], "0")

    // Two of the four that the API refused are asked again; now it takes them.
    await fetch(control(stage, "scenario"), { method: "PUT", body: JSON.stringify({ faults: [] }) })
    await page.getByLabel("이유").selectOption("api_error")
    await table.getByRole("row").nth(4).waitFor()
    await oddRow.waitFor({ state: "detached" })
    const boxes = table.getByRole("checkbox")
    await boxes.nth(1).check()
    await boxes.nth(2).check()
    await page.getByRole("button", { name: "선택한 2행 다시 묻기" }).click()
    // What it would ask and cost is told before anything is sent.
    const plan = page.getByRole("dialog")
    await plan.getByText("보낼 요청").waitFor()
    await plan.locator(".plan dd", { hasText: /^2$/ }).waitFor()
    assert.lengthOf(Object.values((await stage.simulator.ledger()).jobs), 1)
    await plan.getByRole("button", { name: "다시 묻기", exact: true }).click()
    await page.waitForURL((url) => url.href !== address)
    await untilDone(page)
    await page.getByText("60행에서 요청 2개").waitFor()
    await page.getByRole("link", { name: /^job_/ }).click()
    await page.waitForURL(address)
    // The first job names the one that went on with it.
    await page.getByText("실패한 행을 다시 물은 작업").waitFor()
    const merged = recordsOf((await download(page, "라벨이 붙은 CSV")).text)
    assert.lengthOf(
      merged.filter(({ labeled: is }) => is === "True"),
      57
    )

    // A window that is made narrow shows all of it without scrolling sideways, the chart that was drawn before among it.
    await page.locator(".chart > svg").waitFor()
    await page.setViewportSize({ width: 360, height: 740 })
    await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth)
    await page.setViewportSize({ width: 1280, height: 900 })

    // In the form that a spreadsheet likes, and with where each answer comes from.
    await page.getByLabel(/^Excel에서 열기 좋게/).check()
    await page.getByLabel(/^답의 출처 열 더하기/).check()
    const traced = (await download(page, "라벨이 붙은 CSV")).text
    assert.match(traced, /^\uFEFF/)
    assert.match(recordsOf(traced)[0]?.["batch"] ?? "", /^batch_/)

    const paid = Object.values((await stage.simulator.ledger()).jobs)
    assert.lengthOf(paid, 2)
    for (const { bodies } of paid) assert.strictEqual(bodies.extra, 0)
    assert.deepStrictEqual(complaints, [])
  })
})

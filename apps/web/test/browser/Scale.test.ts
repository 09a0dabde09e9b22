import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { makeJob, untilDone } from "../support/hands.js"
import { obstacle, openStage, type Stage, signIn, visit } from "../support/stage.js"

const failures = 100_000

describe.skipIf(obstacle !== undefined)("a job with very many failures", () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage({ tokens: "bytes", rules: { default: 1 } })
  })
  afterAll(() => stage?.close())

  it("shows them page by page without freezing", async () => {
    const { page } = await visit(stage)
    await signIn(page, stage.token)
    // Blank rows fail without being asked.
    await makeJob(
      page,
      "빈 행.csv",
      `text,n\n정책 기사,0\n${Array.from({ length: failures }, (_, index) => `" ",${index}`).join("\n")}\n`
    )
    await untilDone(page)
    await page.getByText(`1–20 / 100,000`).waitFor({ timeout: 60_000 })
    assert.isBelow(await page.locator("*").count(), 2_000)

    // The longest the page's thread was held while pages are turned.
    await page.evaluate(() => {
      const held: Array<number> = []
      new PerformanceObserver((list) => held.push(...list.getEntries().map(({ duration }) => duration))).observe({
        entryTypes: ["longtask"]
      })
      Object.assign(window, { held })
    })
    const next = page.getByRole("navigation", { name: "페이지 이동" }).getByRole("button", { name: "다음" })
    for (let turn = 1; turn <= 10; turn++) {
      await next.click()
      await page.getByText(`${turn * 20 + 1}–${turn * 20 + 20} / 100,000`).waitFor()
    }
    const held = await page.evaluate(() => (window as unknown as { readonly held: ReadonlyArray<number> }).held)
    assert.isBelow(Math.max(0, ...held), 500)
    await page.getByRole("navigation", { name: "페이지 이동" }).getByRole("button", { name: "이전" }).click()
    await page.getByText("181–200 / 100,000").waitFor()
  })
})

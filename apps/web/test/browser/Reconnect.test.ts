import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { eventuallyAsync } from "../../../../test/support/eventually.js"
import { articles, csvOf, recordsOf, rules } from "../support/csv.js"
import { download, makeJob, untilDone } from "../support/hands.js"
import { obstacle, openStage, type Stage, signIn, visit } from "../support/stage.js"

const rows = articles(80)

describe.skipIf(obstacle !== undefined)("a page whose server goes away", () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage({
      rules: { rules, default: 1 },
      clock: { phases: { validating: 500, perRequest: 120, finalizing: 500 } }
    })
  })
  afterAll(() => stage?.close())

  it("says so, and goes on by itself after a kill -9 in mid-job, with nothing lost and nothing paid twice", async () => {
    const { complaints, page } = await visit(stage)
    await signIn(page, stage.token)
    await makeJob(page, "긴 작업.csv", csvOf(rows))
    const percent = page.locator(".legend-percent")
    await page.getByText("실시간").waitFor()
    await page.waitForFunction(() => Number.parseFloat(document.querySelector(".legend-percent")?.textContent ?? "0") > 5)

    await stage.server().kill("SIGKILL")
    await page.getByText(/연결이 끊겨 다시 잇는 중/).waitFor()
    // What was known is still there to be read.
    await page.getByRole("heading", { level: 1, name: "긴 작업" }).waitFor()
    const before = Number.parseFloat((await percent.textContent()) ?? "")
    assert.isBelow(before, 100)
    await stage.restart()
    await page.getByText("실시간").waitFor()
    await untilDone(page)

    const records = recordsOf((await download(page, "라벨이 붙은 CSV")).text)
    assert.deepStrictEqual(
      records.map(({ label, text }) => [text, label]),
      rows.map(({ label, text }) => [text, String(label)])
    )
    const [paid] = Object.values((await stage.simulator.ledger()).jobs)
    assert.strictEqual(paid?.paid, rows.length)
    assert.strictEqual(paid?.bodies.extra, 0)
    // The history was not told twice.
    const entries = await page.locator(".history li").allTextContents()
    assert.lengthOf(
      entries.filter((entry) => entry.includes("배치를 만들었습니다")),
      Object.keys(paid?.statuses ?? {}).length
    )
    assert.deepStrictEqual(complaints, [])
  })

  it("says that the browser is offline, and shows what has happened meanwhile when it is online again", async () => {
    const { context, page } = await visit(stage)
    await signIn(page, stage.token)
    await makeJob(page, "오프라인.csv", csvOf(articles(30).map(({ label, text }) => ({ label, text: `${text}!` }))))
    await page.getByText("실시간").waitFor()
    await context.setOffline(true)
    await page
      .getByText(/^오프라인입니다/)
      .first()
      .waitFor()
    await eventuallyAsync("some of the rows to be answered", async () =>
      Object.values((await stage.simulator.ledger()).jobs).some(({ paid }) => paid > 0)
    )
    await context.setOffline(false)
    await page
      .getByText(/^오프라인입니다/)
      .first()
      .waitFor({ state: "detached" })
    await untilDone(page)
  })

  it("asks for the token again when the session has ended, and comes back to where it was", async () => {
    const { context, page } = await visit(stage)
    await signIn(page, stage.token)
    await page.goto("/new")
    await page.getByRole("heading", { level: 1, name: "새 작업" }).waitFor()
    await context.clearCookies()
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from("text\n가\n") })
    await page.getByText(/^로그인이 끝났습니다/).waitFor()
    await page.locator("input[type=password]").fill(stage.token)
    await page.getByRole("button", { name: "로그인" }).click()
    await page.getByRole("heading", { level: 1, name: "새 작업" }).waitFor()
  })

  it("says that it cannot be reached where it is not there from the beginning", async () => {
    const { page } = await visit(stage)
    await page.route("**/v1/session", (route) => route.abort("connectionrefused"))
    await page.goto("/")
    await page.getByText(/^서버에 닿지 않습니다/).waitFor()
    await page.unroute("**/v1/session")
    await page.getByRole("button", { name: "다시 시도" }).click()
    await page.getByRole("heading", { level: 1, name: "로그인" }).waitFor()
  })
})

/** Every action that spends shows rows, cost and cap first, and does what it showed. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { articles, csvOf, rules } from "../support/csv.js"
import { untilDone } from "../support/hands.js"
import { obstacle, openStage, type Stage, signIn, visit } from "../support/stage.js"

const shots = process.env["BATCHLABEL_SHOTS"]

const shoot = async (page: Page, name: string): Promise<void> => {
  if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}.png` })
}

const post = async (stage: Stage, path: string, body: unknown): Promise<{ readonly id: string; readonly state: string }> => {
  const response = await fetch(`${stage.server().url}${path}`, {
    method: path.includes("/rows/") ? "PATCH" : "POST",
    headers: { authorization: `Bearer ${stage.token}`, "content-type": "application/json" },
    body: JSON.stringify(body)
  })
  return response.json()
}

const draftOf = async (stage: Stage, name: string, csv: string): Promise<string> => {
  const form = new FormData()
  form.set("request", JSON.stringify({ attempts: 1 }))
  form.set("file", new Blob([csv]), name)
  const response = await fetch(`${stage.server().url}/v1/jobs`, {
    method: "POST",
    headers: { authorization: `Bearer ${stage.token}` },
    body: form
  })
  const { id }: { readonly id: string } = await response.json()
  return id
}

describe.skipIf(obstacle !== undefined)("spending through the page", () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage({
      rules: {
        rules: [
          { contains: "정책 2번", in: { after: "본문:" }, bad: "prose" },
          { contains: "정책 3번", in: { after: "본문:" }, bad: "prose" },
          ...rules
        ],
        default: 1
      }
    })
  })
  afterAll(() => stage?.close())

  it("a draft shows rows, cost, cap and month before it is started, and re-labelling leaves a person's rows alone", async () => {
    const id = await draftOf(stage, "초안.csv", `${csvOf(articles(6)).trimEnd()}\n" ",빈 글\n`)
    const { complaints, page } = await visit(stage)
    await signIn(page, stage.token)
    await page.goto(`/jobs/${id}`)
    await page.getByRole("button", { name: "시작", exact: true }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByText("보낼 요청").waitFor()
    await dialog.getByText("물을 수 없는 행 1개").waitFor()
    await dialog.getByText(/\$25\.00 가운데/).waitFor()
    await shoot(page, "start-ko")
    assert.deepStrictEqual((await stage.simulator.ledger()).jobs, {})
    await dialog.getByRole("button", { name: "시작", exact: true }).click()
    await untilDone(page)
    assert.strictEqual((await stage.simulator.ledger()).jobs[id]?.paid, 6)

    // Two answers are no labels; a person labels one of the two while the dialog shows both.
    await page.getByRole("button", { name: "실패한 행 다시 묻기" }).first().click()
    await dialog.locator(".plan dd", { hasText: /^2물을 수 없는/ }).waitFor()
    await post(stage, `/v1/jobs/${id}/rows/2`, { label: 1 })
    await dialog.getByRole("button", { name: "다시 묻기", exact: true }).click()
    await dialog.getByText(/^보여 드린 뒤로 내용이 달라졌습니다/).waitFor()
    await dialog.getByText("사람이 라벨을 정해 다시 묻지 않는 행 1개").waitFor()
    await shoot(page, "retry-ko")
    assert.lengthOf(Object.keys((await stage.simulator.ledger()).jobs), 1)
    await dialog.getByRole("button", { name: "다시 묻기", exact: true }).click()
    await page.waitForURL((url) => !url.pathname.endsWith(id))
    await untilDone(page)
    const { jobs } = await stage.simulator.ledger()
    assert.deepStrictEqual(
      Object.values(jobs)
        .map(({ paid }) => paid)
        .sort(),
      [1, 6]
    )
    assert.deepStrictEqual(complaints, [])
  })

  it("the same is said in English", async () => {
    const id = await draftOf(stage, "draft.csv", csvOf(articles(9)))
    const { complaints, page } = await visit(stage, { locale: "en-GB" })
    await page.addInitScript(() => localStorage.setItem("lang", "en"))
    await signIn(page, stage.token)
    await page.goto(`/jobs/${id}`)
    await page.getByRole("button", { name: "Start", exact: true }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByText("Requests sent").waitFor()
    await dialog.getByText(/of \$25\.00/).waitFor()
    await dialog.getByText(/the whole server: .* of \$100\.00/).waitFor()
    await shoot(page, "start-en")
    await dialog.getByRole("button", { name: "Cancel", exact: true }).click()
    assert.strictEqual((await stage.simulator.ledger()).jobs[id], undefined)
    assert.deepStrictEqual(complaints, [])
  })
})

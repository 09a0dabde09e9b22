import { spawnSync } from "node:child_process"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { articles, csvOf, rules } from "../support/csv.js"
import { makeJob, untilDone } from "../support/hands.js"
import { obstacle, openStage, program, type Stage, signIn, visit } from "../support/stage.js"

const play = (stage: Stage, faults: ReadonlyArray<unknown>): Promise<Response> =>
  fetch(`${new URL(stage.simulator.url).origin}/_simulator/scenario`, { method: "PUT", body: JSON.stringify({ faults }) })

describe.skipIf(obstacle !== undefined)("what is decided about a job", () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage({
      rules: { rules, default: 1 },
      clock: { phases: { validating: 200, perRequest: 1, finalizing: 200 } }
    })
  })
  afterAll(() => stage?.close())

  it("one that has stopped says why and goes on when it is told to", async () => {
    await play(stage, [{ on: "batches.create", do: { fault: "no_credit" } }])
    const { complaints, page } = await visit(stage)
    await signIn(page, stage.token)
    await makeJob(page, "돈이 없다.csv", csvOf(articles(6)))
    await page.locator(".lead .status-bad").getByText("멈춤").waitFor()
    const notice = page.locator(".notice-error")
    await notice.getByText(/BL4\d{3}/).waitFor()
    await play(stage, [])
    await notice.getByRole("button", { name: "계속" }).click()
    await untilDone(page)
    assert.strictEqual(await notice.count(), 0)
    assert.deepStrictEqual(complaints, [])
  })

  it("one is cancelled only after asking, and then deleted only after asking", async () => {
    await play(stage, [{ on: "batch", do: { fault: "stuck", in: "in_progress" } }])
    const { complaints, page } = await visit(stage)
    await signIn(page, stage.token)
    const address = await makeJob(
      page,
      "그만둔다.csv",
      csvOf(articles(8).map(({ label, text }) => ({ label, text: `${text}?` })))
    )
    await page.getByText("실시간").waitFor()
    await page.getByRole("button", { name: "취소", exact: true }).click()
    await page.getByRole("button", { name: "그대로 두기" }).click()
    assert.strictEqual(await page.getByRole("dialog").count(), 0)
    await page.getByRole("button", { name: "취소", exact: true }).click()
    await page.getByRole("button", { name: "작업 취소" }).click()
    await page.locator(".lead").getByText("취소됨").waitFor()
    await play(stage, [])
    await page.getByRole("button", { name: "지우기", exact: true }).click()
    await page.getByRole("button", { name: "완전히 지우기" }).click()
    await page.getByRole("heading", { level: 1, name: "작업" }).waitFor()
    assert.strictEqual(await page.getByRole("link", { name: "그만둔다" }).count(), 0)
    await page.goto(address)
    await page.getByText("이 작업은 없거나 지워졌습니다.").waitFor()
    assert.deepStrictEqual(complaints, [])
  })

  it("a token that may only read sees everything and is offered nothing that it may not do", async () => {
    const admin = await visit(stage)
    await signIn(admin.page, stage.token)
    await makeJob(admin.page, "읽기.csv", csvOf(articles(7).map(({ label, text }) => ({ label, text: `${text} 읽기` }))))
    await untilDone(admin.page)
    const made = spawnSync(
      process.execPath,
      [program, "token", "create", "--home", stage.home, "--name", "독자", "--owner", "first", "--scope", "read"],
      {
        encoding: "utf8"
      }
    )
    const { page } = await visit(stage)
    await signIn(page, made.stdout.trim())
    await page.getByText("독자 · 읽기").waitFor()
    await page.getByText(/^이 토큰은 읽기만 할 수 있습니다/).waitFor()
    assert.strictEqual(await page.locator("input[type=file]").count(), 0)
    // It reads what its owner has, and is offered nothing that spends.
    await page.goto(new URL(admin.page.url()).pathname)
    await untilDone(page)
    assert.strictEqual(await page.getByRole("button", { name: "지우기", exact: true }).count(), 0)
    await page.goto("/new")
    await page.getByText(/^이 토큰은 읽기만 할 수 있습니다/).waitFor()
    await page.getByRole("button", { name: "로그아웃" }).click()
    await page.getByRole("heading", { level: 1, name: "로그인" }).waitFor()
    await page.goto("/")
    await page.getByRole("heading", { level: 1, name: "로그인" }).waitFor()
  })

  it("the list follows what happens, by state", async () => {
    const { page } = await visit(stage)
    await signIn(page, stage.token)
    await makeJob(page, "목록.csv", csvOf(articles(5).map(({ label, text }) => ({ label, text: `${text} 목록` }))))
    await page.getByRole("link", { name: "작업", exact: true }).click()
    const line = page.getByRole("row").filter({ hasText: "목록" })
    await line.getByText("완료").waitFor()
    await line.getByText("5 / 5").waitFor()
    await page.getByRole("radio", { name: "진행 중" }).check({ force: true })
    await line.waitFor({ state: "detached" })
    await page.getByText("이 상태인 작업이 없습니다.").waitFor()
    await page.getByRole("radio", { name: "완료" }).check({ force: true })
    await line.waitFor()
    await line.getByRole("link").click()
    await page.getByRole("heading", { level: 1, name: "목록" }).waitFor()
    await page.goBack()
    await page.getByRole("heading", { level: 1, name: "작업" }).waitFor()
  })
})

import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { articles, csvOf, rules } from "../support/csv.js"
import { obstacle, openStage, type Stage, signIn, visit } from "../support/stage.js"

/** `text`, and two Korean syllables in CP949. */
const cp949 = Buffer.from([0x74, 0x65, 0x78, 0x74, 0x0a, 0xb0, 0xa1, 0xb3, 0xaa, 0x0a, 0xb0, 0xa1, 0x0a])

const csv = { name: "기사.csv", mimeType: "text/csv", buffer: Buffer.from(csvOf(articles(9))) }

describe.skipIf(obstacle !== undefined)("making a job on the page", () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage({ rules: { rules, default: 1 } })
  })
  afterAll(() => stage?.close())

  it("the encoding is found out, and can be overruled and given back", async () => {
    const { page } = await visit(stage)
    await signIn(page, stage.token)
    await page.goto("/new")
    await page.locator("input[type=file]").setInputFiles({ name: "옛 파일.csv", mimeType: "text/csv", buffer: cp949 })
    const encoding = page.getByLabel("인코딩")
    await page.getByRole("option", { name: "CP949 (EUC-KR) (감지됨)" }).waitFor({ state: "attached" })
    const sample = page.getByRole("region", { name: "옛 파일.csv의 처음 2행" })
    await sample.getByRole("cell", { name: "가나" }).waitFor()
    await encoding.selectOption("utf-8")
    // It is no UTF-8: the server says where, and the choice stays at hand.
    await page.getByText(/BL1\d{3}/).waitFor()
    await encoding.selectOption("cp949")
    await sample.getByRole("cell", { name: "가나" }).waitFor()
  })

  it("what cannot be read is refused in words, and the next file is taken", async () => {
    const { page } = await visit(stage)
    await signIn(page, stage.token)
    await page.goto("/new")
    await page.locator("input[type=file]").setInputFiles({ name: "빈.csv", mimeType: "text/csv", buffer: Buffer.from("") })
    await page
      .getByRole("alert")
      .getByText(/BL1\d{3}/)
      .waitFor()
    await page.locator("input[type=file]").setInputFiles(csv)
    await page.getByText("9행").first().waitFor()
    assert.strictEqual(await page.getByRole("alert").count(), 0)
  })

  it("rows that cannot be read are told, and the user decides what becomes of them", async () => {
    const { page } = await visit(stage)
    await signIn(page, stage.token)
    await page.goto("/new")
    const broken = Buffer.from("text,title\n가,나\n다,라,마,바\n사,아\n")
    await page.locator("input[type=file]").setInputFiles({ name: "깨진.csv", mimeType: "text/csv", buffer: broken })
    await page.getByText("읽을 수 없는 행이 1개 있습니다.").waitFor()
    await page.locator(".estimate:not(.estimate-stale)").waitFor()
    await page.getByText("묻지 않는 행 1개").waitFor()
    const start = page.locator(".part-estimate button[type=submit]")
    assert.isTrue(await start.isEnabled())
    await page.getByLabel(/^시작하지 않습니다/).check()
    assert.isTrue(await start.isDisabled())
  })

  it("a mistake in the template is told where it shows, and what was sent before stays out of the way", async () => {
    const { page } = await visit(stage)
    await signIn(page, stage.token)
    await page.goto("/new")
    await page.locator("input[type=file]").setInputFiles(csv)
    await page.locator(".message-row").waitFor()
    await page.getByText("라벨, 지시문, 모델 고치기").click()
    const template = page.getByLabel("행마다 보낼 메시지")
    await template.fill("{{ no_such_column }}")
    await page
      .locator(".part-preview .notice-error")
      .getByText(/no_such_column/)
      .waitFor()
    await template.fill("")
    await page.getByText("행마다 보낼 메시지가 비어 있습니다.").waitFor()
    assert.isTrue(await page.locator(".part-estimate button[type=submit]").isDisabled())
    await page.getByRole("button", { name: "title 열 삽입" }).click()
    assert.strictEqual(await template.inputValue(), "{{ title }}")
    await page.locator(".message-row").getByText("제목 1", { exact: true }).waitFor()
  })

  it("labels and examples are edited, saved as a task, used again and removed", async () => {
    const { page } = await visit(stage)
    await signIn(page, stage.token)
    await page.goto("/new")
    await page.locator("input[type=file]").setInputFiles(csv)
    await page.locator(".message-row").waitFor()
    await page.getByText("라벨, 지시문, 모델 고치기").click()
    await page.getByRole("button", { name: "라벨 추가" }).click()
    assert.strictEqual(await page.getByLabel("라벨 4 값").inputValue(), "3")
    await page.getByLabel("라벨 4 이름").fill("해당 없음")
    await page.getByLabel("라벨 4 기준").fill("정책이 아니다\n인물이 아니다")
    await page
      .locator(".message-row")
      .getByText(/3: 해당 없음\n- 정책이 아니다\n- 인물이 아니다/)
      .waitFor()
    await page.locator("summary", { hasText: "예시" }).click()
    await page.getByRole("button", { name: "기본 예시 3개 넣기" }).click()
    await page.getByText("모든 행에 함께 보내는 메시지 7개").waitFor()
    await page.getByRole("button", { name: "과제로 저장" }).click()
    await page.getByLabel("저장할 이름").fill("내 과제")
    await page.getByRole("button", { name: "저장", exact: true }).click()
    await page.getByText("'내 과제'으로 저장했습니다.").waitFor()

    // It is there for the next job, and another preset brings back what the preset says.
    await page.getByLabel("어떤 과제로").selectOption("sentiment")
    await page.locator(".task-summary").getByText("positive").waitFor()
    await page.reload()
    await page.getByLabel("어떤 과제로").selectOption("내 과제")
    await page.locator(".task-summary").getByText("3 · 해당 없음").waitFor()
    await page.getByRole("button", { name: "이 과제 지우기" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "지우기" }).click()
    await page.getByRole("option", { name: "내 과제" }).waitFor({ state: "detached" })
    assert.strictEqual(await page.getByLabel("어떤 과제로").inputValue(), "news-stance-ko")
    assert.strictEqual(await page.locator(".task-summary").getByText("해당 없음").count(), 0)
  })

  it("what was entered is still there after the page was loaded anew, and is gone once the job is made", async () => {
    const { page } = await visit(stage)
    await signIn(page, stage.token)
    await page.goto("/new")
    await page.locator("input[type=file]").setInputFiles(csv)
    await page.locator(".estimate:not(.estimate-stale)").waitFor()
    await page.getByLabel("작업 이름").fill("다른 이름")
    await page.getByLabel("비용 한도 (달러)").fill("abc")
    await page.getByText("1.50처럼 0보다 큰 금액을 적으세요.").waitFor()
    assert.isTrue(await page.locator(".part-estimate button[type=submit]").isDisabled())
    await page.getByLabel("비용 한도 (달러)").fill("2.5")
    await page.reload()
    assert.strictEqual(await page.getByLabel("작업 이름").inputValue(), "다른 이름")
    await page.locator(".message-row").waitFor()
    await page.getByRole("button", { name: /로 시작$/ }).click()
    await page.getByRole("heading", { level: 1, name: "다른 이름" }).waitFor()
    await page.getByText("한도 $2.50").waitFor()
    await page.goto("/new")
    await page.getByText("CSV 파일을 여기에 놓으세요").waitFor()
  })

  it("a start whose answer was lost makes one job, not two", async () => {
    const { page } = await visit(stage)
    await signIn(page, stage.token)
    await page.goto("/new")
    await page.locator("input[type=file]").setInputFiles({ ...csv, name: "한 번만.csv" })
    await page.locator(".estimate:not(.estimate-stale)").waitFor()
    let lost = 0
    await page.route("**/v1/jobs", async (route) => {
      await route.fetch()
      lost++
      await route.abort("connectionreset")
    })
    const start = page.locator(".part-estimate button[type=submit]")
    await start.click()
    await page
      .getByRole("alert")
      .getByText(/^서버에 닿지 않습니다/)
      .waitFor()
    assert.strictEqual(lost, 1)
    await page.unroute("**/v1/jobs")
    await start.click()
    await page.waitForURL(/\/jobs\/job_/)
    await page.goto("/")
    await page.getByRole("link", { name: "한 번만" }).waitFor()
    assert.strictEqual(await page.getByRole("link", { name: "한 번만" }).count(), 1)
  })
})

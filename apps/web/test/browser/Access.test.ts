import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { AxeResults } from "axe-core"
import type { BrowserContextOptions, Page } from "playwright-core"
import { articles, csvOf, rules } from "../support/csv.js"
import { makeJob, untilDone } from "../support/hands.js"
import { obstacle, openStage, type Stage, signIn, visit } from "../support/stage.js"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** What axe finds wrong with what is shown: rules and the places. */
const violations = async (page: Page): Promise<ReadonlyArray<string>> => {
  // Evaluated by the debugger: the page's policy would not let a script in.
  await page.evaluate(axe)
  const found = await page.evaluate(() =>
    (window as unknown as { readonly axe: { readonly run: () => Promise<AxeResults> } }).axe.run()
  )
  return found.violations.flatMap(({ help, nodes }) => nodes.map(({ html }) => `${help}: ${html}`))
}

/** Whether anything is wider than the screen. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

const appearances: ReadonlyArray<readonly [string, BrowserContextOptions]> = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["English on 360 px", { colorScheme: "light", locale: "en-US", viewport: { width: 360, height: 740 } }],
  ["dark on 360 px", { colorScheme: "dark", viewport: { width: 360, height: 740 } }]
]

describe.skipIf(obstacle !== undefined)("a page for everybody", () => {
  let stage: Stage
  let job = ""
  beforeAll(async () => {
    stage = await openStage({
      rules: { rules: [{ contains: "정책 3번", in: { after: "본문:" }, bad: "refusal" }, ...rules], default: 1 },
      clock: { phases: { validating: 100, perRequest: 1, finalizing: 100 } }
    })
    const { context, page } = await visit(stage)
    await signIn(page, stage.token)
    job = await makeJob(page, "접근성.csv", csvOf(articles(30)))
    await untilDone(page)
    await context.close()
  })
  afterAll(() => stage?.close())

  for (const [name, options] of appearances) {
    it(`axe finds nothing wrong and nothing is too wide: ${name}`, async () => {
      const { complaints, context, page } = await visit(stage, options)
      const check = async (what: string): Promise<void> => {
        assert.deepStrictEqual(await violations(page), [], what)
        assert.isAtMost(await overflow(page), 0, what)
      }
      await page.goto("/")
      await page.locator("input[type=password]").waitFor()
      await check("log in")
      await page.locator("form button[type=submit]").click()
      await page.locator("[aria-invalid]").waitFor()
      await check("log in without a token")
      await signIn(page, stage.token)
      await page.locator("table.jobs").waitFor()
      await check("jobs")
      await page.goto("/new")
      await page.locator(".task-summary").waitFor()
      await check("new job without a file")
      await page
        .locator("input[type=file]")
        .setInputFiles({ name: "새.csv", mimeType: "text/csv", buffer: Buffer.from(csvOf(articles(12))) })
      await page.locator(".estimate:not(.estimate-stale)").waitFor()
      for (const summary of await page.locator("summary").all()) await summary.click()
      await page.locator(".message-row").waitFor()
      await check("new job with everything open")
      await page.locator(".task-actions button").last().click()
      await page.locator("dialog[open]").waitFor()
      await check("saving a task")
      await page.goto(job)
      await page.locator("table.rows tbody tr").first().waitFor()
      await page.locator(".chart-bar").first().waitFor()
      await check("job")
      await page.locator("table.rows tbody .cell-action button").first().click()
      await page.locator("dialog[open] .choice-button").first().waitFor()
      await check("reviewing a row")
      await page.keyboard.press("Escape")
      await page.locator(".selection button").first().click()
      await page.locator("dialog[open] form .plan").waitFor()
      await check("asking again")
      await page.goto("/nowhere/at/all")
      await page.locator("h1").waitFor()
      await check("a page that is none")
      assert.deepStrictEqual(complaints, [])
      await context.close()
    })
  }

  it("everything can be reached and done with the keyboard", async () => {
    const { page } = await visit(stage)
    await page.goto("/")
    await page.locator("input[type=password]").waitFor()
    // The first stop leads past the masthead.
    await page.keyboard.press("Tab")
    assert.strictEqual(await page.evaluate(() => document.activeElement?.className), "skip")
    await page.keyboard.press("Enter")
    assert.strictEqual(await page.evaluate(() => document.activeElement?.id), "main")
    await page.keyboard.press("Tab")
    await page.keyboard.type(stage.token)
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { level: 1, name: "작업" }).waitFor()
    // A page that is gone to takes the focus to its heading.
    assert.strictEqual(await page.evaluate(() => document.activeElement?.tagName), "H1")
    const reach = async (selector: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press("Tab")
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return
      }
      assert.fail(`${selector} cannot be reached`)
    }
    await reach("table.jobs a")
    await page.keyboard.press("Enter")
    await page.locator("table.rows tbody tr").first().waitFor()
    await reach("table.rows tbody .cell-action button")
    await page.keyboard.press("Enter")
    await page.locator("dialog[open] .choice-button").first().waitFor()
    await page.keyboard.press("2")
    await page.getByText("저장했습니다").waitFor()
    await page.keyboard.press("Escape")
    // A dialog gives the focus back to what opened it.
    assert.isTrue(await page.evaluate(() => document.activeElement?.matches(".cell-action button")))
  })

  it("speaks the language of the browser, and the one that is chosen from then on", async () => {
    const { page } = await visit(stage, { locale: "en-US" })
    await page.goto("/")
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor()
    assert.strictEqual(await page.locator("html").getAttribute("lang"), "en")
    await page.getByRole("radio", { name: "한국어" }).check({ force: true })
    await page.getByRole("heading", { level: 1, name: "로그인" }).waitFor()
    await page.reload()
    await page.getByRole("heading", { level: 1, name: "로그인" }).waitFor()
    assert.strictEqual(await page.locator("html").getAttribute("lang"), "ko")
    // What the server says is in that language too.
    await page.locator("input[type=password]").fill("blt_no_such_token")
    await page.locator("form button[type=submit]").click()
    await page.getByText(/^쓸 수 없는 토큰입니다/).waitFor()
  })

  it("is light or dark as the system is, or as was chosen, from the first paint on", async () => {
    const { page } = await visit(stage, { colorScheme: "dark" })
    await page.goto("/")
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    await page.locator("h1").waitFor()
    const dark = await paper()
    await page.getByLabel("화면 밝기").selectOption("light")
    const light = await paper()
    assert.notStrictEqual(dark, light)
    // Before any of the page's own code has run.
    await page.route("**/assets/*.js", (route) => route.abort())
    await page.reload()
    assert.strictEqual(await paper(), light)
  })
})

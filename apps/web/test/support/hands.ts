/** What a person's hands do on the page. */
import { readFileSync } from "node:fs"
import type { Page } from "playwright-core"

/** Drops a file as a mouse would. */
export const drop = async (page: Page, name: string, content: string): Promise<void> => {
  const transfer = await page.evaluateHandle(
    ([fileName, text]) => {
      const data = new DataTransfer()
      data.items.add(new File([text ?? ""], fileName ?? "", { type: "text/csv" }))
      return data
    },
    [name, content]
  )
  for (const type of ["dragenter", "dragover", "drop"]) await page.dispatchEvent(".drop", type, { dataTransfer: transfer })
}

/** Presses a download link and reads what comes. */
export const download = async (page: Page, name: string): Promise<{ readonly file: string; readonly text: string }> => {
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()])
  return { file: saved.suggestedFilename(), text: readFileSync(await saved.path(), "utf8") }
}

/** Uploads a CSV through the file picker and starts a job of it with the default task. Gives the job's address. */
export const makeJob = async (page: Page, name: string, content: string): Promise<string> => {
  await page.goto("/new")
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(content) })
  await page.locator(".estimate:not(.estimate-stale)").waitFor()
  await page.locator(".part-estimate button[type=submit]").click()
  await page.waitForURL(/\/jobs\/job_/)
  return new URL(page.url()).pathname
}

/** Waits until the page says that the job is done. */
export const untilDone = (page: Page): Promise<void> => page.locator(".lead .status-good").waitFor({ timeout: 60_000 })

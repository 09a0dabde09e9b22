/** The built server as a process of its own, the simulator in OpenAI's place, and a browser before it. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Simulator from "@batchlabel/openai-simulator/Simulator"
import * as Schema from "effect/Schema"
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core"

export const program = fileURLToPath(new URL("../../../cli/dist/batchlabel.js", import.meta.url))
const webRoot = fileURLToPath(new URL("../../dist", import.meta.url))

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]

/** Where a browser is, if there is one. */
export const browserPath: string | undefined = [process.env["CHROMIUM_PATH"] ?? "", ...places].find(
  (path) => path !== "" && existsSync(path)
)

/** Why the browser tests cannot be run here, if so. */
export const obstacle: string | undefined =
  browserPath === undefined
    ? `no Chromium was found (CHROMIUM_PATH, ${places.join(", ")})`
    : !existsSync(program) || !existsSync(join(webRoot, "index.html"))
      ? "the command or the page is not built (npm run build)"
      : undefined

if (obstacle !== undefined) console.warn(`browser tests are skipped: ${obstacle}`)

export interface Server {
  readonly url: string
  readonly port: number
  /** Given where there was none yet. */
  readonly token: string | undefined
  readonly process: ChildProcess
  readonly kill: (signal: NodeJS.Signals) => Promise<void>
}

const Listening = Schema.parseJson(
  Schema.Struct({ url: Schema.String, port: Schema.Number, token: Schema.optionalWith(Schema.String, { exact: true }) })
)

interface ServerOptions {
  readonly home: string
  readonly api: string
  readonly port?: number
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once("exit", () => resolve()))

/** Starts the server and waits until it answers. */
export const startServer = async ({ api, home, port = 0 }: ServerOptions): Promise<Server> => {
  const child = spawn(
    process.execPath,
    [program, "serve", "--json", "--home", home, "--port", String(port), "--web", webRoot, "--first-token"],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PATH: process.env["PATH"],
        OPENAI_API_KEY: "sk-test",
        OPENAI_BASE_URL: api,
        BATCHLABEL_POLL_INTERVAL: "200ms",
        BATCHLABEL_POLL_CAP: "400ms",
        BATCHLABEL_BACKOFF: "100ms",
        BATCHLABEL_BACKOFF_CAP: "400ms",
        BATCHLABEL_LIST_LAG: "200ms",
        BATCHLABEL_OUTPUT_LAG: "500ms"
      }
    }
  )
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await ended(child)
  }
  const {
    token,
    port: bound,
    url
  } = await new Promise<typeof Listening.Type>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => resolve(Schema.decodeUnknownSync(Listening)(line)))
    void ended(child).then(() => reject(new Error("the server ended before it said where it is")))
  })
  return { url, port: bound, token, process: child, kill }
}

export interface Stage {
  readonly home: string
  readonly simulator: Simulator.Simulator
  readonly browser: Browser
  readonly token: string
  readonly server: () => Server
  /** Another server on the same folder and the same address. */
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

let running: Promise<Browser> | undefined

/** One for all files of a worker; it ends with the worker's process. Whoever visits has a profile of his own. */
const sharedBrowser = async (): Promise<Browser> => {
  if (browserPath === undefined) throw new Error("there is no browser")
  const browser = await running
  if (browser?.isConnected() === true) return browser
  running = chromium.launch({ executablePath: browserPath, args: flags })
  return running
}

export const openStage = async (options: Simulator.Options): Promise<Stage> => {
  const browser = await sharedBrowser()
  const home = mkdtempSync(join(tmpdir(), "batchlabel-web-"))
  const simulator = await Simulator.start(options)
  let server = await startServer({ home, api: simulator.url })
  return {
    home,
    simulator,
    browser,
    token: server.token ?? "",
    server: () => server,
    restart: async () => {
      server = await startServer({ home, api: simulator.url, port: server.port })
    },
    close: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()))
      await server.kill("SIGTERM")
      await simulator.close()
      rmSync(home, { recursive: true, force: true })
    }
  }
}

export interface Visit {
  readonly context: BrowserContext
  readonly page: Page
  /** What the browser complained of: errors of the page, and what its policy forbade. */
  readonly complaints: ReadonlyArray<string>
}

/** A fresh browser profile with a page on the server. */
export const visit = async (stage: Stage, options: BrowserContextOptions = {}): Promise<Visit> => {
  const context = await stage.browser.newContext({
    locale: "ko-KR",
    timezoneId: "Asia/Seoul",
    viewport: { width: 1280, height: 900 },
    baseURL: stage.server().url,
    ...options
  })
  const page = await context.newPage()
  const complaints: Array<string> = []
  page.on("pageerror", (error) => complaints.push(error.message))
  page.on("console", (message) => {
    // Failed requests are part of some tests; what the page's own code or its policy complains of never is.
    if (message.type() === "error" && !/Failed to load resource|ERR_/.test(message.text())) complaints.push(message.text())
  })
  return { context, page, complaints }
}

/** Logs in by the form. */
export const signIn = async (page: Page, token: string): Promise<void> => {
  await page.goto("/")
  await page.locator("input[type=password]").fill(token)
  await page.locator("form button[type=submit]").click()
  await page.locator("nav a[aria-current=page]").waitFor()
}

/** The commands in this process: as they are built, but for the bundle, without the time that a process takes to start. */
import * as Catalogue from "../../src/Catalogue.js"
import * as Run from "../../src/Run.js"
import type { Streams } from "../../src/Screen.js"

export interface Ending {
  readonly code: unknown
  readonly out: string
  readonly err: string
  readonly questions: number
}

export interface Terminal {
  /** What the person types at each question. */
  readonly readLine: Streams["readLine"]
  /** Default: yes. */
  readonly isTerminal?: boolean
}

/** Nobody is there to be asked. */
export const nobody: Terminal = { readLine: () => Promise.resolve(undefined), isTerminal: false }

/** Runs `batchlabel` with this command line, in English. */
export const batchlabel = async (argv: ReadonlyArray<string>, { isTerminal = true, readLine }: Terminal): Promise<Ending> => {
  const said = { out: "", err: "" }
  let questions = 0
  const streams: Streams = {
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    lost: () => undefined,
    outIsTerminal: isTerminal,
    errIsTerminal: isTerminal,
    inIsTerminal: isTerminal,
    columns: () => 80,
    readLine: (signal) => {
      questions++
      return readLine(signal)
    }
  }
  const found = Catalogue.find(argv)
  if (found === undefined) throw new Error(`there is no command '${argv.join(" ")}'`)
  const args = argv.slice(found.words)
  process.exitCode = undefined
  await Run.run(await Catalogue.load(found.name), args, { lang: "en", style: "full", json: args.includes("--json") }, streams)
  const { exitCode } = process
  process.exitCode = undefined
  return { code: exitCode, ...said, questions }
}

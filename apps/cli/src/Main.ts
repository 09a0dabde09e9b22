/**
 * From the command line to a command, and from its end to an exit code. What `--version` and `--help` need is all that is loaded here;
 * the rest comes when a command is called.
 */
import { fromLocale, type Lang } from "@batchlabel/core/Lang"
import manifest from "../package.json" with { type: "json" }
import * as Catalogue from "./Catalogue.js"
import type { Command } from "./Command.js"
import * as Help from "./Help.js"
import type { Style } from "./Screen.js"
import * as Texts from "./Texts.js"

type Argv = ReadonlyArray<string>

const valueOf = (argv: Argv, name: string): string | undefined => {
  const inline = argv.find((argument) => argument.startsWith(`${name}=`))
  if (inline !== undefined) return inline.slice(name.length + 1)
  const at = argv.indexOf(name)
  return at < 0 ? undefined : argv[at + 1]
}

const langOf = (argv: Argv, otherwise: Lang): Lang => {
  const given = valueOf(argv, "--lang")?.toLowerCase()
  return given === "ko" || given === "en" ? given : otherwise
}

const asksHelp = (argv: Argv): boolean => argv.includes("--help") || argv.includes("-h")

const print = (text: string): void => void process.stdout.write(text)

const colored = (): boolean => process.stdout.isTTY === true && (process.env["NO_COLOR"] ?? "") === ""

const execute = async (command: Command, argv: Argv, lang: Lang, style: Style): Promise<void> => {
  const { run } = await import("./Run.js")
  await run(command, argv, { lang, style, json: argv.includes("--json") })
}

const refuse = async (argv: Argv, lang: Lang): Promise<void> => {
  const { unknownCommand } = await import("./Run.js")
  unknownCommand(argv[0] ?? "", lang, argv.includes("--json"))
}

/** `batchlabel …` */
export const batchlabel = async (argv: Argv): Promise<void> => {
  const lang = langOf(argv, fromLocale(process.env))
  const texts = Texts.of(lang)
  const [first] = argv
  if (first === "--version" || first === "-V" || first === "version") return print(`${manifest.version}\n`)
  if (first === "--completions") {
    const { completions } = await import("./Completions.js")
    return completions(argv)
  }
  const words = first === "help" ? argv.slice(1) : argv
  const found = Catalogue.find(words)
  if (found === undefined) {
    const bare = words.length === 0 || words[0]?.startsWith("-") === true
    if (words.length === 0 || (bare && (asksHelp(words) || words.every((word) => /^(--lang|ko$|en$)/.test(word))))) {
      return print(Help.overview(texts, manifest.version, colored()))
    }
    return refuse(words, lang)
  }
  const command = await Catalogue.load(found.name)
  const rest = words.slice(found.words)
  if (first === "help" || asksHelp(rest)) return print(Help.ofCommand(command, texts, colored()))
  await execute(command, rest, lang, "full")
}

const modes = ["submit", "check", "download"] as const

/** The argument list without `--mode` and its value. */
const withoutMode = (argv: Argv): Argv =>
  argv.filter((argument, at) => argument !== "--mode" && !argument.startsWith("--mode=") && argv[at - 1] !== "--mode")

/** `batch_labeling_openai --mode …`: the guide's own form, in Korean unless told. */
export const guide = async (argv: Argv): Promise<void> => {
  const lang = langOf(argv, "ko")
  const texts = Texts.of(lang)
  if (argv[0] === "--version") return print(`${manifest.version}\n`)
  if (argv.length === 0 || asksHelp(argv)) return print(Help.ofGuide(texts, colored()))
  const wanted = valueOf(argv, "--mode")
  const mode = modes.find((name) => name === wanted)
  if (mode === undefined) {
    const { badMode } = await import("./Run.js")
    return badMode(wanted, modes, lang, argv.includes("--json"))
  }
  await execute(await Catalogue.load(mode), withoutMode(argv), lang, "guide")
}

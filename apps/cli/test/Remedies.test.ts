/** Every remedy that a text names exists: its commands, flags and variables are held against the command tree. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, it } from "vitest"
import * as Catalogue from "../src/Catalogue.js"
import type { Name } from "../src/Command.js"

const root = fileURLToPath(new URL("../../..", import.meta.url))

const filesIn = (folder: string, extension: string): ReadonlyArray<string> =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (["node_modules", "dist", ".turbo", ".tsbuildinfo", ".git"].includes(name)) return []
    if (statSync(path).isDirectory()) return filesIn(path, extension)
    return name.endsWith(extension) ? [path] : []
  })

/** A text as it stands in the source, every branch of it, under the code or the file that it is known by. */
interface Source {
  readonly name: string
  readonly text: string
}

/** The entries of the catalogue of problems; what stands before the first of a file goes by the file's name. */
const entriesOf = (path: string): ReadonlyArray<Source> =>
  readFileSync(path, "utf8")
    .split(/^ {2}(?=BL\d{4}: )/m)
    .map((text) => ({ name: /^BL\d{4}/.exec(text)?.[0] ?? path.slice(path.lastIndexOf("/") + 1), text }))

const catalogue = filesIn(join(root, "packages/messages/src/internal/catalogue"), ".ts").flatMap(entriesOf)
const lines = filesIn(join(root, "apps/cli/src/texts"), ".ts").flatMap(entriesOf)
const documents = ["README.md", "CONTRIBUTING.md", "docs", "packages", "apps", "examples"]
  .flatMap((name) => (name.endsWith(".md") ? [join(root, name)] : filesIn(join(root, name), ".md")))
  .map((path) => ({ name: path.slice(root.length), text: readFileSync(path, "utf8") }))

/** The flags of each command, and those that every command takes. */
const flags = new Map<Name, ReadonlySet<string>>()

/** The variables that flags are read from where they are not given. */
const variables = new Set<string>()

beforeAll(async () => {
  for (const name of Catalogue.names) {
    const command = await Catalogue.load(name)
    flags.set(name, new Set([...command.flags.map((flag) => `--${flag.name}`), "--log-level", "--help"]))
    for (const { variable } of command.flags) if (variable !== undefined) variables.add(variable)
  }
})

const takes = (command: Name, flag: string): boolean => flags.get(command)?.has(flag) === true

interface Phrase {
  readonly command: string
  readonly flags: ReadonlyArray<string>
}

const flagsIn = (text: string): ReadonlyArray<string> => [...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag)

// What follows a command: flags, and words that stand for values.
const words = String.raw`((?:[ =](?:--[a-z-]+|\$\{[^}]*\}|[A-Z]+\b|…|\.\.\.|'[^']*'|<[^>]*>|[\w./%~*-]+))*)`
const single =
  "submit|check|download|run|watch|list|show|cancel|retry|recover|preview|estimate|cost|init|doctor|clean|split|merge|demo|simulate|serve"
const called = new RegExp(String.raw`(?<![@/\w-])batchlabel ((?:token|owner|store|cache) [a-z]+|[a-z]+)${words}`, "g")
const alone = new RegExp(String.raw`(?<!batchlabel |[\w-])(${single}) ((?:--[a-z-]+))`, "g")

/** `batchlabel run --sample 10`, and `run --sample` where a text is short. */
const phrasesOf = (text: string): ReadonlyArray<Phrase> => {
  const whole = [...text.matchAll(called)].map(([, command = "", rest = ""]) => ({ command, flags: flagsIn(rest) }))
  const short = [...text.matchAll(alone)].map(([, command = "", rest = ""]) => ({ command, flags: flagsIn(rest) }))
  return [...whole, ...short]
}

/** Words that follow the product's name and are none of its commands. */
const prose = new Set([
  "processes",
  "submits",
  "was",
  "is",
  "made",
  "has",
  "and",
  "or",
  "in",
  "on",
  "to",
  "with",
  "that",
  "the",
  "itself",
  "as",
  "beside",
  "server"
])

const commandOf = (word: string): Name | undefined => Catalogue.find(word.split(" "))?.name

const task: ReadonlyArray<Name> = ["submit", "run", "recover", "retry", "estimate", "preview", "doctor", "download"]
const reading: ReadonlyArray<Name> = ["submit", "run", "recover", "estimate", "preview", "doctor", "download"]
const sending: ReadonlyArray<Name> = ["submit", "run", "retry"]

/** To which commands the flags are given that a problem names by themselves: those that tell it. */
const givenTo: Readonly<Record<string, ReadonlyArray<Name>>> = {
  BL1003: reading,
  BL1007: [...reading, "split", "merge"],
  BL1010: [...reading, "split", "merge"],
  BL1013: ["split", "merge", "run", "download"],
  BL1014: [...reading, "split", "merge"],
  BL1018: ["split"],
  "task.ts": task,
  BL2020: task,
  BL2073: task,
  BL5002: ["submit", "run"],
  BL5003: ["run", "download", "recover"],
  BL5007: ["submit", "run", "download", "doctor"],
  BL5008: ["run", "download"],
  BL5062: ["recover"],
  BL5073: ["submit", "run", "download"],
  BL5173: ["submit", "run", "retry", "recover", "doctor", "serve"],
  BL5065: ["submit"],
  BL5302: ["submit", "run", "retry", "recover", "estimate", "check", "watch", "cancel", "download"],
  BL5303: [...sending, "estimate"],
  BL5304: [...sending, "estimate"],
  BL5305: sending,
  BL5316: sending,
  BL5373: [...sending, "estimate", "doctor"],
  "usage.ts": Catalogue.names,
  BL6007: Catalogue.names,
  BL6020: ["check", "download", "watch", "show", "cancel", "retry", "clean", "cost"],
  BL6022: ["check", "download", "watch", "show", "cancel", "retry", "clean", "cost"],
  BL6021: ["check", "download", "watch", "show", "cancel", "retry", "clean"],
  BL6024: ["init"],
  BL6027: ["run"],
  BL6065: ["submit", "run", "retry", "recover", "cancel", "clean", "cache clear"],
  BL6070: Catalogue.names,
  BL6073: [...sending, "doctor"],
  BL7029: ["serve"],
  BL7030: ["serve"],
  BL7095: ["token create"]
}

describe("what a text names", () => {
  it("are commands that exist, with flags that each of them takes: in problems, in lines of the command, and in the documents", () => {
    const wrong: Array<string> = []
    for (const { name, text } of [...catalogue, ...lines, ...documents]) {
      for (const phrase of phrasesOf(text)) {
        const command = commandOf(phrase.command)
        if (command === undefined) {
          if (!prose.has(phrase.command.split(" ")[0] ?? "")) wrong.push(`${name}: batchlabel ${phrase.command}`)
          continue
        }
        const unknown = phrase.flags.filter((flag) => !takes(command, flag))
        wrong.push(...unknown.map((flag) => `${name}: batchlabel ${command} ${flag}`))
      }
    }
    expect(wrong).toEqual([])
  })

  it("are flags of every command that tells the problem, where the problem names no command", () => {
    const wrong: Array<string> = []
    const told = new Set<string>()
    for (const { name, text } of catalogue) {
      const named = phrasesOf(text).flatMap((phrase) => phrase.flags)
      const bare = new Set(flagsIn(text).filter((flag) => !named.includes(flag)))
      if (bare.size === 0) continue
      told.add(name)
      if (givenTo[name] === undefined) wrong.push(`${name}: who tells it? ${[...bare].join(" ")}`)
      for (const flag of bare) {
        for (const command of givenTo[name] ?? []) if (!takes(command, flag)) wrong.push(`${name}: batchlabel ${command} ${flag}`)
      }
    }
    expect(wrong).toEqual([])
    expect(
      Object.keys(givenTo).filter((name) => !told.has(name)),
      "problems that name no flag any more"
    ).toEqual([])
  })

  it("are flags that some command takes, in the lines of the command", () => {
    const every = new Set([...flags.values()].flatMap((some) => [...some]))
    const wrong = lines.flatMap(({ name, text }) =>
      flagsIn(text).flatMap((flag) => (every.has(flag) ? [] : [`${name}: ${flag}`]))
    )
    expect(wrong).toEqual([])
  })

  it("are the same commands, flags and variables in both languages", () => {
    for (const { name, text } of catalogue) {
      if (!name.startsWith("BL")) continue
      const at = text.search(/^ {4}en: /m)
      // Both languages of what `told` makes stand in one entry.
      if (at < 0) continue
      const [ko, en] = [text.slice(0, at), text.slice(at)]
      for (const find of [flagsIn, variablesIn, (some: string) => phrasesOf(some).map(({ command }) => command)]) {
        expect([...new Set(find(ko))].sort(), name).toEqual([...new Set(find(en))].sort())
      }
    }
  })

  it("are variables that the program reads", () => {
    const skipped = /catalogue|\/texts\//
    const code = ["packages", "apps"]
      .flatMap((folder) => filesIn(join(root, folder), ".ts"))
      .filter((path) => path.includes("/src/") && !skipped.test(path))
      .map((path) => readFileSync(path, "utf8"))
      .join("\n")
    const wrong = [...catalogue, ...lines].flatMap(({ name, text }) =>
      variablesIn(text).flatMap((variable) =>
        code.includes(`"${variable}"`) || variables.has(variable) || variables.has(`BATCHLABEL_${variable}`)
          ? []
          : [`${name}: ${variable}`]
      )
    )
    expect(wrong).toEqual([])
  })
})

function variablesIn(text: string): ReadonlyArray<string> {
  return [...text.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)].map(([variable]) => variable)
}

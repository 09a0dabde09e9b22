/** The help, in the user's language: of the whole and of a command. */
import * as Catalogue from "./Catalogue.js"
import type { Command } from "./Command.js"
import type { Flag, Group } from "./Flag.js"
import type { Texts } from "./Texts.js"

const bold = (text: string, colors: boolean): string => (colors ? `\u001b[1m${text}\u001b[22m` : text)

const columns = (rows: ReadonlyArray<readonly [string, string]>, width: number): ReadonlyArray<string> =>
  rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd())

/** Of `batchlabel` itself. Loads nothing but texts. */
export const overview = (texts: Texts, version: string, colors: boolean): string => {
  const heading = (text: string): string => bold(`${text}:`, colors)
  const lines = [
    `batchlabel ${version}`,
    texts.about,
    "",
    heading(texts.headings.usage),
    "  batchlabel <command> [--flag value …]",
    ...Catalogue.groups.flatMap(([group, names]) => [
      "",
      heading(texts.commandGroups[group]),
      ...columns(
        names.map((name) => [name, texts.commands[name]] as const),
        12
      )
    ]),
    "",
    heading(texts.headings.exitCodes),
    ...columns(
      texts.exitCodes.map(([code = "", meaning = ""]) => [code, meaning] as const),
      4
    ),
    "",
    heading(texts.headings.environment),
    ...columns(
      texts.environment.map(([name = "", meaning = ""]) => [name, meaning] as const),
      32
    ),
    "",
    texts.moreHelp
  ]
  return `${lines.join("\n")}\n`
}

const plain = ({ metavar, name }: Flag<unknown>): string => `--${name}${metavar === undefined ? "" : ` ${metavar}`}`

const written = (flag: Flag<unknown>): string => `${flag.alias === undefined ? "" : `-${flag.alias}, `}${plain(flag)}`

const meaning = (flag: Flag<unknown>, texts: Texts): string => {
  const notes = [...(flag.required ? [texts.required] : []), ...(flag.variable === undefined ? [] : [flag.variable])]
  return `${texts.flags[flag.name]}${notes.length === 0 ? "" : ` [${notes.join("; ")}]`}`
}

const order: ReadonlyArray<Group> = ["input", "task", "shards", "cost", "job", "output", "waits", "server", "simulator", "common"]

const flagLines = (
  flags: ReadonlyArray<Flag<unknown>>,
  texts: Texts,
  heading: (text: string) => string
): ReadonlyArray<string> => {
  const extra = [
    ["--log-level debug", texts.logLevel],
    ["-h, --help", texts.help]
  ] as const
  const width = Math.max(...flags.map((flag) => written(flag).length), 18)
  return order.flatMap((group) => {
    const rows = flags.filter((flag) => flag.group === group).map((flag) => [written(flag), meaning(flag, texts)] as const)
    const all = group === "common" ? [...rows, ...extra] : rows
    return all.length === 0 ? [] : ["", heading(texts.groups[group]), ...columns(all, width)]
  })
}

const positionalOf = ({ positionals }: Command): string => {
  if (positionals === undefined) return ""
  const name = positionals.name.toUpperCase()
  const many = positionals.most > 1 ? `${name}…` : name
  return positionals.least === 0 ? ` [${many}]` : ` ${many}`
}

/** Of one command. */
export const ofCommand = (command: Command, texts: Texts, colors: boolean): string => {
  const heading = (text: string): string => bold(`${text}:`, colors)
  const required = command.flags.filter((flag) => flag.required).map((flag) => ` ${plain(flag)}`)
  const { positionals } = command
  const lines = [
    `batchlabel ${command.name}: ${texts.commands[command.name]}`,
    "",
    heading(texts.headings.usage),
    `  batchlabel ${command.name}${positionalOf(command)}${required.join("")} [--flag value …]`,
    ...(positionals === undefined ? [] : [`  ${positionals.name.toUpperCase()}  ${texts.positionals[positionals.name]}`]),
    ...flagLines(command.flags, texts, heading)
  ]
  return `${lines.join("\n")}\n`
}

/** Of the guide's own form. */
export const ofGuide = (texts: Texts, colors: boolean): string => {
  const heading = (text: string): string => bold(`${text}:`, colors)
  const lines = [
    texts.aboutGuide,
    "",
    heading(texts.headings.usage),
    "  batch_labeling_openai --mode submit --input FILE",
    "  batch_labeling_openai --mode check --batch-id ID",
    "  batch_labeling_openai --mode download --batch-id ID --input FILE --output FILE",
    "",
    heading(texts.headings.exitCodes),
    ...columns(
      texts.exitCodes.map(([code = "", meaning = ""]) => [code, meaning] as const),
      4
    ),
    "",
    `  --lang ko|en  ${texts.flags.lang}`,
    texts.moreHelp
  ]
  return `${lines.join("\n")}\n`
}

/** The commands there are, each loaded when it is called. */
import type { Command, Name } from "./Command.js"
import type { Texts } from "./Texts.js"

interface Loaded {
  readonly command: Command
}

const loaders: Readonly<Record<Name, () => Promise<Loaded>>> = {
  submit: () => import("./commands/submit.js"),
  check: () => import("./commands/check.js"),
  download: () => import("./commands/download.js"),
  run: () => import("./commands/run.js"),
  watch: () => import("./commands/watch.js"),
  list: () => import("./commands/list.js"),
  show: () => import("./commands/show.js"),
  cancel: () => import("./commands/cancel.js"),
  retry: () => import("./commands/retry.js"),
  recover: () => import("./commands/recover.js"),
  preview: () => import("./commands/preview.js"),
  estimate: () => import("./commands/estimate.js"),
  cost: () => import("./commands/cost.js"),
  init: () => import("./commands/init.js"),
  doctor: () => import("./commands/doctor.js"),
  clean: () => import("./commands/clean.js"),
  "cache clear": () => import("./commands/cacheClear.js"),
  "store check": () => import("./commands/storeCheck.js"),
  split: () => import("./commands/split.js"),
  merge: () => import("./commands/merge.js"),
  demo: () => import("./commands/demo.js"),
  simulate: () => import("./commands/simulate.js"),
  serve: () => import("./commands/serve.js"),
  "token create": () => import("./commands/tokenCreate.js"),
  "token list": () => import("./commands/tokenList.js"),
  "token revoke": () => import("./commands/tokenRevoke.js"),
  "token limit": () => import("./commands/tokenLimit.js"),
  "owner list": () => import("./commands/ownerList.js"),
  "owner limit": () => import("./commands/ownerLimit.js")
}

/** In the order of the help, under their headings. */
export const groups: ReadonlyArray<readonly [heading: keyof Texts["commandGroups"], names: ReadonlyArray<Name>]> = [
  ["work", ["submit", "check", "download", "run", "watch"]],
  ["look", ["preview", "estimate", "list", "show", "cost"]],
  ["repair", ["retry", "cancel", "recover", "clean", "doctor", "cache clear", "store check"]],
  ["server", ["serve", "token create", "token list", "token revoke", "token limit", "owner list", "owner limit"]],
  ["tools", ["init", "split", "merge", "simulate", "demo"]]
]

export const names: ReadonlyArray<Name> = groups.flatMap(([, names]) => names)

/** The command that an argument list begins with, and how many of its words are the name. */
export const find = (argv: ReadonlyArray<string>): { readonly name: Name; readonly words: number } | undefined => {
  const [first = "", second = ""] = argv
  const double = names.find((name) => name === `${first} ${second}`)
  if (double !== undefined) return { name: double, words: 2 }
  const single = names.find((name) => name === first)
  return single === undefined ? undefined : { name: single, words: 1 }
}

export const load = async (name: Name): Promise<Command> => (await loaders[name]()).command

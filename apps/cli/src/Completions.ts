/** `batchlabel --completions bash|zsh|fish|sh`: what a shell needs to complete the commands and their flags. */
import * as CliCommand from "@effect/cli/Command"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import manifest from "../package.json" with { type: "json" }
import * as Catalogue from "./Catalogue.js"

export const completions = async (argv: ReadonlyArray<string>): Promise<void> => {
  const [first, ...others] = (await Promise.all(Catalogue.names.map(Catalogue.load))).map(({ parser }) => parser)
  if (first === undefined) return
  const root = CliCommand.make("batchlabel").pipe(CliCommand.withSubcommands([first, ...others]))
  const main = CliCommand.run(root, { name: "batchlabel", version: manifest.version })
  await Effect.runPromise(main(["node", "batchlabel", ...argv]).pipe(Effect.provide(NodeContext.layer)))
}

import type * as Prompt from "@batchlabel/core/Prompt"
import type { Generation } from "../Merger.js"
import type { Entry, OutcomeTable } from "../OutcomeTable.js"

/** Finds the outcome of a row by the digest that a layer has kept for it, else by its cells. */
export type Find = (cells: () => ReadonlyArray<string>, kept: (layer: number) => string | undefined) => Entry | undefined

/** Neighbouring generations that ask alike, newest first: a row has one digest in all of them. */
interface Group {
  readonly prompt: Prompt.Prompt
  readonly generations: Array<{ readonly index: number; readonly outcomes: OutcomeTable }>
}

const groupsOf = (generations: ReadonlyArray<Generation>): ReadonlyArray<Group> => {
  const groups: Array<Group> = []
  for (const [index, { outcomes, prompt }] of [...generations.entries()].reverse()) {
    const last = groups.at(-1)
    if (last?.prompt === prompt) last.generations.push({ index, outcomes })
    else groups.push({ prompt, generations: [{ index, outcomes }] })
  }
  return groups
}

/** The newest label, else the newest failure. */
const best = (group: Group, digest: string): Entry | undefined => {
  let failure: Entry | undefined
  for (const { outcomes } of group.generations) {
    const entry = outcomes.get(digest)
    if (entry?.outcome._tag === "Labeled") return entry
    failure ??= entry
  }
  return failure
}

export const finder = (generations: ReadonlyArray<Generation>): Find => {
  const groups = groupsOf(generations)
  return (cells, kept) => {
    const inGroup = (group: Group): Entry | undefined => {
      for (const { index } of group.generations) {
        const digest = kept(index)
        // One that leads to nothing may be a damaged one.
        const entry = digest === undefined ? undefined : best(group, digest)
        if (entry !== undefined) return entry
      }
      return best(group, group.prompt.render(cells()).digest)
    }
    let failure: Entry | undefined
    for (const group of groups) {
      const entry = inGroup(group)
      if (entry?.outcome._tag === "Labeled") return entry
      failure ??= entry
    }
    return failure
  }
}

/** The moments at which a run is killed. */
import type { Operation, Phase } from "@batchlabel/openai-simulator/Scenario"
import type { Random } from "./Random.js"

/**
 * - `held` the server holds its reply before or after it has acted, and the process dies while it waits. Its request then still `acts`, is `lost`,
 *   or acts `late`: only after the next process has read the list of batches
 * - `replied` the reply is let go, and the process dies so many ms later: somewhere between reading and storing it
 * - `file` a file has just come to be
 * - `time` so many ms after the start
 */
export type Step =
  | {
      readonly kind: "held"
      readonly operation: Operation
      readonly phase: Phase
      readonly nth: number
      readonly request: "acts" | "lost" | "late"
    }
  | { readonly kind: "replied"; readonly operation: Operation; readonly nth: number; readonly ms: number }
  | { readonly kind: "file"; readonly what: FileStep; readonly nth: number }
  | { readonly kind: "time"; readonly ms: number }

const files = {
  "store created": /^home\/state\.db$/,
  "shard being written": /\/shards\/[^/]+\.partial$/,
  "shard written": /\/shards\/shard-\d+\.jsonl$/,
  "requests copied": /^batch_openai\.jsonl$/,
  "batch info written": /^batch_info_openai\.json$/,
  "result being fetched": /\/results\/[^/]+\.partial$/,
  "result fetched": /\/results\/[^/]+\.jsonl$/,
  "output being written": /^\.labeled\.csv\.[0-9a-f]+\.tmp$/,
  "failures being written": /^\.labeled_failed\.csv\.[0-9a-f]+\.tmp$/,
  "output written": /^labeled\.csv$/,
  "failures written": /^labeled_failed\.csv$/
} as const

export type FileStep = keyof typeof files

export const matches = (what: FileStep, path: string): boolean => files[what].test(path)

/** As the table names it. */
export const nameOf = (step: Step): string => {
  switch (step.kind) {
    case "held": {
      const how = step.request === "acts" ? "" : step.request === "lost" ? ", request lost" : ", request acts late"
      return `${step.operation}, held ${step.phase} acting${how}`
    }
    case "replied":
      return `${step.operation}, just after the reply`
    case "file":
      return step.what
    case "time":
      return "at a random time"
  }
}

type Draw = (random: Random) => Step

const held =
  (operation: Operation, phase: Phase, request: "acts" | "lost" | "late", most: number): Draw =>
  (random) => ({ kind: "held", operation, phase, nth: random.between(1, most), request })
const replied =
  (operation: Operation, most = 3): Draw =>
  (random) => ({ kind: "replied", operation, nth: random.between(1, most), ms: random.between(0, 25) })
const file =
  (what: FileStep, most = 1): Draw =>
  (random) => ({ kind: "file", what, nth: random.between(1, most) })
const time: Draw = (random) => ({ kind: "time", ms: random.between(0, 1_200) })

/** A part of a run: its steps in their order, how many of them a job gets, and where a run ends at the latest. */
interface Part {
  readonly take: number
  readonly draws: ReadonlyArray<Draw>
  readonly latest: ReadonlyArray<Draw>
}

// A run that is let through leaves nothing to kill. So one that does not come to its step ends after a few batches, so that some shards are
// left for the next, or where it would write its output.
const atSomeBatches: Draw = (random) => {
  const third = { operation: "batches.create", nth: 3 } as const
  return random.chance(0.5)
    ? { kind: "held", ...third, phase: "after", request: "acts" }
    : { kind: "replied", ...third, ms: random.between(0, 25) }
}
const atWriting = file("output being written")
const midway = [atSomeBatches, atWriting]

const preparing: Part = {
  take: 2,
  draws: [file("store created"), file("shard being written", 3), file("shard written", 3), time],
  latest: midway
}

const sending: Part = {
  take: 5,
  draws: [
    file("requests copied"),
    held("files.upload", "before", "acts", 2),
    held("files.upload", "before", "lost", 2),
    held("files.upload", "after", "acts", 2),
    replied("files.upload", 2),
    held("batches.create", "before", "acts", 2),
    held("batches.create", "before", "lost", 2),
    held("batches.create", "before", "late", 1),
    held("batches.create", "after", "acts", 2),
    replied("batches.create", 2),
    time
  ],
  latest: midway
}

/** What a process does that finds a create of unknown outcome. */
const findingOut: Part = {
  take: 1,
  draws: [held("batches.list", "before", "acts", 1), held("batches.list", "after", "acts", 1), replied("batches.list", 1)],
  latest: midway
}

const looking: Part = {
  take: 3,
  draws: [
    file("batch info written"),
    time,
    held("batches.retrieve", "before", "acts", 2),
    held("batches.retrieve", "after", "acts", 2),
    replied("batches.retrieve", 2)
  ],
  latest: midway
}

const collecting: Part = {
  take: 4,
  draws: [
    held("files.retrieve", "before", "acts", 2),
    held("files.retrieve", "after", "acts", 2),
    held("files.content", "before", "acts", 2),
    held("files.content", "after", "acts", 2),
    file("result being fetched", 2),
    replied("files.content", 2),
    file("result fetched", 2),
    // A follow-up of what a batch has left open.
    file("shard being written"),
    file("shard written"),
    time
  ],
  latest: midway
}

const writing: Part = {
  take: 3,
  draws: [atWriting, file("failures being written"), file("failures written"), file("output written"), time],
  latest: []
}

/** A start that is to end at `step`, or else at the first of `latest`. */
export interface Start {
  readonly step: Step
  readonly latest: ReadonlyArray<Step>
}

/** The steps of a part for the job of this number. Numbers in a row take them in turns, so that few jobs meet them all. */
const startsOf = ({ draws, latest, take }: Part, random: Random, number: number): ReadonlyArray<Start> => {
  const turns = new Set(Array.from({ length: take }, (_, at) => (number * take + at) % draws.length))
  return draws
    .filter((_, index) => turns.has(index))
    .map((draw) => ({ step: draw(random), latest: latest.map((last) => last(random)) }))
}

/** A pass looks at what runs, collects what has ended and sends what waits: so the steps of these parts come in turns. */
const inTurns = (parts: ReadonlyArray<ReadonlyArray<Start>>): ReadonlyArray<Start> =>
  Array.from({ length: Math.max(...parts.map((part) => part.length)) }, (_, at) => parts.flatMap((part) => part[at] ?? [])).flat()

/** Where a job dies while it works, in the order of a run, and then where it dies while it writes its output. */
export interface Plan {
  readonly working: ReadonlyArray<Start>
  readonly writing: ReadonlyArray<Start>
}

/** The plan of the job of this number. */
export const plan = (random: Random, number: number): Plan => {
  let unknowns = number
  const find = (start: Start): ReadonlyArray<Start> =>
    start.step.kind === "held" && start.step.operation === "batches.create"
      ? [start, ...startsOf(findingOut, random, unknowns++)]
      : [start]
  return {
    working: [
      ...startsOf(preparing, random, number),
      // So that there is something to look at and to collect from the beginning.
      { step: atSomeBatches(random), latest: [atWriting(random)] },
      ...inTurns([
        startsOf(sending, random, number),
        startsOf(looking, random, number),
        startsOf(collecting, random, number)
      ]).flatMap(find)
    ],
    writing: startsOf(writing, random, number)
  }
}

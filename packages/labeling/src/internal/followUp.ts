/** The shard that asks again what a batch has left open. */
import { relative } from "node:path"
import * as CustomId from "@batchlabel/core/CustomId"
import type * as Collector from "@batchlabel/dataset/Collector"
import * as RequestIndex from "@batchlabel/dataset/RequestIndex"
import * as ShardLines from "@batchlabel/dataset/ShardLines"
import type { NewShard, Shard } from "@batchlabel/job-store/Job"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { shardFile, shardPath } from "./paths.js"
import type { ReconcileContext, ShardAttempt } from "./reconcileContext.js"
import { countTokens } from "./shardTokens.js"

/** Requests that stand in a later round already: a job that was recovered from the API knows its follow-ups, but not whose they are. */
const inLaterRounds = Effect.fnUntraced(function* ({ job, store }: ReconcileContext, shard: Shard) {
  const taken = RequestIndex.make()
  const later = (yield* store.shards(job.id)).filter((other) => other.round > shard.round && other.parent === undefined)
  for (const other of later) {
    yield* Stream.runForEach(ShardLines.ids(shardFile(job, other)), (ids) =>
      Effect.sync(() => {
        for (const id of ids) taken.add(CustomId.parse(id)?.digest ?? "")
      })
    )
  }
  return (customId: string): boolean => taken.find(CustomId.parse(customId)?.digest ?? "") !== -1
})

export const writeFollowUp = Effect.fn("Reconcile.writeFollowUp")(function* (
  context: ReconcileContext,
  { shard }: ShardAttempt,
  report: Collector.CollectReport,
  number: number
) {
  const { job } = context
  const isInLaterRound = yield* inLaterRounds(context, shard)
  const file = yield* ShardLines.select(
    { path: shardFile(job, shard), bytes: shard.bytes, tokens: shard.tokens },
    (customId) => report.mayRetry(customId) && !isInLaterRound(customId),
    shardFile(job, { path: shardPath(number) })
  )
  if (file.requests === 0) return undefined
  return {
    ...file,
    tokens: yield* countTokens(context.task, job.settings, file.path),
    path: relative(job.directory, file.path),
    number,
    round: shard.round + 1,
    parent: shard.number
  } satisfies NewShard
})

import type { Task } from "@batchlabel/core/Task"
import * as Budget from "@batchlabel/cost/Budget"
import type { Price } from "@batchlabel/cost/PriceBook"
import type { JobSettings, Shard } from "@batchlabel/job-store/Job"
import * as Tokens from "@batchlabel/tokens/Tokens"

/**
 * What a shard can cost at most, in pico-dollars; nothing where the model has no price (a cap is refused then, before it comes to this).
 * What a request builder asks for is its own business, so that its answers may be as long as the model can make them.
 */
export const worstCase = (
  price: Price | undefined,
  task: Task,
  { requestBuilder }: Pick<JobSettings, "requestBuilder">,
  shard: Pick<Shard, "requests" | "tokens" | "bytes">
): bigint =>
  price === undefined
    ? 0n
    : Budget.worstCase(
        price,
        { requests: shard.requests, inputTokens: shard.tokens, bytes: shard.bytes },
        Budget.outputCap(task.model, requestBuilder === undefined ? task.parameters : {}),
        { assumedEncoding: Tokens.encodingOf(task.model).assumed }
      )

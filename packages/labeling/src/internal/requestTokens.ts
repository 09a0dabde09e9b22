import type * as Prompt from "@batchlabel/core/Prompt"
import type * as Task from "@batchlabel/core/Task"
import * as RequestTokens from "@batchlabel/cost/RequestTokens"
import * as Effect from "effect/Effect"

/** Counts the input tokens of a request by its user message. */
export const requestTokens = (task: Task.Task, prompt: Prompt.Prompt): Effect.Effect<(user: string) => number> =>
  Effect.map(RequestTokens.forModel(task.model, prompt), ({ count }) => count)

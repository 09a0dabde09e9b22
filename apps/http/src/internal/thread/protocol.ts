/** What the server's thread and a work thread say to one another. Everything in it can be cloned. */
import type * as ApiProblem from "@batchlabel/http-api/ApiProblem"
import type { Settings } from "@batchlabel/labeling/LabelingConfig"
import type * as Prices from "@batchlabel/labeling/Prices"
import type * as Context from "effect/Context"

/** What a thread is started with. */
export interface ThreadData {
  readonly labeling: Settings
  readonly prices: Context.Tag.Service<typeof Prices.Prices>
  readonly templateLimits: { readonly milliseconds: number; readonly memory: number; readonly bytes: number }
}

/** To the thread: do this; or the answer to what it asked of the store. */
export type ToThread =
  | { readonly _tag: "Do"; readonly name: string; readonly input: unknown }
  | { readonly _tag: "Answer"; readonly id: number; readonly answer: StoreAnswer }

/** `failure` is a `JobStoreError`, encoded. */
export type StoreAnswer =
  | { readonly _tag: "Value"; readonly value: unknown }
  | { readonly _tag: "Failure"; readonly failure: unknown }
  | { readonly _tag: "Defect"; readonly detail: string }

export type Done =
  | { readonly _tag: "Value"; readonly value: unknown }
  | { readonly _tag: "Problem"; readonly document: ApiProblem.Document }
  | { readonly _tag: "Defect"; readonly detail: string }

/** From the thread: it has been loaded; it is done; or it asks the store, which only the server's thread has open. */
export type FromThread =
  | { readonly _tag: "Ready" }
  | { readonly _tag: "Done"; readonly done: Done }
  | { readonly _tag: "Ask"; readonly id: number; readonly method: string; readonly args: ReadonlyArray<unknown> }

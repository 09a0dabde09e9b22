/**
 * The models that the simulator knows: all, unless a list says which.
 */
import { ApiError } from "./apiError.js"

export interface ModelObject {
  readonly id: string
  readonly object: "model"
  readonly created: number
  readonly owned_by: string
}

export interface Models {
  readonly knows: (model: string) => boolean
  readonly all: () => ReadonlyArray<ModelObject>
  readonly get: (model: string) => ModelObject
}

// What is listed when every name is good.
const samples = ["gpt-4o-mini", "gpt-4.1-mini", "gpt-5.4-mini", "gpt-6-luna"]

export const makeModels = (names: ReadonlyArray<string> | undefined): Models => {
  const knows = (model: string): boolean => names?.includes(model) ?? true
  const object = (id: string): ModelObject => ({ id, object: "model", created: 1_700_000_000, owned_by: "simulator" })
  return {
    knows,
    all: () => (names ?? samples).map(object),
    get: (model) => {
      if (knows(model)) return object(model)
      throw new ApiError(404, `The model '${model}' does not exist or you do not have access to it.`, "model_not_found", "model")
    }
  }
}

/**
 * The models that the simulator knows: all, unless a list says which.
 */
import { ApiError } from "./apiError.js"

/** When models stop: OpenAI's deprecations page, autumn 2026. */
const shutdowns: ReadonlyArray<readonly [name: RegExp, date: string]> = [
  [/^(gpt-4\.1-nano|o4-mini|o3-mini|o1|gpt-4-turbo|gpt-4|gpt-3\.5-turbo)(-\d{4}-\d{2}-\d{2}|-0125)?$/, "2026-10-23"],
  [/^gpt-4o-2024-05-13$/, "2026-10-23"],
  [/^(gpt-5|gpt-5-mini|gpt-5-nano|o3)(-\d{4}-\d{2}-\d{2})?$/, "2026-12-11"],
  [/^(gpt-4o|gpt-4o-mini|gpt-4\.1|gpt-4\.1-mini)(-\d{4}-\d{2}-\d{2})?$/, "2027-01-14"],
  [/^(gpt-5\.4-nano|gpt-5\.1)(-\d{4}-\d{2}-\d{2})?$/, "2027-04-01"]
]

export interface ModelObject {
  readonly id: string
  readonly object: "model"
  readonly created: number
  readonly owned_by: string
  /** YYYY-MM-DD, once it is known. */
  readonly shutdown_date: string | null
}

export interface Models {
  readonly knows: (model: string) => boolean
  readonly all: () => ReadonlyArray<ModelObject>
  readonly get: (model: string) => ModelObject
}

// What is listed when every name is good.
const samples = ["gpt-4o-mini", "gpt-4.1-mini", "gpt-5.4-mini", "gpt-6-luna", "text-embedding-3-small"]

export const makeModels = (names: ReadonlyArray<string> | undefined): Models => {
  const knows = (model: string): boolean => names?.includes(model) ?? true
  const object = (id: string): ModelObject => ({
    id,
    object: "model",
    created: 1_700_000_000,
    owned_by: "simulator",
    shutdown_date: shutdowns.find(([name]) => name.test(id))?.[1] ?? null
  })
  return {
    knows,
    all: () => (names ?? samples).map(object),
    get: (model) => {
      if (knows(model)) return object(model)
      throw new ApiError(404, `The model '${model}' does not exist or you do not have access to it.`, "model_not_found", "model")
    }
  }
}

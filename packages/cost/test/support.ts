import * as Presets from "@batchlabel/core/Presets"
import type { Task } from "@batchlabel/core/Task"
import * as PriceBook from "../src/PriceBook.js"

export const preset = (changes: Partial<Task> = {}): Task => {
  const task = Presets.get(Presets.defaultName)
  if (task === undefined) throw new Error("the default preset is missing")
  return { ...task, ...changes }
}

export const priceOf = (model: string): PriceBook.Price => {
  const price = PriceBook.lookup(PriceBook.builtin, model)
  if (price === undefined) throw new Error(`no price for ${model}`)
  return price
}

import type * as Task from "../../Task.js"
import { defaultColumns } from "../taskSchema.js"

/** What the presets share: the guide's model at temperature 0, and a cap far above any of their answers. */
export const base: Omit<Task.Task, "name" | "labels" | "system" | "template" | "answer"> = {
  examples: [],
  model: "gpt-4o-mini",
  parameters: { temperature: 0, max_completion_tokens: 16 },
  endpoint: "/v1/chat/completions",
  columns: defaultColumns
}

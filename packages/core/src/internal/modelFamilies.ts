/** The efforts of hidden reasoning that OpenAI's API knows. */
export const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const

interface Family {
  readonly matches: RegExp
  /** The efforts it takes; none at all: it does not reason. */
  readonly efforts: ReadonlyArray<string>
}

// The first that matches counts. Sources: OpenAI's reasoning guide and model pages, and the errors that users report.
const families: ReadonlyArray<Family> = [
  { matches: /^(gpt-3\.5|gpt-4|chatgpt-)/, efforts: [] },
  { matches: /^gpt-\d.*-chat\b/, efforts: [] },
  { matches: /^o\d/, efforts: ["low", "medium", "high"] },
  { matches: /^gpt-5-pro\b/, efforts: ["high"] },
  { matches: /^gpt-5\.\d+-pro\b/, efforts: ["medium", "high", "xhigh"] },
  { matches: /^gpt-5(-|$)/, efforts: ["minimal", "low", "medium", "high"] },
  { matches: /^gpt-5\.1-codex-max/, efforts: ["none", "low", "medium", "high", "xhigh"] },
  { matches: /^gpt-5\.1\b/, efforts: ["none", "low", "medium", "high"] },
  { matches: /^gpt-5\.[2-5]\b/, efforts: ["none", "low", "medium", "high", "xhigh"] },
  { matches: /^gpt-6\.1-sol\b/, efforts: efforts.filter((effort) => effort !== "none") },
  { matches: /^gpt-([6-9]|5\.[6-9])/, efforts }
]

/** A fine-tuned model follows its base: `ft:gpt-4o-mini-2024-07-18:org::id`. */
const baseOf = (model: string): string => (model.startsWith("ft:") ? (model.split(":")[1] ?? model) : model)

/** The efforts a model takes, none if it does not reason; undefined for a name that is not OpenAI's, of which nothing is known. */
export const effortsOf = (model: string): ReadonlyArray<string> | undefined =>
  families.find(({ matches }) => matches.test(baseOf(model)))?.efforts

// Structured outputs came with gpt-4o-2024-08-06.
const unstructured = /^(gpt-3\.5|gpt-4(-|$)|gpt-4o-2024-05-13|o1-mini|o1-preview|chatgpt-4o)/

/** Whether a model is known to refuse a JSON Schema for its answer. */
export const refusesSchemas = (model: string): boolean => unstructured.test(baseOf(model))

import * as Schema from "effect/Schema"
import type { Kind } from "./catalogue/task.js"

/** What a key is for, shown by editors that know the JSON Schema. */
const says = (description: string) => ({ description })

/** Names the words that an error uses for what is needed here. */
export const needs = (kind: Kind) => ({ message: () => kind })

const Text = Schema.String.annotations(needs("text"))
const Name = Schema.String.pipe(Schema.filter((text) => text.trim() !== "", { ...needs("name"), jsonSchema: { minLength: 1 } }))

/** Trimmed and without line breaks, because answers are read trimmed. */
export const LabelValue = Schema.Union(
  Schema.Number.pipe(Schema.finite(needs("label_value"))),
  Schema.String.pipe(
    Schema.filter((text) => text !== "" && text === text.trim() && !/[\r\n]/.test(text), {
      ...needs("label_value"),
      jsonSchema: { minLength: 1 }
    })
  )
).annotations({ ...needs("label_value"), ...says("The value in the label column, and the answer that stands for it.") })

const DecodedLabel = Schema.Struct({ value: LabelValue, name: Text, criteria: Schema.Array(Text) })

const WrittenLabel = Schema.Union(
  LabelValue,
  Schema.Struct({
    value: LabelValue,
    name: Schema.optionalWith(Name.annotations(says("The name in the label_name column; the value itself if absent.")), {
      exact: true
    }),
    criteria: Schema.optionalWith(
      Schema.Array(Text)
        .annotations(needs("text_list"))
        .annotations(says("When this label is right; {{ task.criteria }} writes them into the prompt.")),
      { exact: true }
    )
  })
)

export const Label = Schema.transform(WrittenLabel, DecodedLabel, {
  strict: true,
  decode: (written) => {
    const label = typeof written === "object" ? written : { value: written }
    return { value: label.value, name: label.name ?? String(label.value), criteria: label.criteria ?? [] }
  },
  encode: (label) => label
})

export const Example = Schema.Struct({
  input: Schema.Union(Text, Schema.Record({ key: Schema.String, value: Text }))
    .annotations(needs("example_input"))
    .annotations(says("A whole user message as text, or the columns of a row, which go through the template.")),
  label: LabelValue.annotations(says("The value of the label that is right here."))
})

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

const Json: Schema.Schema<Json> = Schema.Union(
  Schema.Null,
  Schema.Boolean,
  Schema.JsonNumber,
  Schema.String,
  Schema.Array(Schema.suspend(() => Json)),
  Schema.Record({ key: Schema.String, value: Schema.suspend(() => Json) })
).annotations({ identifier: "Json", ...needs("json") })

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const Count = Schema.Number.pipe(
  Schema.filter((value) => Number.isSafeInteger(value) && value >= 1, {
    ...needs("count"),
    jsonSchema: { type: "integer", minimum: 1 }
  })
)

export const Parameters = Schema.Struct(
  {
    temperature: optional(
      Schema.Number.pipe(
        Schema.between(0, 2, { ...needs("temperature"), ...says("0 for the same answer each time, more for variety.") })
      )
    ),
    top_p: optional(Schema.Number.pipe(Schema.between(0, 1, needs("fraction")))),
    max_completion_tokens: optional(Count.annotations(says("A cap on the answer's tokens, hidden reasoning included."))),
    reasoning_effort: optional(Text.annotations(says("none, minimal, low, medium, high … as the model knows them."))),
    verbosity: optional(Text),
    seed: optional(Schema.Number.pipe(Schema.filter((value) => Number.isSafeInteger(value), needs("integer"))))
  },
  { key: Schema.String, value: Json }
).annotations(says("Parameters of the request, named as in Chat Completions; any other one is sent as it is."))

const withDefault = <A, I>(schema: Schema.Schema<A, I>, value: A) =>
  Schema.optionalWith(schema, { exact: true, default: () => value })

const Columns = Schema.Struct({
  label: withDefault(Name, "label"),
  label_name: withDefault(Name, "label_name"),
  labeled: withDefault(Name, "labeled"),
  labeled_at: withDefault(Name, "labeled_at")
})

export const defaultColumns = { label: "label", label_name: "label_name", labeled: "labeled", labeled_at: "labeled_at" } as const

export const Answer = Schema.Literal("number", "text", "json_schema").annotations(needs("answer"))

export const Endpoint = Schema.Literal("/v1/chat/completions", "/v1/responses").annotations(needs("endpoint"))

export const Task = Schema.Struct({
  name: Name.annotations(says("A name for people: jobs and lists show it.")),
  labels: Schema.Array(Label)
    .pipe(Schema.minItems(2, needs("labels")))
    .annotations(says("The labels, in the order in which results list them: values, or value, name and criteria.")),
  system: withDefault(Text.annotations(says("The system message, the same for every row.")), ""),
  template: Name.annotations(
    says(
      'The user message as a LiquidJS template: {{ text }}, {{ title | default: "N/A" }}, {{ row["any column"] }}, {{ task.criteria }}.'
    )
  ),
  examples: withDefault(
    Schema.Array(Example)
      .annotations(needs("examples"))
      .annotations(says("Few-shot examples: each is a user message and the right answer, sent with every row.")),
    []
  ),
  model: withDefault(Name.annotations(says("Any model of the Batch API.")), "gpt-4o-mini"),
  parameters: withDefault(Parameters, {}),
  answer: withDefault(
    Answer.annotations(
      says("How the model answers: a number, the label's value as text, or a JSON object that a schema enforces.")
    ),
    "text"
  ),
  endpoint: withDefault(Endpoint.annotations(says("The API that answers.")), "/v1/chat/completions"),
  columns: withDefault(Columns.annotations(says("The names of the columns that results add.")), defaultColumns)
})

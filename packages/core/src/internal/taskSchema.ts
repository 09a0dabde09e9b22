import * as Schema from "effect/Schema"

/** What a key is for, shown by editors that know the JSON Schema. */
const says = (description: string) => ({ description })

const Text = Schema.String
const Name = Text.pipe(Schema.filter((text) => text.trim() !== "", { jsonSchema: { minLength: 1 } }))

const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u

/** A name that stands in lists, logs and requests: one line, and nothing that does something to a terminal. */
const Line = Name.pipe(
  Schema.maxLength(200),
  Schema.filter((text) => !unprintable.test(text) || "it holds a control character or a line break")
)

/** Answers are read trimmed, on one line and as valid Unicode: another value could never be read. */
const isReadable = (text: string): boolean => text !== "" && text === text.trim() && !/[\r\n\p{Surrogate}]/u.test(text)

export const LabelValue = Schema.Union(
  Schema.JsonNumber,
  Text.pipe(Schema.filter(isReadable, { jsonSchema: { minLength: 1 } }))
).annotations(says("The value in the label column, and the answer that stands for it."))

const DecodedLabel = Schema.Struct({ value: LabelValue, name: Text, criteria: Schema.Array(Text) })

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const WrittenLabel = Schema.Union(
  LabelValue,
  Schema.Struct({
    value: LabelValue,
    name: optional(Name.annotations(says("The name in the label_name column; the value itself if absent."))),
    criteria: optional(
      Schema.Array(Text).annotations(says("When this label is right; {{ task.criteria }} writes them into the prompt."))
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
  input: Schema.Union(Text, Schema.Record({ key: Schema.String, value: Text })).annotations(
    says("A whole user message as text, or the columns of a row, which go through the template.")
  ),
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
).annotations({ identifier: "Json" })

const Integer = Schema.Number.pipe(Schema.filter((value) => Number.isSafeInteger(value), { jsonSchema: { type: "integer" } }))

const Count = Integer.pipe(Schema.filter((value) => value >= 1, { jsonSchema: { minimum: 1 } }))

/** Parameters whose values are checked; all others are any JSON. */
export const knownParameters = {
  temperature: optional(Schema.Number.pipe(Schema.between(0, 2, says("0 for the same answer each time, more for variety.")))),
  top_p: optional(Schema.Number.pipe(Schema.between(0, 1))),
  max_completion_tokens: optional(Count.annotations(says("A cap on the answer's tokens, hidden reasoning included."))),
  reasoning_effort: optional(Text.annotations(says("none, minimal, low, medium, high … as the model knows them."))),
  verbosity: optional(Text),
  seed: optional(Integer)
}

const Parameters = Schema.Struct(knownParameters, { key: Schema.String, value: Json }).annotations(
  says("Parameters of the request, named as in Chat Completions; any other one is sent as it is.")
)

const withDefault = <A, I>(schema: Schema.Schema<A, I>, value: A) =>
  Schema.optionalWith(schema, { exact: true, default: () => value })

export const defaultColumns = { label: "label", label_name: "label_name", labeled: "labeled", labeled_at: "labeled_at" } as const

const Columns = Schema.Struct({
  label: withDefault(Line, defaultColumns.label),
  label_name: withDefault(Line, defaultColumns.label_name),
  labeled: withDefault(Line, defaultColumns.labeled),
  labeled_at: withDefault(Line, defaultColumns.labeled_at)
}).annotations(says("The names of the columns that results add."))

const Answer = Schema.Literal("number", "text", "json_schema").annotations(
  says("How the model answers: a number, the label's value as text, or a JSON object that a schema enforces.")
)

const Endpoint = Schema.Literal("/v1/chat/completions", "/v1/responses").annotations(says("The API that answers."))

export const Task = Schema.Struct({
  name: Line.annotations(says("A name for people: jobs and lists show it.")),
  labels: Schema.Array(Label)
    .pipe(Schema.minItems(2))
    .annotations(says("The labels, in the order in which results list them: values, or value, name and criteria.")),
  system: withDefault(Text.annotations(says("The system message, the same for every row.")), ""),
  template: Name.annotations(
    says(
      'The user message, a LiquidJS template: {{ text }}, {{ title | default: "N/A" }}, {{ row["any column"] }}, {{ task.criteria }}.'
    )
  ),
  examples: withDefault(
    Schema.Array(Example).annotations(
      says("Few-shot examples: each is a user message and the right answer, sent with every row.")
    ),
    []
  ),
  model: withDefault(Line.annotations(says("Any model of the Batch API.")), "gpt-4o-mini"),
  parameters: withDefault(Parameters, {}),
  answer: withDefault(Answer, "text"),
  endpoint: withDefault(Endpoint, "/v1/chat/completions"),
  columns: withDefault(Columns, defaultColumns),
  allow_unknown_parameters: optional(
    Schema.Boolean.annotations(says("Send parameters that this program does not know, because they are newer than it is."))
  ),
  allow_retired_model: optional(
    Schema.Boolean.annotations(says("Send to a model that OpenAI has shut down, for a compatible server that keeps it."))
  )
})

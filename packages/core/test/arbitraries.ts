import { FastCheck as fc } from "effect"
import * as Either from "effect/Either"
import * as Task from "../src/Task.js"

/** Text with what breaks readers of lines, of YAML and of JSON: separators, quotes, byte order marks, half surrogate pairs. */
export const text: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.fullUnicodeString({ maxLength: 6 }) },
      { weight: 2, arbitrary: fc.string16bits({ maxLength: 4 }) },
      fc.constantFrom(
        "\n",
        "\r\n",
        "\r",
        "\t",
        " ",
        "\u2028",
        "\u2029",
        "\u0085",
        "\u0000",
        "\ufeff",
        "# ",
        ": ",
        "- ",
        '"',
        "'",
        "\\"
      ),
      fc.constantFrom(
        "기사 ",
        "👨‍👩‍👧",
        "\ud83d",
        "\ude00",
        "---\n",
        "...\n",
        "{{ text }}",
        "{% if %}",
        "null",
        "0x1F",
        "1e3",
        "~",
        "yes"
      )
    ),
    { maxLength: 6 }
  )
  .map((pieces) => pieces.join(""))

/** The same without half surrogate pairs, which YAML files in UTF-8 cannot hold as they are. */
export const validText: fc.Arbitrary<string> = text.map((value) => value.replace(/\p{Surrogate}/gu, "\ufffd"))

const name = validText.filter((value) => value.trim() !== "")

/** The name of a task stands in lists and logs: what does not show is refused. */
const printableName = name.filter(
  (value) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u.test(value)
)

export const labelValue: fc.Arbitrary<string | number> = fc.oneof(
  fc.integer({ min: -3, max: 300 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  validText.map((value) => value.replace(/[\r\n]/g, " ").trim()).filter((value) => value !== ""),
  fc.constantFrom("찬성", "card_arrival", "U.S.", "null", "true", "0", "1.5", "A", "a")
)

const labels = fc.uniqueArray(fc.record({ value: labelValue, name, criteria: fc.array(validText, { maxLength: 2 }) }), {
  minLength: 2,
  maxLength: 6,
  selector: ({ value }) => String(value).normalize()
})

const parameters = fc.record(
  {
    temperature: fc.constantFrom(0, 0.3, 1, 2),
    max_completion_tokens: fc.integer({ min: 1, max: 1000 }),
    reasoning_effort: fc.constantFrom("low", "high"),
    seed: fc.integer(),
    prompt_cache_key: validText,
    metadata: fc.dictionary(
      validText.filter((key) => key !== "__proto__"),
      validText,
      { maxKeys: 3 }
    )
  },
  { requiredKeys: [] }
)

/** A task that `Task.decode` accepts, with a template that reads the column `text`. */
export const task: fc.Arbitrary<Task.Task> = labels.chain((labels) =>
  fc
    .record({
      name: printableName,
      labels: fc.constant(labels),
      system: validText.map((value) => value.replaceAll("{", "(")),
      template: validText.map((value) => `{{ text }}${value.replaceAll("{", "(")}`),
      examples: fc.array(
        fc.record({
          input: fc.oneof(validText, fc.record({ text: validText, title: validText }, { requiredKeys: ["text"] })),
          label: fc.constantFrom(...labels.map(({ value }) => value))
        }),
        { maxLength: 2 }
      ),
      model: fc.constantFrom("gpt-4o-mini", "gpt-4.1", "o4-mini"),
      parameters,
      answer: fc.constantFrom(
        "text" as const,
        "json_schema" as const,
        ...(labels.every(({ value }) => typeof value === "number") ? ["number" as const] : [])
      ),
      endpoint: fc.constantFrom("/v1/chat/completions" as const, "/v1/responses" as const),
      columns: fc.constantFrom(
        { label: "label", label_name: "label_name", labeled: "labeled", labeled_at: "labeled_at" },
        { label: "라벨", label_name: "라벨 이름", labeled: "완료", labeled_at: "시각" }
      )
    })
    .map((input) => Either.getOrThrow(Task.decode(input, "arbitrary")))
)

import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as Either from "effect/Either"
import * as Presets from "../src/Presets.js"
import * as Task from "../src/Task.js"
import type { Kind } from "../src/TaskProblem.js"
import * as arbitraries from "./arbitraries.js"

const minimal = { name: "yes or no", labels: ["yes", "no"], template: "{{ text }}" }

const decoded = (input: unknown): Task.Task => Either.getOrThrow(Task.decode(input, "test"))

const reasonOf = (input: unknown) => {
  const result = Task.decode(input, "test")
  return Either.isLeft(result) ? result.left.reason : undefined
}

describe("Task.decode", () => {
  it("fills in everything that a task may leave out", () => {
    assert.deepStrictEqual(decoded(minimal), {
      name: "yes or no",
      labels: [
        { value: "yes", name: "yes", criteria: [] },
        { value: "no", name: "no", criteria: [] }
      ],
      system: "",
      template: "{{ text }}",
      examples: [],
      model: "gpt-4o-mini",
      parameters: {},
      answer: "text",
      endpoint: "/v1/chat/completions",
      columns: { label: "label", label_name: "label_name", labeled: "labeled", labeled_at: "labeled_at" }
    })
  })

  it("keeps any parameter that the API may know", () => {
    const parameters = { temperature: 0.3, prompt_cache_key: "k", prediction: { a: [1, null, { b: true }] } }
    assert.deepStrictEqual(decoded({ ...minimal, parameters }).parameters, parameters)
  })

  it("accepts what it has decoded, unchanged", () => {
    fc.assert(
      fc.property(arbitraries.task, (task) =>
        assert.deepStrictEqual(decoded(JSON.parse(JSON.stringify(task))), JSON.parse(JSON.stringify(task)))
      )
    )
  })

  it("takes seventy-seven labels as bare values", () => {
    const labels = Array.from({ length: 77 }, (_, index) => `intent_${index}`)
    assert.deepStrictEqual(
      decoded({ ...minimal, labels }).labels.map(({ value }) => value),
      labels
    )
  })

  it("names the missing key", () => {
    assert.deepInclude(reasonOf({ ...minimal, labels: undefined, template: undefined }), { _tag: "ValueInvalid", key: "labels" })
    const { template: _, ...rest } = minimal
    assert.deepInclude(reasonOf(rest), { _tag: "KeyMissing", key: "template" })
    assert.deepInclude(reasonOf({ ...minimal, labels: ["yes", { name: "no" }] }), { _tag: "KeyMissing", key: "labels[1].value" })
  })

  it("names the key that was probably meant", () => {
    assert.deepInclude(reasonOf({ ...minimal, modle: "x" }), { _tag: "KeyUnknown", key: "modle", nearest: "model" })
    assert.deepInclude(reasonOf({ ...minimal, labels: ["yes", { value: "no", criterai: [] }] }), {
      key: "labels[1].criterai",
      nearest: "criteria"
    })
    assert.deepInclude(reasonOf({ ...minimal, columns: { label_nam: "x" } }), { key: "columns.label_nam", nearest: "label_name" })
    assert.deepInclude(reasonOf({ ...minimal, zebra: 1 }), { key: "zebra", nearest: undefined })
  })

  const invalid: ReadonlyArray<readonly [string, object, string, Kind]> = [
    ["a name that is a number", { name: 3 }, "name", "name"],
    ["a blank name", { name: " " }, "name", "name"],
    ["one label", { labels: ["yes"] }, "labels", "labels"],
    ["labels that are no list", { labels: "yes" }, "labels", "labels"],
    ["a label that is true", { labels: ["yes", true] }, "labels[1]", "label"],
    ["a label with blanks around it", { labels: ["yes", " no"] }, "labels[1]", "label_value"],
    ["a label of two lines", { labels: ["yes", { value: "n\no" }] }, "labels[1].value", "label_value"],
    ["half a surrogate pair as a label", { labels: ["yes", { value: "\ud83d" }] }, "labels[1].value", "label_value"],
    ["a label that is no number", { labels: ["yes", { value: Number.NaN }] }, "labels[1].value", "label_value"],
    ["a label's name that is a number", { labels: ["yes", { value: "no", name: 1 }] }, "labels[1].name", "name"],
    ["criteria that are no list", { labels: ["yes", { value: "no", criteria: "x" }] }, "labels[1].criteria", "text_list"],
    ["a criterion that is no text", { labels: ["yes", { value: "no", criteria: [1] }] }, "labels[1].criteria[0]", "text"],
    ["a system text that is a number", { system: 1 }, "system", "text"],
    ["an empty template", { template: "" }, "template", "name"],
    ["examples that are no list", { examples: {} }, "examples", "examples"],
    ["an example that is a text", { examples: ["x"] }, "examples[0]", "example"],
    ["an example's input that is a list", { examples: [{ input: ["x"], label: "yes" }] }, "examples[0].input", "example_input"],
    [
      "an example's column that is a number",
      { examples: [{ input: { text: 1 }, label: "yes" }] },
      "examples[0].input.text",
      "text"
    ],
    ["a temperature above 2", { parameters: { temperature: 3 } }, "parameters.temperature", "temperature"],
    ["a temperature that is a text", { parameters: { temperature: "0" } }, "parameters.temperature", "temperature"],
    ["a top_p above 1", { parameters: { top_p: 2 } }, "parameters.top_p", "fraction"],
    ["a cap of half a token", { parameters: { max_completion_tokens: 0.5 } }, "parameters.max_completion_tokens", "count"],
    ["a cap of no tokens", { parameters: { max_completion_tokens: 0 } }, "parameters.max_completion_tokens", "count"],
    ["a broken seed", { parameters: { seed: 1.5 } }, "parameters.seed", "integer"],
    ["a parameter that JSON cannot write", { parameters: { x: Number.NaN } }, "parameters.x", "json"],
    ["parameters that are no keys", { parameters: [] }, "parameters", "keys"],
    ["an unknown kind of answer", { answer: "words" }, "answer", "answer"],
    ["an unknown endpoint", { endpoint: "/v1/embeddings" }, "endpoint", "endpoint"],
    ["a blank output column", { columns: { label: "" } }, "columns.label", "name"]
  ]
  for (const [what, change, key, expected] of invalid) {
    it(`refuses ${what}, and says what is needed`, () => {
      assert.deepInclude(reasonOf({ ...minimal, ...change }), { _tag: "ValueInvalid", key, expected })
    })
  }

  it("refuses what holds no keys at all", () => {
    for (const input of [undefined, null, 3, "task", []]) assert.strictEqual(reasonOf(input)?._tag, "NotATask")
  })

  it("refuses labels that are the same answer once written out", () => {
    assert.deepInclude(reasonOf({ ...minimal, labels: [1, "1"] }), { _tag: "LabelDuplicate", key: "labels[1]", value: "1" })
    assert.deepInclude(reasonOf({ ...minimal, labels: ["가", "가".normalize("NFD")] }), { _tag: "LabelDuplicate" })
  })

  it("refuses answers by number where a label is no number", () => {
    assert.deepInclude(reasonOf({ ...minimal, labels: [0, "1"], answer: "number" }), { _tag: "AnswerMismatch", key: "labels[1]" })
  })

  it("refuses more labels than the schema of an answer can list", () => {
    const many = (count: number, length: number) =>
      Array.from({ length: count }, (_, index) => String(index).padStart(length, "x"))
    const tag = (labels: ReadonlyArray<string>) => reasonOf({ ...minimal, labels, answer: "json_schema" })?._tag
    assert.strictEqual(tag(many(1001, 4)), "LabelsTooMany")
    assert.strictEqual(tag(many(251, 60)), "LabelsTooMany")
    assert.isUndefined(tag(many(1000, 4)))
    assert.isUndefined(tag(many(250, 80)))
    assert.isUndefined(reasonOf({ ...minimal, labels: many(2000, 4) }))
  })

  it("refuses an example whose label does not exist", () => {
    const examples = [
      { input: "a", label: "yes" },
      { input: "b", label: "maybe" }
    ]
    assert.deepInclude(reasonOf({ ...minimal, examples }), {
      _tag: "ExampleLabelUnknown",
      key: "examples[1].label",
      value: "maybe"
    })
    assert.deepInclude(reasonOf({ ...minimal, labels: [0, 1], examples: [{ input: "a", label: "1" }] }), {
      _tag: "ExampleLabelUnknown"
    })
  })

  it("refuses parameters that the task decides otherwise or that a batch cannot have", () => {
    const reserved = [
      "model",
      "messages",
      "input",
      "instructions",
      "response_format",
      "text",
      "store",
      "stream",
      "stream_options"
    ]
    for (const parameter of reserved) {
      assert.deepInclude(reasonOf({ ...minimal, parameters: { [parameter]: true } }), { _tag: "ParameterReserved", parameter })
    }
  })

  it("refuses parameters that the endpoint would answer every line of the batch with an error for", () => {
    const endpoint = "/v1/responses"
    assert.deepInclude(reasonOf({ ...minimal, endpoint, parameters: { stop: ["x"] } }), {
      _tag: "ParameterUnsupported",
      parameter: "stop",
      endpoint
    })
    assert.deepInclude(reasonOf({ ...minimal, parameters: { max_output_tokens: 9 } }), {
      _tag: "ParameterUnsupported",
      parameter: "max_output_tokens"
    })
    assert.isUndefined(reasonOf({ ...minimal, endpoint, parameters: { max_output_tokens: 16 } }))
    assert.isUndefined(reasonOf({ ...minimal, parameters: { stop: ["x"] } }))
  })

  it("refuses a parameter that the endpoint does not have, with the one that was probably meant, unless the task allows it", () => {
    const misspelt = { temperture: "temperature", maxCompletionTokens: "max_completion_tokens", Seed: "seed", topp: "top_p" }
    for (const endpoint of ["/v1/chat/completions", "/v1/responses"]) {
      for (const [parameter, nearest] of Object.entries(misspelt)) {
        const task = { ...minimal, endpoint, parameters: { [parameter]: 0 } }
        assert.deepInclude(reasonOf(task), { _tag: "ParameterUnknown", parameter, endpoint, nearest })
        assert.isUndefined(reasonOf({ ...task, allow_unknown_parameters: true }))
      }
    }
    assert.deepInclude(reasonOf({ ...minimal, parameters: { constructor: 1 } }), { _tag: "ParameterUnknown" })
  })

  it("reads back a task that was accepted before a rule was made", () => {
    const old = { ...minimal, parameters: { temperture: 0 } }
    assert.isDefined(reasonOf(old))
    assert.deepStrictEqual(Either.getOrThrow(Task.restore(old, "job")).parameters, old.parameters)
  })

  it("refuses an output column that results may add by themselves", () => {
    const task = { ...minimal, columns: { label: "failure_reason" } }
    assert.deepInclude(reasonOf(task), { _tag: "ColumnDuplicate", column: "failure_reason" })
  })

  it("refuses two output columns of one name", () => {
    assert.deepInclude(reasonOf({ ...minimal, columns: { label: "labeled" } }), { _tag: "ColumnDuplicate", column: "labeled" })
  })
})

describe("Task.labelName", () => {
  it("is the label's name, and the value for a label that is not there", () => {
    const task = decoded({ ...minimal, labels: [{ value: 0, name: "옹호 (Support)" }, 1] })
    assert.strictEqual(Task.labelName(task, 0), "옹호 (Support)")
    assert.strictEqual(Task.labelName(task, 1), "1")
    assert.strictEqual(Task.labelName(task, "0"), "0")
  })
})

describe("Task.fingerprint", () => {
  const task = decoded({ ...minimal, parameters: { temperature: 0, seed: 1 }, examples: [{ input: "x", label: "no" }] })

  it("is sixteen hex digits", () => {
    assert.match(Task.fingerprint(task), /^[0-9a-f]{16}$/)
  })

  const changes: Readonly<Record<string, Task.Task>> = {
    labels: { ...task, labels: [...task.labels, { value: "maybe", name: "maybe", criteria: [] }] },
    system: { ...task, system: "s" },
    template: { ...task, template: "{{ text }}!" },
    examples: { ...task, examples: [] },
    model: { ...task, model: "gpt-4.1" },
    parameters: { ...task, parameters: { ...task.parameters, temperature: 0.3 } },
    answer: { ...task, answer: "json_schema" },
    endpoint: { ...task, endpoint: "/v1/responses" }
  }
  for (const [part, changed] of Object.entries(changes)) {
    it(`changes with ${part}, and the change is named`, () => {
      assert.notStrictEqual(Task.fingerprint(changed), Task.fingerprint(task))
      assert.deepStrictEqual(Task.describeChange(task, changed), [part])
    })
  }

  it("does not change with what is only shown, nor with the order of keys", () => {
    const same: ReadonlyArray<Task.Task> = [
      { ...task, name: "other" },
      { ...task, columns: { ...task.columns, label: "라벨" } },
      { ...task, labels: task.labels.map((label) => ({ ...label, name: `${label.name}!`, criteria: ["c"] })) },
      { ...task, parameters: { seed: 1, temperature: 0 } }
    ]
    for (const other of same) {
      assert.strictEqual(Task.fingerprint(other), Task.fingerprint(task))
      assert.deepStrictEqual(Task.describeChange(task, other), [])
    }
  })

  it("changes with names and criteria where the prompt shows them", () => {
    const shown = { ...task, template: "{{ text }} {{ task.criteria }}" }
    const renamed = { ...shown, labels: shown.labels.map((label) => ({ ...label, name: `${label.name}!` })) }
    assert.deepStrictEqual(Task.describeChange(shown, renamed), ["labels"])
    assert.notStrictEqual(Task.fingerprint(shown), Task.fingerprint(renamed))
  })

  it("is equal for two tasks exactly when no change can be named", () => {
    fc.assert(
      fc.property(arbitraries.task, arbitraries.task, fc.boolean(), (left, other, same) => {
        const right = same ? Either.getOrThrow(Task.decode(JSON.parse(JSON.stringify(left)), "copy")) : other
        assert.strictEqual(Task.fingerprint(left) === Task.fingerprint(right), Task.describeChange(left, right).length === 0)
        if (same) assert.deepStrictEqual(Task.describeChange(left, right), [])
      })
    )
  })
})

describe("Task.withModel", () => {
  const task = Presets.get("news-stance-ko") ?? assert.fail("no preset")

  it("changes nothing else for a model that takes sampling parameters", () => {
    assert.deepStrictEqual(Task.withModel(task, "gpt-4.1-mini"), { ...task, model: "gpt-4.1-mini" })
    assert.deepStrictEqual(Task.withModel(task, "gpt-5-chat-latest"), { ...task, model: "gpt-5-chat-latest" })
  })

  it("leaves out what a reasoning model refuses or would choke on", () => {
    for (const model of ["o4-mini", "gpt-5-nano", "gpt-6-luna"]) {
      const changed = Task.withModel({ ...task, parameters: { ...task.parameters, top_p: 1, seed: 7 } }, model)
      assert.deepStrictEqual(changed.parameters, { seed: 7 })
      assert.strictEqual(changed.model, model)
    }
  })

  it("keeps them where the task turns reasoning off", () => {
    const calm = { ...task, parameters: { ...task.parameters, reasoning_effort: "none" } }
    assert.deepStrictEqual(Task.withModel(calm, "gpt-6-luna").parameters, calm.parameters)
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as Prompt from "../src/Prompt.js"
import * as Task from "../src/Task.js"

const header = ["text", "title", "기사 제목", "a.b", "row", "task", "size", "text"]
const cells = ["본문", "", "제목!", "ab", "ROW", "TASK", "SIZE", "둘째"]

const taskOf = (change: object): Task.Task =>
  Either.getOrThrow(Task.decode({ name: "stance", labels: [0, 1, 2], template: "{{ text }}", ...change }, "test"))

const compiled = (change: object, columns: ReadonlyArray<string> = header, textColumn?: string): Prompt.Prompt =>
  Either.getOrThrow(Prompt.compile(taskOf(change), columns, textColumn))

const user = (template: string, columns?: ReadonlyArray<string>, textColumn?: string): string => {
  const request = compiled({ template }, columns, textColumn).render(cells)
  assert.isUndefined(request.failure)
  return request.user
}

const reasonOf = (change: object, columns: ReadonlyArray<string> = header) => {
  const result = Prompt.compile(taskOf(change), columns)
  return Either.isLeft(result) ? result.left.reason : undefined
}

describe("a template", () => {
  const renders: ReadonlyArray<readonly [string, string, string]> = [
    ["puts in a column", "<{{ text }}>", "<본문>"],
    ["puts in a default for an empty cell", '{{ title | default: "N/A" }} {{ text }}', "N/A 본문"],
    ["puts in a default for a column that is not there", '{{ source | default: "N/A" }} {{ text }}', "N/A 본문"],
    ["reaches a column with a blank in its name", '{{ row["기사 제목"] }}', "제목!"],
    ["reaches a column with a full stop in its name", '{{ row["a.b"] }}', "ab"],
    [
      "reaches columns that are called row, task and size",
      '{{ row.row }} {{ row["task"] }} {{ row.size }} {{ size }}',
      "ROW TASK SIZE SIZE"
    ],
    ["reads the first of two columns with one name", '{{ row["text"] }}', "본문"],
    ["may ask whether a column is there", "{% if source %}{{ source }}{% else %}?{% endif %}{{ text }}", "?본문"],
    [
      "may use filters, variables of its own and loops",
      '{% assign t = text | append: "!" %}{% for l in task.labels %}{{ l.value }}{% endfor %}{{ t }}',
      "012본문!"
    ],
    ["has the length of a text", "{{ text.size }}", "2"],
    ["keeps braces that are not its own", "{% raw %}{{ x }}{% endraw %}{ {{ text }} }", "{{ x }}{ 본문 }"],
    ["strips blanks where it says so", "a  {{- text -}}  b", "a본문b"],
    ["does not escape what a cell holds", '{{ row["a.b"] | append: "<&>" }}', "ab<&>"]
  ]
  for (const [what, template, text] of renders) {
    it(what, () => assert.strictEqual(user(template), text))
  }

  it("reads as {{ text }} the text column, whatever that is called", () => {
    assert.strictEqual(user("{{ text }}", header, "기사 제목"), "제목!")
    assert.strictEqual(user('{{ row["text"] }} {{ text }}', header, "title"), "본문 ")
    assert.strictEqual(user("{{ text }} {{ body }}", ["body"], "body"), "본문 본문")
  })

  it("has empty cells where a row is shorter than the header", () => {
    assert.strictEqual(compiled({ template: '{{ text }}|{{ size | default: "?" }}' }).render(["a"]).user, "a|?")
  })

  it("writes the labels with their criteria and their values", () => {
    const labels = [{ value: 0, name: "옹호", criteria: ["긍정", "찬성"] }, 1]
    const prompt = compiled({ labels, template: "{{ text }}\n{{ task.criteria }}\n({{ task.values }})" })
    assert.strictEqual(prompt.render(cells).user, "본문\n0: 옹호\n- 긍정\n- 찬성\n1\n(0, 1)")
  })

  it("gives a row the same text on every day and machine", () => {
    const template =
      '{{ text }} {{ "now" | date: "%Y" }} {{ "2024-01-15 14:30" | date: "%Y-%m-%d %H:%M %z" }} {{ 0 | date: "%H:%M" }} {{ "2024-01-15T10:00:00+09:00" | date: "%H:%M %z" }}'
    const zone = process.env["TZ"]
    try {
      for (const other of ["UTC", "Asia/Seoul", "America/New_York"]) {
        process.env["TZ"] = other
        assert.strictEqual(user(template), "본문 now 2024-01-15 14:30 +0000 00:00 10:00 +0900")
      }
    } finally {
      if (zone === undefined) delete process.env["TZ"]
      else process.env["TZ"] = zone
    }
  })

  it("starts from the same state in every row", () => {
    const prompt = compiled({ template: '{{ text }}{% increment n %}{% cycle "a", "b" %}' })
    assert.strictEqual(prompt.render(cells).user, "본문0a")
    assert.strictEqual(prompt.render(cells).user, "본문0a")
  })

  it("tells which columns it reads, and which it would read if they were there", () => {
    const prompt = compiled({
      template: '{{ size }}{{ source | default: "" }}{{ row["기사 제목"] }}{{ text }}{{ date | default: "" }}'
    })
    assert.deepStrictEqual(prompt.columns, ["text", "기사 제목", "size"])
    assert.deepStrictEqual(prompt.absent, ["source", "date"])
    const any = compiled({ template: '{{ row[title] | default: "x" }}' })
    assert.deepStrictEqual(any.columns, header)
  })
})

describe("a template that cannot work", () => {
  it("names the column that is not there, the nearest one, and those there are", () => {
    assert.deepInclude(reasonOf({ template: "{{ text }}\n{{ titel }}" }), {
      _tag: "VariableUnknown",
      part: "template",
      variable: "titel",
      line: 2,
      nearest: "title",
      columns: header
    })
    assert.deepInclude(reasonOf({ template: "{{ 기사 제목 }}" }), { _tag: "VariableUnknown", nearest: "기사 제목" })
    assert.deepInclude(reasonOf({ template: "{{ a.b }}" }), { _tag: "VariableUnknown", variable: "a.b", nearest: "a.b" })
    assert.deepInclude(reasonOf({ template: '{{ row["기사제목"] }}' }), { _tag: "VariableUnknown", nearest: "기사 제목" })
  })

  const unknown: ReadonlyArray<readonly [string, string]> = [
    ["as a filter's argument", "{{ text | append: nope }}"],
    ["as the default of another", "{{ title | default: nope }}"],
    ["after a branch that asked for it", "{% if nope %}{{ nope }}{% endif %}{{ text }}{{ nope }}"],
    ["inside a branch that asked for another", "{% if title %}{{ nope }}{% endif %}{{ text }}"],
    ["before it is assigned", "{{ nope }}{% assign nope = text %}"],
    ["in a loop's bounds", "{% for i in (1..nope) %}{{ text }}{% endfor %}"],
    ["in echo", "{% echo nope %}{{ text }}"],
    ["in cycle", "{% cycle nope, text %}"],
    ["in a liquid tag", "{% liquid\necho text\necho nope %}"],
    ["as an index", "{{ row[nope] }}"],
    ["with a default that is not its first filter", '{{ nope | append: "x" | default: "y" }}{{ text }}']
  ]
  for (const [where, template] of unknown) {
    it(`shows before any row is sent: an unknown variable ${where}`, () => {
      assert.deepInclude(reasonOf({ template }), { _tag: "VariableUnknown" })
      assert.include(JSON.stringify(reasonOf({ template })), "nope")
    })
  }

  it("is told from a column's own name: what is read from a text is not a column", () => {
    assert.deepInclude(reasonOf({ template: "{{ text.foo }}" }), { _tag: "VariableUnknown", variable: "text.foo" })
    assert.deepInclude(reasonOf({ template: '{{ row["text"].foo }}' }), { _tag: "VariableUnknown", variable: "row.text.foo" })
  })

  it("may not print the row or the task as a whole", () => {
    for (const template of ["{{ row }}", "{{ task }}", "{{ task.foo }}", "{% for c in row %}{{ c }}{% endfor %}"]) {
      assert.strictEqual(reasonOf({ template })?._tag, "VariableNotText", template)
    }
  })

  it("names the line and the column of a mistake", () => {
    assert.deepInclude(reasonOf({ template: "{{ text }}\n  {{ text | fooo }}" }), { _tag: "TemplateInvalid", line: 2, column: 3 })
    assert.deepInclude(reasonOf({ template: "{{ text }}\n{% if text %}" }), { _tag: "TemplateInvalid", line: 2 })
    assert.strictEqual(reasonOf({ template: "{{ text" })?._tag, "TemplateInvalid")
  })

  it("opens no file", () => {
    for (const tag of [
      '{% include "a" %}',
      '{% render "a" %}',
      '{% layout "a" %}',
      "{% block a %}{% endblock %}",
      "{% liquid\nrender 'a' %}"
    ]) {
      assert.strictEqual(reasonOf({ template: `{{ text }}${tag}` })?._tag, "TemplateInvalid", tag)
    }
  })

  it("reaches nothing behind the cells", () => {
    for (const path of ["constructor", "__proto__", "toString", "constructor.constructor"]) {
      assert.strictEqual(reasonOf({ template: `{{ ${path} }}{{ text }}` })?._tag, "VariableUnknown", path)
      assert.strictEqual(reasonOf({ template: `{{ text.${path} }}` })?._tag, "VariableUnknown", path)
    }
    const names = ["text", "constructor", "__proto__"]
    assert.strictEqual(user('{{ row["constructor"] }}{{ row["__proto__"] }}{{ text }}', names), "제목!본문")
  })

  it("does not run away", () => {
    assert.strictEqual(reasonOf({ template: "{% for i in (1..1000000000) %}{{ text }}{% endfor %}" })?._tag, "RenderFailed")
  })

  it("must depend on the row", () => {
    assert.strictEqual(reasonOf({ template: "which label?" })?._tag, "TemplateWithoutColumn")
    assert.strictEqual(reasonOf({ template: '{{ source | default: "x" }}' })?._tag, "TemplateWithoutColumn")
    assert.strictEqual(reasonOf({ template: "{{ task.criteria }}" })?._tag, "TemplateWithoutColumn")
  })

  it("is known with a header that lacks the text column", () => {
    assert.deepInclude(reasonOf({}, ["body", "title"]), { _tag: "VariableUnknown", variable: "text" })
  })
})

describe("a row that the template cannot take", () => {
  const prompt = compiled({ template: '{% assign parts = text | split: "|" %}{{ parts[1] }}' })

  it("fails alone, with the reason, and its neighbours do not", () => {
    const failed = prompt.render(["no bar"])
    assert.strictEqual(failed.failure, "undefined variable: parts.1")
    assert.strictEqual(failed.body, "")
    const fine = prompt.render(["a|b"])
    assert.isUndefined(fine.failure)
    assert.strictEqual(fine.user, "b")
  })

  it("fails alone when it would make the template run away", () => {
    const counting = compiled({ template: "{% for i in (1..text) %}x{% endfor %}" })
    assert.match(counting.render(["1000000000"]).failure ?? "", /limit exceeded/)
    assert.strictEqual(counting.render(["3"]).user, "xxx")
  })

  it("has a digest of its own, which no request has", () => {
    const digests = [prompt.render(["x"]), prompt.render(["y"]), prompt.render(["a|x"]), prompt.render(["a|"])].map(
      ({ digest }) => digest
    )
    assert.strictEqual(new Set(digests).size, digests.length)
    for (const digest of digests) assert.match(digest, /^[0-9a-f]{24}$/)
  })
})

describe("the system text", () => {
  it("may speak of the labels", () => {
    const prompt = compiled({ system: "{{ task.values }}" })
    assert.deepStrictEqual(prompt.constantText, [{ role: "system", content: "0, 1, 2" }])
  })

  it("may not speak of the row, not even with a default", () => {
    assert.deepInclude(reasonOf({ system: "a\n{{ title }}" }), { _tag: "SystemUsesColumn", variable: "title", line: 2 })
    assert.deepInclude(reasonOf({ system: '{{ title | default: "N/A" }}' }), { _tag: "SystemUsesColumn", variable: "title" })
  })
})

describe("few-shot examples", () => {
  const template = '제목: {{ title | default: "N/A" }}\n{{ text }}'

  it("are whole messages, or columns that go through the template", () => {
    const examples = [
      { input: "그대로", label: 0 },
      { input: { text: "본문", title: "제목" }, label: 2 },
      { input: { text: "본문만" }, label: 1 }
    ]
    assert.deepStrictEqual(compiled({ template, examples }).constantText, [
      { role: "user", content: "그대로" },
      { role: "assistant", content: "0" },
      { role: "user", content: "제목: 제목\n본문" },
      { role: "assistant", content: "2" },
      { role: "user", content: "제목: N/A\n본문만" },
      { role: "assistant", content: "1" }
    ])
  })

  it("answer as the task's answers are written", () => {
    const examples = [{ input: "x", label: 2 }]
    assert.deepInclude(compiled({ examples, answer: "json_schema" }).constantText, { role: "assistant", content: '{"label":2}' })
  })

  it("name the example that lacks a column", () => {
    const examples = [
      { input: { text: "a" }, label: 0 },
      { input: { titel: "b" }, label: 0 }
    ]
    assert.deepInclude(reasonOf({ template, examples }), { _tag: "VariableUnknown", part: "examples[1]", variable: "text" })
  })
})

describe("the body of a request", () => {
  const shape = {
    system: "시스템",
    examples: [{ input: "예", label: 1 }],
    parameters: {
      temperature: 0,
      max_completion_tokens: 16,
      reasoning_effort: "low",
      verbosity: "low",
      seed: 7,
      prompt_cache_key: "k"
    }
  }
  const schema = {
    type: "object",
    properties: { label: { type: "number", enum: [0, 1, 2] } },
    required: ["label"],
    additionalProperties: false
  }

  it("is that of Chat Completions", () => {
    assert.deepStrictEqual(JSON.parse(compiled(shape).render(["글"]).body), {
      model: "gpt-4o-mini",
      messages: [
        { role: "system", content: "시스템" },
        { role: "user", content: "예" },
        { role: "assistant", content: "1" },
        { role: "user", content: "글" }
      ],
      ...shape.parameters
    })
  })

  it("carries a strict schema of the labels if answers are structured", () => {
    const prompt = compiled({ ...shape, answer: "json_schema" })
    assert.deepStrictEqual(JSON.parse(prompt.render(["글"]).body).response_format, {
      type: "json_schema",
      json_schema: { name: "answer", strict: true, schema }
    })
    assert.deepStrictEqual(JSON.parse(prompt.schemaText), schema)
    assert.strictEqual(compiled(shape).schemaText, "")
  })

  it("names both types where labels are numbers and texts", () => {
    const prompt = compiled({ labels: [0, "x"], answer: "json_schema" })
    assert.deepStrictEqual(JSON.parse(prompt.schemaText).properties.label, { type: ["number", "string"], enum: [0, "x"] })
  })

  it("is that of Responses, with the parameters' names there, nothing stored and no seed", () => {
    const body = compiled({ ...shape, endpoint: "/v1/responses", answer: "json_schema" }).render(["글"]).body
    assert.deepStrictEqual(JSON.parse(body), {
      model: "gpt-4o-mini",
      instructions: "시스템",
      input: [
        { role: "user", content: "예" },
        { role: "assistant", content: '{"label":1}' },
        { role: "user", content: "글" }
      ],
      store: false,
      max_output_tokens: 16,
      prompt_cache_key: "k",
      reasoning: { effort: "low" },
      temperature: 0,
      text: { format: { type: "json_schema", name: "answer", strict: true, schema }, verbosity: "low" }
    })
  })

  it("of Responses has nothing that the task does not say", () => {
    assert.deepStrictEqual(JSON.parse(compiled({ endpoint: "/v1/responses" }).render(["글"]).body), {
      model: "gpt-4o-mini",
      input: [{ role: "user", content: "글" }],
      store: false
    })
  })

  it("of Responses keeps what the task says of reasoning beside the effort", () => {
    const parameters = { reasoning: { summary: "auto" }, reasoning_effort: "low", max_output_tokens: 20 }
    const body = JSON.parse(compiled({ endpoint: "/v1/responses", parameters }).render(["글"]).body)
    assert.deepStrictEqual(body.reasoning, { summary: "auto", effort: "low" })
    assert.strictEqual(body.max_output_tokens, 20)
  })

  it("has no system message where the task has no system text", () => {
    assert.deepStrictEqual(JSON.parse(compiled({}).render(["글"]).body).messages, [{ role: "user", content: "글" }])
  })

  it("is on one line for every reader of lines, and replaces half a surrogate pair", () => {
    const separators = "a\u2028b\u2029c\nd\re\u0085f"
    const request = compiled({ ...shape, system: separators }).render([`${separators}\ud83d`])
    assert.notMatch(request.body, /[\n\r\u2028\u2029]/)
    assert.strictEqual(request.user, `${separators}\ufffd`)
    const { messages } = JSON.parse(request.body)
    assert.strictEqual(messages[0].content, separators)
    assert.strictEqual(messages.at(-1).content, request.user)
  })

  it("keeps a backslash before ud as the text it is", () => {
    assert.strictEqual(compiled({}).render(["\\ud83d"]).user, "\\ud83d")
  })

  it("is as many bytes longer than the user's message as the prompt says", () => {
    const prompt = compiled(shape)
    const { body } = prompt.render(["글자"])
    assert.strictEqual(prompt.constantBytes, Buffer.byteLength(body) - Buffer.byteLength(JSON.stringify("글자")))
  })
})

describe("the digest of a request", () => {
  it("does not depend on the order in which a file names parameters", () => {
    const one = compiled({ parameters: { temperature: 0, seed: 1, metadata: { a: "1", b: "2" } } }).render(["x"])
    const other = compiled({ parameters: { metadata: { b: "2", a: "1" }, seed: 1, temperature: 0 } }).render(["x"])
    assert.deepStrictEqual(one, other)
  })

  it("differs between endpoints, models and parameters", () => {
    const digests = [
      {},
      { endpoint: "/v1/responses" },
      { model: "gpt-4.1" },
      { parameters: { temperature: 0 } },
      { answer: "json_schema" }
    ]
    assert.strictEqual(new Set(digests.map((change) => compiled(change).render(["x"]).digest)).size, digests.length)
  })

  it("is equal for rows that differ only in what the template does not read", () => {
    const prompt = compiled({ template: '{{ title | default: "N/A" }} {{ text }}' })
    const digest = (...row: ReadonlyArray<string>) => prompt.render(row).digest
    assert.strictEqual(digest("x", "", "a"), digest("x", "", "b"))
    assert.strictEqual(digest("x", ""), digest("x", "N/A"))
    assert.notStrictEqual(digest("x", ""), digest("x", "n/a"))
  })

  it("stays what it was: batches of older runs are matched by it", () => {
    assert.strictEqual(compiled({}).render(["정부의 새로운 정책이"]).digest, "617e8d69e90bb52a5f73f107")
  })
})

import * as Presets from "@batchlabel/core/Presets"
import * as Task from "@batchlabel/core/Task"
import * as Job from "@batchlabel/http-api/Job"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import type { SavedTask, Upload } from "../src/api/Wire.js"
import * as Drafts from "../src/job/Draft.js"
import { variableOf } from "../src/job/Template.js"

const upload: Upload = {
  id: "upl_0123456789abcdefghij",
  name: "뉴스 제목.csv",
  bytes: 10,
  rows: 2,
  badRows: 0,
  encoding: "utf-8",
  delimiter: ",",
  header: ["text", "title"],
  sample: [["가", "나"]],
  createdAt: "2026-11-25T00:00:00.000Z",
  expiresAt: "2026-11-26T00:00:00.000Z"
}

const saved = (name: string): SavedTask => {
  const task = Presets.get(name)
  if (task === undefined) throw new Error(name)
  return { name, preset: true, task, examples: Presets.examples(name) }
}

const draft = Drafts.withTask(Drafts.withUpload(Drafts.empty, upload, {}), saved("news-stance-ko"))

const decode = Schema.decodeUnknownEither(Job.JobInput, { onExcessProperty: "error" })

describe("a draft of a job", () => {
  it("is sent only once there is a file, a task and a column", () => {
    assert.isUndefined(Drafts.questionOf(Drafts.empty))
    assert.isUndefined(Drafts.questionOf({ ...draft, upload: undefined }))
    assert.isUndefined(Drafts.questionOf({ ...draft, task: undefined }))
    assert.isUndefined(Drafts.questionOf({ ...draft, textColumn: "" }))
    assert.isDefined(Drafts.questionOf(draft))
  })

  it("is not sent while the user wants to mend rows that cannot be read", () => {
    const broken = { ...draft, upload: { ...upload, badRows: 1 } }
    assert.strictEqual(Drafts.jobOf(broken)?.onBadRow, "skip")
    assert.isUndefined(Drafts.jobOf({ ...broken, skipBadRows: false }))
    assert.strictEqual(Drafts.jobOf({ ...draft, skipBadRows: false })?.onBadRow, "fail")
  })

  it("names a preset that was not edited, and sends the task that was", () => {
    const untouched = Drafts.jobOf(draft)
    assert.strictEqual(untouched?.preset, "news-stance-ko")
    assert.isUndefined(untouched?.task)
    assert.strictEqual(untouched?.model, "gpt-4o-mini")
    const { task } = draft
    if (task === undefined) return assert.fail()
    // Another model alone is no edit of the task: the server then leaves out what that model does not take.
    const other = Drafts.jobOf({ ...draft, task: { ...task, model: "gpt-5-mini" } })
    assert.strictEqual(other?.preset, "news-stance-ko")
    assert.strictEqual(other?.model, "gpt-5-mini")
    const edited = { ...draft, task: { ...task, system: "다르게" } }
    assert.isTrue(Drafts.isEdited(edited))
    assert.strictEqual(Drafts.jobOf(edited)?.task?.["system"], "다르게")
    assert.isUndefined(Drafts.jobOf(edited)?.preset)
  })

  it("is what the contract takes, whatever was entered", () => {
    const entered = FastCheck.record({
      title: FastCheck.string({ maxLength: 200 }),
      maxCost: FastCheck.constantFrom("", "1", "0.25", "x", "-1", "0"),
      attempts: FastCheck.integer({ min: 1, max: 10 }),
      useCache: FastCheck.boolean(),
      skipBadRows: FastCheck.boolean(),
      readAs: FastCheck.constantFrom({}, { encoding: "cp949" as const }, { delimiter: "\t" })
    })
    FastCheck.assert(
      FastCheck.property(entered, (fields) => {
        const job = Drafts.jobOf({ ...draft, ...fields })
        if (job === undefined) return assert.include(["x", "-1", "0"], fields.maxCost)
        assert.isTrue(Either.isRight(decode(JSON.parse(JSON.stringify(job)))), JSON.stringify(job))
      })
    )
  })

  it("estimates anew only when something that changes the cost has changed", () => {
    assert.deepStrictEqual(Drafts.estimateOf({ ...draft, title: "새 이름", maxCost: "3" }), Drafts.estimateOf(draft))
    assert.notDeepEqual(Drafts.estimateOf({ ...draft, useCache: false }), Drafts.estimateOf(draft))
  })

  it("keeps a name that was given when another file comes, and only then", () => {
    assert.strictEqual(draft.title, "뉴스 제목")
    assert.strictEqual(Drafts.withUpload(draft, { ...upload, name: "b.tsv" }, {}).title, "b")
    assert.strictEqual(Drafts.withUpload({ ...draft, title: "내 작업" }, { ...upload, name: "b.tsv" }, {}).title, "내 작업")
  })

  it("takes the column called text, else the one with the longest cells", () => {
    assert.strictEqual(Drafts.likelyTextColumn(["id", "Text "], []), "Text ")
    assert.strictEqual(Drafts.likelyTextColumn(["id", "본문", "날짜"], [["1", "긴 글입니다", "2024"]]), "본문")
    assert.strictEqual(Drafts.likelyTextColumn(["only"], []), "only")
    assert.strictEqual(Drafts.likelyTextColumn([], []), "")
  })
})

describe("editing a task", () => {
  it("reads a value that is written as a number as one, and gives a new label the next", () => {
    assert.strictEqual(Drafts.labelValueOf(" 3 "), 3)
    assert.strictEqual(Drafts.labelValueOf("-1.5"), -1.5)
    for (const text of ["", "3.", "03", "1e3", "card_arrival", "Infinity!"]) assert.strictEqual(Drafts.labelValueOf(text), text)
    assert.strictEqual(Drafts.nextLabelValue(saved("news-stance-ko").task.labels), 3)
    assert.strictEqual(Drafts.nextLabelValue(saved("sentiment").task.labels), "")
  })

  it("says what is wrong before the server has to", () => {
    const { task } = saved("news-stance-ko")
    assert.deepStrictEqual(Drafts.taskFaults(task), [])
    const [first, second] = task.labels
    if (first === undefined || second === undefined) return assert.fail()
    assert.deepStrictEqual(Drafts.taskFaults({ ...task, labels: [first] }), ["fewLabels"])
    assert.deepStrictEqual(Drafts.taskFaults({ ...task, labels: [first, { ...second, value: 0 }] }), ["doubledValue"])
    assert.deepStrictEqual(Drafts.taskFaults({ ...task, labels: [first, { ...second, value: " " }] }), ["emptyValue"])
    assert.deepStrictEqual(Drafts.taskFaults({ ...task, template: "\n", model: "" }), ["emptyTemplate", "emptyModel"])
  })

  it("lets through no preset as faulty, and nothing it lets through has too few or doubled labels for the server", () => {
    for (const name of Presets.names) {
      assert.deepStrictEqual(Drafts.taskFaults(saved(name).task), [])
      assert.isTrue(Either.isRight(Task.decode(JSON.parse(JSON.stringify(saved(name).task)), name)))
    }
  })

  it("tells equal JSON from different, whatever the order of keys", () => {
    assert.isTrue(Drafts.isSame({ a: [1, { b: null }], c: "x" }, { c: "x", a: [1, { b: null }] }))
    for (const [a, b] of [
      [{ a: 1 }, { a: 1, b: 2 }],
      [{ a: undefined }, { b: undefined }],
      [[1], { 0: 1 }],
      [null, {}],
      ["1", 1]
    ]) {
      assert.isFalse(Drafts.isSame(a, b))
      assert.isFalse(Drafts.isSame(b, a))
    }
  })

  it("names a column in a template so that it is found, whatever it is called", () => {
    assert.strictEqual(variableOf("title"), "{{ title }}")
    assert.strictEqual(variableOf("본문"), '{{ row["본문"] }}')
    assert.strictEqual(variableOf("first name"), '{{ row["first name"] }}')
  })
})

import * as Answer from "@batchlabel/core/Answer"
import * as CustomId from "@batchlabel/core/CustomId"
import * as Prompt from "@batchlabel/core/Prompt"
import * as TaskFile from "@batchlabel/core/TaskFile"
import * as Either from "effect/Either"

const file = `
name: tickets
labels:
  - { value: bug, criteria: [something does not work] }
  - { value: wish, criteria: [something is missing] }
template: |
  {{ title | default: "N/A" }}: {{ row["ticket text"] }}
  {{ task.criteria }}
  Answer with one word: {{ task.values }}.
`

const task = Either.getOrThrow(TaskFile.parse(file, "tickets.yaml"))
const prompt = Either.getOrThrow(Prompt.compile(task, ["ticket text", "title"]))
const request = prompt.render(["It crashes on start.", "Help"])

export const customId = CustomId.make(0, request.digest)
export const body: unknown = JSON.parse(request.body)
export const outcome = Answer.reader(task)({ choices: [{ finish_reason: "stop", message: { content: "Bug." } }] })
// { _tag: "Labeled", value: "bug", raw: "Bug." }

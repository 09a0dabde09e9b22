/**
 * A reply as server-sent events: what a streamed call gets instead of one JSON. Every event's text is made from the finished reply, so
 * that both say the same. Source: `openai` SDK 6.49, ChatCompletionChunk and ResponseStreamEvent.
 */
import { arrayOf, isString, type JsonObject, objectOf } from "./json.js"
import type { TokenCounter } from "./tokens.js"

const data = (event: unknown): string => `data: ${JSON.stringify(event)}\n\n`

const piecesOf = (text: unknown, tokens: TokenCounter): ReadonlyArray<string> =>
  isString(text) && text !== "" ? tokens.pieces(text) : []

export const chatEvents = (request: JsonObject, reply: JsonObject, tokens: TokenCounter): ReadonlyArray<string> => {
  const { choices, created, id, model, service_tier, system_fingerprint, usage } = reply
  const withUsage = objectOf(request["stream_options"])["include_usage"] === true
  const head = { id, object: "chat.completion.chunk", created, model, service_tier, system_fingerprint }
  const chunk = (index: unknown, delta: JsonObject, finish: unknown = null, logprobs: unknown = null): string =>
    data({
      ...head,
      choices: [{ index, delta, logprobs, finish_reason: finish }],
      ...(withUsage ? { usage: null } : {})
    })
  const ofChoice = (choice: JsonObject): ReadonlyArray<string> => {
    const { finish_reason, index, logprobs } = choice
    const { content, refusal } = objectOf(choice["message"])
    const entries = arrayOf(objectOf(logprobs)["content"])
    const said = piecesOf(content, tokens).map((text, i) =>
      chunk(index, { content: text }, null, logprobs === null ? null : { content: entries.slice(i, i + 1), refusal: null })
    )
    const declined = piecesOf(refusal, tokens).map((text) => chunk(index, { refusal: text }))
    return [
      chunk(index, { role: "assistant", content: "", refusal: null }),
      ...said,
      ...declined,
      chunk(index, {}, finish_reason)
    ]
  }
  return [
    ...arrayOf(choices).map(objectOf).flatMap(ofChoice),
    ...(withUsage ? [data({ ...head, choices: [], usage })] : []),
    "data: [DONE]\n\n"
  ]
}

export const responseEvents = (reply: JsonObject, tokens: TokenCounter): ReadonlyArray<string> => {
  let sequence = 0
  const event = (type: string, fields: JsonObject): string =>
    `event: ${type}\n${data({ type, sequence_number: sequence++, ...fields })}`
  const begun = { ...reply, status: "in_progress", completed_at: null, incomplete_details: null, output: [], usage: null }
  const item = objectOf(arrayOf(reply["output"])[0])
  const part = objectOf(arrayOf(item["content"])[0])
  const place = { item_id: item["id"], output_index: 0, content_index: 0 }
  const declined = part["type"] === "refusal"
  const [name, text] = declined ? ["refusal", part["refusal"]] : ["output_text", part["text"]]
  const empty = declined ? { ...part, refusal: "" } : { ...part, text: "", logprobs: [] }
  const entries = arrayOf(part["logprobs"])
  return [
    event("response.created", { response: begun }),
    event("response.in_progress", { response: begun }),
    event("response.output_item.added", { output_index: 0, item: { ...item, status: "in_progress", content: [] } }),
    event("response.content_part.added", { ...place, part: empty }),
    ...piecesOf(text, tokens).map((delta, i) =>
      event(`response.${name}.delta`, { ...place, delta, ...(declined ? {} : { logprobs: entries.slice(i, i + 1) }) })
    ),
    event(`response.${name}.done`, {
      ...place,
      ...(declined ? { refusal: text } : { text, logprobs: entries })
    }),
    event("response.content_part.done", { ...place, part }),
    event("response.output_item.done", { output_index: 0, item }),
    event(reply["status"] === "incomplete" ? "response.incomplete" : "response.completed", { response: reply })
  ]
}

/** Names that servers like OpenAI's give to the statuses of the specification. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ["canceled", "cancelled"],
  ["canceling", "cancelling"],
  ["created", "validating"],
  ["pending", "validating"],
  ["queued", "validating"],
  ["submitted", "validating"],
  ["inprogress", "in_progress"],
  ["processing", "in_progress"],
  ["running", "in_progress"],
  ["finalising", "finalizing"],
  ["complete", "completed"],
  ["done", "completed"],
  ["ended", "completed"],
  ["finished", "completed"],
  ["succeeded", "completed"],
  ["success", "completed"],
  ["error", "failed"],
  ["errored", "failed"],
  ["timed_out", "expired"],
  ["timeout", "expired"]
])

export const statusOf = (text: string): string => {
  const status = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_")
  return synonyms.get(status) ?? status
}

/**
 * Server-sent events, read piece by piece. `EventSource` hears only the kinds it was told of and hides statuses, so the page reads the
 * stream itself. Source: the HTML standard, section 9.2.6.
 */

export interface Message {
  readonly event: string
  readonly data: string
  readonly id: string | undefined
}

/** A reader that is given the text as it comes, cut anywhere, and gives the messages that are complete. Comments are dropped. */
export const reader = (): ((piece: string) => ReadonlyArray<Message>) => {
  let rest = ""
  let event = "message"
  let data: Array<string> = []
  let id: string | undefined
  // A carriage return at the very end may be the first half of a line break.
  const lineEnd = /\r\n|\n|\r(?!$)/g
  const take = (line: string): void => {
    const colon = line.indexOf(":")
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "")
    if (field === "data") data.push(value)
    else if (field === "event") event = value
    else if (field === "id" && !value.includes("\0")) id = value
  }
  return (piece) => {
    rest += piece
    const found: Array<Message> = []
    let start = 0
    lineEnd.lastIndex = 0
    for (let match = lineEnd.exec(rest); match !== null; match = lineEnd.exec(rest)) {
      const line = rest.slice(start, match.index)
      start = lineEnd.lastIndex
      if (line.startsWith(":")) continue
      if (line !== "") {
        take(line)
        continue
      }
      if (data.length > 0) found.push({ event, data: data.join("\n"), id })
      event = "message"
      data = []
      id = undefined
    }
    rest = rest.slice(start)
    return found
  }
}

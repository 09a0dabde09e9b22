/** How far the server's clock is ahead of this machine's, by the `Date` of its replies. */
export interface ServerClock {
  /** Takes note of a reply to a request that was sent and answered at these times of this machine (unix ms). */
  readonly observe: (headers: Headers, sentAt: number, receivedAt: number) => void
  /** In ms, negative where the server's clock is behind; 0 as long as no reply has told. */
  readonly offset: () => number
}

// `Date` is in whole seconds, and a reply takes its time.
const insignificant = 2_000

export const make = (): ServerClock => {
  let offset = 0
  return {
    observe: (headers, sentAt, receivedAt) => {
      const date = Date.parse(headers.get("date") ?? "")
      // A cache repeats the date of another day.
      if (Number.isNaN(date) || Number(headers.get("age") ?? 0) > 0) return
      const difference = date + 500 - (sentAt + receivedAt) / 2
      offset = Math.abs(difference) < insignificant + (receivedAt - sentAt) / 2 ? 0 : Math.round(difference)
    },
    offset: () => offset
  }
}

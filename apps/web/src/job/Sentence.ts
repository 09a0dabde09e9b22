import type { JobDetail } from "../api/Wire.js"
import type { Format } from "../text/Format.js"
import type { Texts } from "../text/ko.js"
import { doneOf } from "./Progress.js"

/** The state of a job as a sentence. */
export const leadOf = (job: JobDetail, t: Texts, f: Format): string => {
  const texts = t.job.lead
  if (job.status === "draft") return texts.draft
  const rows = job.rows ?? job.requests
  switch (job.state) {
    case "preparing":
    case "cancelling":
    case "cancelled":
    case "stopped":
      return texts[job.state]
    case "done": {
      const known = job.split?.known ?? 0
      const duplicates = job.split?.duplicates ?? 0
      // Without a failure every row that was asked, or repeats one that was, has its label.
      const local = (job.split?.emptyText ?? 0) + (job.split?.badRecords ?? 0) + (job.split?.tooLarge ?? 0)
      const unasked = job.split?.unsampled ?? 0
      if (job.failed === 0 && local === 0 && unasked === 0) return texts.doneAll(f.number(rows))
      if (job.failed === 0) return texts.done(f.number(job.labeled + known + duplicates), f.number(rows))
      return texts.doneSome(f.number(job.labeled), f.number(job.requests))
    }
    case "open": {
      const done = doneOf(job)
      if (done >= job.requests) return texts.collecting
      if (done === 0 && job.shards.running === 0 && job.shards.settled === 0) return texts.waiting
      return texts.underway(f.number(done), f.number(job.requests), f.percent(done, job.requests))
    }
  }
}

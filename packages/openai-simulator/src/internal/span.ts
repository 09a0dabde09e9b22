/**
 * Spans of time as people write them.
 */
import * as Schema from "effect/Schema"

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds as a number, or a text like `90s`, `24h`, `30d`. */
export const Span = Schema.Union(Schema.NonNegative, Schema.String.pipe(Schema.pattern(/^\d+(\.\d+)?(ms|s|m|h|d)$/))).annotations(
  {
    identifier: "Span"
  }
)

export const spanMs = (span: typeof Span.Type): number => {
  if (typeof span === "number") return span
  const unit = /[a-z]+$/.exec(span)?.[0] ?? "ms"
  return Number.parseFloat(span) * (units[unit] ?? 1)
}

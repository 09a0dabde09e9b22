/** Buckets that fill by time, one a key: how often something may be done for long, and how often at once. */

interface Bucket {
  left: number
  at: number
}

export interface Limiter {
  /** Takes one; 0, or the seconds to wait where the bucket is empty. */
  readonly take: (key: string, now: number) => number
}

// Keys are chosen by clients: so many are remembered, the ones seen last.
const mostKeys = 10_000

export const make = (perSecond: number, burst: number): Limiter => {
  const buckets = new Map<string, Bucket>()

  const filled = (key: string, now: number): Bucket => {
    const known = buckets.get(key)
    const bucket =
      known === undefined
        ? { left: burst, at: now }
        : { left: Math.min(burst, known.left + (Math.max(0, now - known.at) / 1000) * perSecond), at: now }
    buckets.delete(key)
    buckets.set(key, bucket)
    const oldest = buckets.keys().next().value
    if (buckets.size > mostKeys && oldest !== undefined) buckets.delete(oldest)
    return bucket
  }

  const waitOf = (bucket: Bucket): number => (bucket.left >= 1 ? 0 : Math.max(1, Math.ceil((1 - bucket.left) / perSecond)))

  return {
    take: (key, now) => {
      const bucket = filled(key, now)
      const wait = waitOf(bucket)
      if (wait === 0) bucket.left -= 1
      return wait
    }
  }
}

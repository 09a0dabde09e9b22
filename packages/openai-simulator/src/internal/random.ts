/**
 * Seeded chance. Every draw is a pure function of the seed and the names of what is drawn for, so a server that was killed and started
 * again draws the same.
 */
import { hash } from "node:crypto"

/** A number in [0, 1) that depends only on the parts. FNV-1a with a final mix, so that neighbouring ids spread. */
export const unit = (...parts: ReadonlyArray<string | number>): number => hash32(parts.join("\u0000")) / 0x1_0000_0000

export const hash32 = (text: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i)
    h = Math.imul(h, 0x01000193)
  }
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Mulberry32: a stream of numbers in [0, 1) from one 32-bit seed. */
export const stream = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** 0 … n-1 in a seeded order (Fisher–Yates). */
export const permutation = (n: number, seed: number): Uint32Array => {
  const next = stream(seed)
  const order = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    const j = Math.floor(next() * (i + 1))
    order[i] = order[j] ?? 0
    order[j] = i
  }
  return order
}

/** Hex of a sha256, cut to `length` digits: the ids of files, batches and requests. */
export const hex = (length: number, ...parts: ReadonlyArray<string | number>): string =>
  hash("sha256", parts.join("\u0000")).slice(0, length)

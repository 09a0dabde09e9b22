/** Random names and secrets, and comparing them without telling how far they agree. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto"

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

/** `length` characters of Crockford's base 32, five random bits each. */
export const randomName = (length: number): string =>
  Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % 32)).join("")

/** 256 random bits. */
export const randomSecret = (): string => randomBytes(32).toString("base64url")

/** Secrets have 256 random bits, so that one round of a fast hash leaves nothing to guess. */
export const sha256 = (value: string): string => createHash("sha256").update(value).digest("hex")

/** In a time that depends on neither text. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest())

/** What a page proves with that it can read the server's answers: bound to its session's secret. */
export const csrfTokenOf = (secret: string): string => createHmac("sha256", secret).update("csrf").digest("base64url")

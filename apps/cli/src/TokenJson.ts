/** A token as `--json` prints it: everything but its secret, which nobody has. */
import type { TokenRecord } from "@batchlabel/http/Tokens"

const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())

export type State = "valid" | "expired" | "revoked"

export const stateOf = ({ expiresAt, revokedAt }: TokenRecord, now: number): State => {
  if (revokedAt !== undefined) return "revoked"
  return expiresAt !== undefined && expiresAt <= now ? "expired" : "valid"
}

export const of = (token: TokenRecord, now: number) => ({
  id: token.id,
  name: token.name,
  owner: token.owner,
  scope: token.scope,
  state: stateOf(token, now),
  created_at: time(token.createdAt),
  expires_at: time(token.expiresAt),
  revoked_at: time(token.revokedAt),
  used_at: time(token.usedAt)
})

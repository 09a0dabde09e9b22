/**
 * What owners and tokens may spend in a calendar month (UTC). The store keeps the limits beside the attempts and looks at both in the
 * transaction that plans an attempt, so that no two jobs, whoever drives them, can pass a limit together.
 *
 * @since 0.1.0
 */

/**
 * Whom a limit binds: all owners together, each owner that has none of its own, one owner, one token.
 *
 * @since 0.1.0
 * @category models
 */
export type LimitTarget =
  | { readonly _tag: "Server" }
  | { readonly _tag: "EachOwner" }
  | { readonly _tag: "Owner"; readonly owner: string }
  | { readonly _tag: "Token"; readonly token: string }

/**
 * `amount` in pico-dollars a month; `undefined`: without a limit, because somebody has said so.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limit {
  readonly target: LimitTarget
  readonly amount: bigint | undefined
}

/**
 * A calendar month in UTC, unix milliseconds; `end` is the first moment that is not in it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Month {
  readonly start: number
  readonly end: number
}

/**
 * The month of a moment.
 *
 * @since 0.1.0
 * @category constructors
 */
export const monthOf = (at: number): Month => {
  const date = new Date(at)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  return { start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) }
}

/**
 * What was spent in a month, and what is reserved for batches that are not settled yet, in pico-dollars. A batch counts in the month in
 * which it was planned.
 *
 * @since 0.1.0
 * @category models
 */
export interface MonthSpending {
  readonly month: Month
  readonly spent: bigint
  readonly reserved: bigint
}

/**
 * Whose spending: all owners', an owner's, a token's. Jobs without an owner (those of the command line) are nobody's.
 *
 * @since 0.1.0
 * @category models
 */
export type Spender = Exclude<LimitTarget, { readonly _tag: "EachOwner" }>

/**
 * The limit that binds an owner: its own, else that of each owner; `undefined`: none.
 *
 * @since 0.1.0
 * @category getters
 */
export const limitOf = (limits: ReadonlyArray<Limit>, spender: Spender): bigint | undefined => {
  const of = (is: (target: LimitTarget) => boolean) => limits.find(({ target }) => is(target))
  switch (spender._tag) {
    case "Server":
      return of(({ _tag }) => _tag === "Server")?.amount
    case "Token":
      return of((target) => target._tag === "Token" && target.token === spender.token)?.amount
    case "Owner": {
      const own = of((target) => target._tag === "Owner" && target.owner === spender.owner)
      return (own ?? of(({ _tag }) => _tag === "EachOwner"))?.amount
    }
  }
}

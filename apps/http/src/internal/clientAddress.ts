/** Whom an address stands for: what is counted by it must not be got around by taking the next address of one's own. */
import { isIPv6 } from "node:net"

const named = new WeakMap<Request, string>()

/** Keeps the address that a server in front names: a web request has none of its own. */
export const nameAddress = (request: Request, address: string): void => void named.set(request, address)

/** The address that was named for what a request was made from. */
export const namedAddress = (source: unknown): string | undefined => (source instanceof Request ? named.get(source) : undefined)

const groupsOf = (part: string): ReadonlyArray<string> => (part === "" ? [] : part.split(":"))

/** An IPv4 address as it is; of IPv6 the first 64 bits, which one subscriber has to himself. Source: RFC 6177, RFC 4291 section 2.5. */
export const clientOf = (address: string): string => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "")
  if (!isIPv6(plain)) return plain
  const [head = "", tail] = plain.toLowerCase().split("%")[0]?.split("::") ?? []
  const before = groupsOf(head)
  const after = groupsOf(tail ?? "")
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array.from({ length: gap }, () => "0"), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`
}

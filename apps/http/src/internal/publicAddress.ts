/** Which addresses belong to the public internet. Sources: the IANA registries of special-purpose IPv4 and IPv6 addresses. */
import { BlockList, isIP, isIPv6 } from "node:net"

const special: ReadonlyArray<readonly [string, number]> = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4]
]

// Of IPv6, only 2000::/3 is global unicast; in it, what is special or carries an IPv4 address.
const special6: ReadonlyArray<readonly [string, number]> = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["2620:4f:8000::", 48],
  ["3fff::", 20]
]

const blocked = new BlockList()
for (const [network, prefix] of special) blocked.addSubnet(network, prefix, "ipv4")
const blocked6 = new BlockList()
for (const [network, prefix] of special6) blocked6.addSubnet(network, prefix, "ipv6")
const global6 = new BlockList()
global6.addSubnet("2000::", 3, "ipv6")

/** An IPv4 address in the last 32 bits: mapped, or behind a translator (NAT64). */
const embedded = (address: string): string | undefined => {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [, high, low] = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical) ?? []
  if (high === undefined || low === undefined) return undefined
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [a >> 8, a & 255, b >> 8, b & 255].join(".")
}

/** Whether anybody on the internet could be reached there; `false` for what is no IP address. */
export const isPublic = (address: string): boolean => {
  if (isIP(address) === 0 || address.includes("%")) return false
  if (!isIPv6(address)) return !blocked.check(address, "ipv4")
  const inner = embedded(address)
  if (inner !== undefined) return isPublic(inner)
  return global6.check(address, "ipv6") && !blocked6.check(address, "ipv6")
}

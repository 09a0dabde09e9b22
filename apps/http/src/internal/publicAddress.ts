/** Which addresses belong to the public internet. Source: the IANA registries of special-purpose addresses, as `ipaddr.js` keeps them. */
import { isIP } from "node:net"
import ipaddr from "ipaddr.js"

/** The only part of IPv6 that is routed. The library calls everything unicast that it does not know. */
const routed = ipaddr.IPv6.parseCIDR("2000::/3")
/** NAT64: an IPv4 address behind a translator. Its neighbour 64:ff9b:1::/48 is for private networks; the library has one name for both. */
const translated = ipaddr.IPv6.parseCIDR("64:ff9b::/96")

/** Whether anybody on the internet could be reached there; `false` for what is no IP address. */
export const isPublic = (address: string): boolean => {
  // The library reads 127.1, 0x7f.1 and 2130706433 too; an address that a name resolved to is written in full, and has no zone.
  if (isIP(address) === 0 || address.includes("%")) return false
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === "unicast"
  if (parsed.match(translated)) return isPublic(parsed.toByteArray().slice(12).join("."))
  return parsed.range() === "unicast" && parsed.match(routed)
}

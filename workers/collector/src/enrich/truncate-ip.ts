import ipaddr from 'ipaddr.js'

/** Bits that stay: a network of some 256 homes, as a site is reached by (an IPv6 home has a /48 to a /64). */
const keptBits = { ipv4: 24, ipv6: 48 } as const

/** Addresses that an isolate remembers: a visitor sends several requests, and to take one apart costs more than the rest of its reading. */
const maxKnown = 1_000
/** What is longer than an address is written names a zone as well, which may be of any length. */
const maxLength = 45
const known = new Map<string, string>()

const truncate = (ip: string): string | undefined => {
  if (!ipaddr.IPv4.isValidFourPartDecimal(ip) && !ipaddr.IPv6.isValid(ip)) return undefined
  const address = ipaddr.process(ip)
  const bytes = address.toByteArray().fill(0, keptBits[address.kind()] / 8)
  return ipaddr.fromByteArray(bytes).toString()
}

/**
 * An address without the part that tells one home from the next, zeros in its place: `203.0.113.77` → `203.0.113.0`. An IPv4 address that is
 * written as IPv6 is one.
 *
 * @returns undefined for what is no address
 */
export const truncateIp = (ip: string): string | undefined => {
  const before = known.get(ip)
  if (before !== undefined) return before
  const truncated = truncate(ip)
  if (truncated === undefined || ip.length > maxLength) return truncated
  if (known.size >= maxKnown) known.clear()
  known.set(ip, truncated)
  return truncated
}

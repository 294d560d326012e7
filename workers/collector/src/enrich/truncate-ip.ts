import ipaddr from 'ipaddr.js'

/** Bits that stay: a network of some 256 homes, as a site is reached by (an IPv6 home has a /48 to a /64). */
const keptBits = { ipv4: 24, ipv6: 48 } as const

/**
 * An address without the part that tells one home from the next, zeros in its place: `203.0.113.77` → `203.0.113.0`. An IPv4 address that is
 * written as IPv6 is one.
 *
 * @returns undefined for what is no address
 */
export const truncateIp = (ip: string): string | undefined => {
  if (!ipaddr.IPv4.isValidFourPartDecimal(ip) && !ipaddr.IPv6.isValid(ip)) return undefined
  const address = ipaddr.process(ip)
  const bytes = address.toByteArray().fill(0, keptBits[address.kind()] / 8)
  return ipaddr.fromByteArray(bytes).toString()
}

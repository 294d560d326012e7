import ipaddr from 'ipaddr.js'
import type { Address } from './host-address.ts'

/** The only part of IPv6 that is given out. */
const globalIPv6 = ipaddr.IPv6.parse('2000::')

/**
 * Why no request may go to an address; undefined for one of the public internet. All special ranges of IANA's registries
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry) as the library knows them, and of
 * IPv6 nothing outside 2000::/3: the rest holds loopback, private and what maps to IPv4.
 */
export const blockedAddress = (address: Address): string | undefined => {
  const range = address.range()
  if (range !== 'unicast') return range
  return address instanceof ipaddr.IPv6 && !address.match(globalIPv6, 3) ? 'not of the public internet' : undefined
}

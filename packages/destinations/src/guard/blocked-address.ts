import ipaddr from 'ipaddr.js'

/** What the ranges of the library are called to whoever wrote the address. */
const globalIPv6 = ipaddr.IPv6.parse('2000::')

/**
 * Why no request may go to an address; undefined for one of the public internet. All special ranges of IANA's registries
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry) as the library knows them, and of
 * IPv6 nothing outside 2000::/3, the only part that is given out: the rest holds loopback, private and what maps to IPv4.
 *
 * @param host as a URL has it: an IPv6 address in brackets, an IPv4 address as four decimal numbers
 */
export const blockedAddress = (host: string): string | undefined => {
  const text = host.startsWith('[') ? host.slice(1, -1) : host
  if (!ipaddr.isValid(text)) return undefined
  const address = ipaddr.parse(text)
  const range = address.range()
  if (range !== 'unicast') return range
  return address instanceof ipaddr.IPv6 && !address.match(globalIPv6, 3) ? 'not of the public internet' : undefined
}

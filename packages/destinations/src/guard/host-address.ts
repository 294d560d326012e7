import ipaddr from 'ipaddr.js'

export type Address = ipaddr.IPv4 | ipaddr.IPv6

/** As `new URL` writes every spelling of an IPv4 address. */
const fourNumbers = /^\d{1,3}(\.\d{1,3}){3}$/

/** The address that a host is, as a URL has it: IPv6 in brackets, IPv4 as four decimal numbers; undefined for a name. */
export const hostAddress = (host: string): Address | undefined => {
  if (host.startsWith('[')) return ipaddr.IPv6.parse(host.slice(1, -1))
  return fourNumbers.test(host) ? ipaddr.IPv4.parse(host) : undefined
}

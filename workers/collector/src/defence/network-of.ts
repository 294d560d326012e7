import { truncateIp } from '../enrich/truncate-ip.ts'

/** What stands for requests whose network nobody knows, as on one's own machine. */
const unknown = 'unknown'

/**
 * The network that a request comes from: IPv4 /24, IPv6 /48. Each connection to the edge has its address from the edge, which no client
 * can set.
 */
export const networkOf = ({ headers }: Request): string => {
  const ip = headers.get('cf-connecting-ip')
  if (!ip) return unknown
  // Nearly all of them, and this is done with each request: no parser for what a cut does.
  if (!ip.includes(':')) return ip.slice(0, ip.lastIndexOf('.'))
  return truncateIp(ip) ?? unknown
}

import { ok, type Result, refuse } from '@spartito/protocol'
import { blockedAddress } from './blocked-address.ts'
import { blockedName } from './blocked-name.ts'
import { type Address, hostAddress } from './host-address.ts'

const maxLength = 2_048

/** https by its own port, and the one that servers without the right to it use. */
const ports = ['', '8443']

/** Whether a host is this machine; of names only those that no resolver is asked for (RFC 6761). */
const isLoopback = (host: string, address: Address | undefined): boolean =>
  address ? address.range() === 'loopback' : host === 'localhost' || host.endsWith('.localhost')

/**
 * Whether a destination may send to a URL (SPEC DE5): https to the public internet, by port 443 or 8443, without a user. It looks at
 * the host as `new URL` normalizes it, which is what a request goes to: `https://0x7f.1`, `https://2130706433` and `https://①②⑦.1` are
 * all 127.0.0.1. The runtime refuses none of them (RELIABILITY M10), so this is asked when a workspace is saved and before each
 * request. What a name resolves to is not seen here.
 *
 * @param isDevelopment also allows http and https to this machine, by any port
 * @returns the URL, or why not, to be read after the setting's name
 */
export const guardUrl = (text: string, isDevelopment = false): Result<URL, string> => {
  if (text.length > maxLength) return refuse(`must have at most ${maxLength} characters`)
  // `new URL` drops tabs and line breaks, so that what is read here would not be what is sent.
  if (/[\x00-\x20\x7f\\]/.test(text)) return refuse('must hold no space, control character or backslash')
  if (!URL.canParse(text)) return refuse('must be a whole URL, such as https://hooks.example/spartito')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || /^[a-z]+:\/\/[^/?#]*@/i.test(text))
    return refuse('must not hold a user or a password: use a secret')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('must be an https URL')
  const host = url.hostname.replace(/\.+$/, '')
  const address = hostAddress(host)
  if (isLoopback(host, address)) {
    if (isDevelopment) return ok(url)
    return refuse('leads to the machine itself, which is for development alone')
  }
  if (url.protocol !== 'https:')
    return refuse('must be an https URL: plain http is for this machine alone, in development')
  const blocked = address ? blockedAddress(address) : blockedName(host)
  if (blocked) return refuse(`leads to ${host}, which is no host of the public internet (${blocked})`)
  if (!ports.includes(url.port)) return refuse('must use port 443, or 8443')
  return ok(url)
}

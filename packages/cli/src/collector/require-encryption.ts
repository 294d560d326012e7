/** A token or a secret key goes nowhere unencrypted but to this machine. */
const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))

/**
 * The address of a collector, as a command was given it.
 *
 * @throws Error when it is none, or what is secret would travel to it unencrypted
 */
export const requireEncryption = (collector: string): URL => {
  if (!URL.canParse(collector))
    throw new Error(`"${collector}" is no address: give the collector's, such as https://data.example.com`)
  const url = new URL(collector)
  if (!isSafe(url)) throw new Error(`${url.origin} would get the token unencrypted: use https`)
  return url
}

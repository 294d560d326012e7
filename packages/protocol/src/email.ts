/** What no domain holds, though a URL would take it for a port, a path, a user or an escape. */
const notInDomain = /[/?#:\\%@[\]]/

const domainName = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/
/** A URL reads `1.2.3`, and even `0x7f`, as the address of a machine. */
const address = /(?:^|\.)\d+$/

/** A domain in ASCII and lower case (UTS #46, as in the WHATWG URL standard); undefined for what is none. */
const normalizeDomain = (text: string): string | undefined => {
  if (notInDomain.test(text) || !URL.canParse(`http://${text}/`)) return undefined
  const { hostname } = new URL(`http://${text}/`)
  return domainName.test(hostname) && !address.test(hostname) ? hostname : undefined
}

/** What separates addresses or surrounds them (RFC 5322, specials), blanks, control characters; a quoted local part is not taken. */
const notInLocalPart = /[\s\x00-\x1f\x7f()<>[\]:;@\\,"]/

/**
 * The one form of an e-mail address (SPEC ID1): lower case, the domain in ASCII. Dots and `+tags` stay: what they mean is
 * each provider's own affair.
 *
 * @param text trimmed, in NFC
 * @returns undefined for what is no single bare address
 */
export const normalizeEmail = (text: string): string | undefined => {
  const at = text.lastIndexOf('@')
  if (at < 1 || notInLocalPart.test(text.slice(0, at))) return undefined
  const domain = normalizeDomain(text.slice(at + 1))
  // Lower case can leave what NFC would compose.
  return domain === undefined ? undefined : `${text.slice(0, at).toLowerCase().normalize('NFC')}@${domain}`
}

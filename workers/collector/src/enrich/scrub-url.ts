/** What stands in for what was taken out. */
export const removed = 'removed'

/** Parameters that open something, or say who somebody is. */
const secretNames =
  'token|password|passwd|pwd|secret|auth|authorization|jwt|otp|ssn|signature|sig|session_?id|sid|api_?key|access_?key|e-?mail|phone|credit_?card|iban|spartito_link'
const secretName = new RegExp(`(?:^|[_-])(?:${secretNames})$`, 'i')
const camelSecretName = /(Token|Password|Secret|Signature|SessionId|ApiKey|AccessKey|Email|Phone)$/
// Each class ends where the next begins, so that a hostile text costs no more than its length.
const address = /[^\s/?&#=:;,@]@[^\s/?&#=:;,@.]+\.[^\s/?&#=:;,@.]/
const signedToken = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/

/** Without any of this there is nothing to take out: most addresses of pages are done with this one look. */
const sign = new RegExp(`@|=eyJ|(?:code|${secretNames})=`, 'i')

const isSecret = (name: string, value: string, hasState: boolean): boolean =>
  secretName.test(name) ||
  camelSecretName.test(name) ||
  // the code of OAuth, which comes with its state; a shop's voucher does not
  (name === 'code' && hasState) ||
  address.test(value) ||
  signedToken.test(value)

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // A lone percent sign: what is there is what was meant.
    return text
  }
}

const mayHoldSecrets = (url: string): boolean => {
  if (!url.includes('%')) return sign.test(url)
  try {
    return sign.test(decodeURIComponent(url))
  } catch {
    // A lone percent sign: its parts are looked at one by one.
    return true
  }
}

const scrubQuery = (query: string): string => {
  const pairs = query.split('&').map((pair) => {
    const at = pair.indexOf('=')
    return at < 0 ? ([pair, undefined] as const) : ([pair.slice(0, at), pair.slice(at + 1)] as const)
  })
  const hasState = pairs.some(([name]) => name === 'state')
  return pairs
    .map(([name, value]) => {
      if (value === undefined) return address.test(decoded(name)) ? removed : name
      return `${name}=${isSecret(decoded(name), decoded(value), hasState) ? removed : value}`
    })
    .join('&')
}

const scrubPath = (path: string): string =>
  path
    .split('/')
    .map((part) => (address.test(decoded(part)) ? removed : part))
    .join('/')

/**
 * An address of a page without secrets and without e-mail addresses: in its user name, path, query, and a fragment that is a route or holds
 * parameters. All else stays as it is, to the letter; so does what is no URL at all. Takes whole URLs, paths and queries (`?a=b`).
 */
export const scrubUrl = (url: string): string => {
  if (!mayHoldSecrets(url)) return url
  const [, origin = '', path = '', query, fragment] =
    /^([a-z][a-z\d+.-]*:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(url)!
  const host = origin.replace(/\/\/[^@]*@/, '//')
  // Routes and the answers of OAuth's implicit grant are in fragments.
  const [route = '', ...parameters] = fragment?.split('?') ?? []
  const its = scrubQuery(scrubPath(route)) + parameters.map((its) => `?${scrubQuery(its)}`).join('')
  const rest = fragment === undefined ? '' : `#${its}`
  return `${host}${scrubPath(path)}${query === undefined ? '' : `?${scrubQuery(query)}`}${rest}`
}

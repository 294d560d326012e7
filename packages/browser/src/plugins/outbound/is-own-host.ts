/**
 * Whether a host is the site's own. Pure.
 *
 * @param own hosts that count with all their subdomains; `www.` before one says no more than the rest
 */
export const isOwnHost = (host: string, own: readonly string[]): boolean =>
  own.some((name) => `.${host}`.endsWith(`.${name.toLowerCase().replace(/^www\./, '')}`))

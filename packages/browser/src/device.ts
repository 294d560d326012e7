// biome-ignore-all lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous: a leaving page could not write
import type { Device } from '@spartito/sdk'

/**
 * The widest domain that takes a cookie, as a cookie's attribute; '' where only the host itself does. Tried with a
 * throw-away name: a cookie that is there already would make a refused domain look accepted.
 */
const findWidestDomain = (): string => {
  let domain = ''
  for (const label of location.hostname.split('.').reverse()) {
    domain = domain ? `${label}.${domain}` : label
    document.cookie = `spartito_=1;domain=${domain}`
    const isTaken = document.cookie.includes('spartito_=')
    document.cookie = `spartito_=;max-age=0;domain=${domain}`
    if (isTaken) return `;domain=${domain}`
  }
  return ''
}

/** A cookie on the widest domain, and localStorage: each heals the other, and serves where the other is refused. */
export const createDevice = (isStoring: boolean): Device => {
  let domain: string | undefined

  const read = (): string[] => {
    const copies: string[] = []
    if (isStoring)
      try {
        // the cookie first: it throws less
        copies.unshift(decodeURIComponent(document.cookie.match(/\bspartito=([^;]*)/)?.[1] ?? ''))
        copies.unshift(localStorage.spartito)
      } catch {
        // refused by the browser's settings, or not ours: what came before is what there is
      }
    return copies
  }

  const write = (shared: string, own: string): void => {
    if (isStoring)
      try {
        domain ??= findWidestDomain()
        // 400 days, the longest that browsers keep a cookie (RFC 6265bis, section 5.5)
        document.cookie = `spartito=${encodeURIComponent(shared)};path=/;max-age=34560000;samesite=lax${domain}${location.protocol === 'https:' ? ';secure' : ''}`
        localStorage.spartito = own
      } catch {
        // refused or full: the store's copy heals it
      }
  }

  return { read, write }
}

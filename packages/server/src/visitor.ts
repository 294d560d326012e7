import type { Purpose } from '@spartito/protocol'

/** What the tag has left in its cookie, on the site's own domain. It is what a browser says: good for telling visits apart, not for who somebody is. */
export interface Visitor {
  anonymousId: string
  /** by purpose, as far as the visitor has decided */
  consent: Record<Purpose, boolean>
}

/**
 * Reads the tag's cookie from a request's `cookie` header, so that what a server records of somebody who is not signed in is of the same visitor.
 *
 * @returns undefined where there is none: no consent, a first request, or a browser that refuses
 */
export const visitorOf = (cookie: string | null | undefined): Visitor | undefined => {
  try {
    const value = /(?:^|;\s*)spartito=([^;]*)/.exec(cookie ?? '')?.[1] ?? ''
    const { anonymousId, consent } = JSON.parse(decodeURIComponent(value)) as Partial<Visitor>
    return typeof anonymousId === 'string' && anonymousId !== '' ? { anonymousId, consent: { ...consent } } : undefined
  } catch {
    // none, or not the tag's
    return undefined
  }
}

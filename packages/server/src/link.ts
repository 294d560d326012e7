import type { Endpoint } from './send-batch.ts'

/** Who is carried along, and to where. */
export interface Carried {
  /** of the visitor: `visitorOf(cookie)` reads it where the tag has left it */
  anonymousId: string
  /** the id of the source whose pages the address is of */
  source: string
  /** the visitor's `User-Agent`: the link opens in that browser alone */
  userAgent: string
}

/** What carries a link; the tag's plugin `linker` takes it out of the address. */
const parameter = 'spartito_link'

/** How long a redirect waits for its link, in ms: it goes without rather than late. */
const patienceMs = 1_000

/** The address with the link at its end, as text: what writes parameters anew would break a signed address. Pure. */
export const withLink = (address: string, link: string): string => {
  const [, path, query = '', hash = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(address)!
  const others = query.split('&').filter((pair) => pair !== '' && !pair.startsWith(`${parameter}=`))
  return `${path}?${[...others, `${parameter}=${link}`].join('&')}${hash}`
}

/**
 * An address of another of the owner's sites with the visitor's anonymousId in it, sealed by the collector for two minutes (SPEC ID11).
 *
 * @param tell hears why an address goes without
 * @returns the address as it is, where there is no link for it within a second
 */
export const linkTo = async (
  { collector, key, fetch }: Endpoint,
  address: string,
  carried: Carried,
  tell: (reason: string) => void,
): Promise<string> => {
  try {
    const response = await fetch(`${collector}/v1/link`, {
      method: 'POST',
      signal: AbortSignal.timeout(patienceMs),
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
      body: JSON.stringify(carried),
    })
    const { link, message } = (await response.json()) as { link?: string; message?: string }
    if (link) return withLink(address, link)
    tell(`an address goes without its link: the collector answered ${response.status}: ${message}`)
  } catch (error) {
    tell(`an address goes without its link: the collector could not be asked: ${String(error)}`)
  }
  return address
}

import { type Event, formatEventUnit } from '@spartito/protocol'
import { seededRandom } from '../../support/seeded-random.ts'

const seed = 20_261_122
const names = ['Product Viewed', 'Product Clicked', 'Cart Viewed', 'Products Searched', 'Order Completed']
const browsers = ['Chrome', 'Safari', 'Firefox', 'Edge']
const cities = ['Roma', 'Milano', 'Torino', 'Bologna', 'Bari', 'Palermo']

/** Units as a shop's visitors make them: five events a message, and of each what the tag and the collector say of a page view. */
export const makeUnits = (
  units: number,
  eventsInUnit: number,
  receivedAt: number,
): { texts: string[]; json: string } => {
  const random = seededRandom(seed)
  const below = (n: number): number => Math.floor(random.next() * n)
  const id = (): string =>
    Array.from({ length: 4 }, () =>
      below(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('')
  const lines: string[] = []
  const texts = Array.from({ length: units }, (_, unit) => {
    const anonymousId = id()
    const [browser, city, version] = [browsers[below(4)]!, cities[below(6)]!, `${120 + below(20)}.0`]
    const sessionId = id()
    const events = Array.from({ length: eventsInUnit }, (_unused, n) => {
      const product = below(5_000)
      const at = receivedAt + unit * 17 + n
      const event: Event = {
        messageId: id(),
        type: 'track',
        event: names[below(names.length)]!,
        anonymousId,
        timestamp: at - 900,
        originalTimestamp: at - 900,
        sentAt: at - 20,
        receivedAt: at,
        source: 'web',
        properties: {
          product_id: `p-${product}`,
          price: product / 100,
          currency: 'EUR',
          category: `c-${product % 40}`,
        },
        context: {
          sessionId,
          page: {
            url: `https://shop.example/products/${product}?utm_source=newsletter&utm_campaign=autumn`,
            path: `/products/${product}`,
            title: `Product ${product}`,
            referrer: 'https://www.search.example/',
            search: '?utm_source=newsletter&utm_campaign=autumn',
          },
          campaign: { source: 'newsletter', name: 'autumn' },
          library: { name: 'spartito', version: '0.1.0' },
          browser: { name: browser, version },
          os: { name: 'Windows', version: '10' },
          device: { type: 'desktop' },
          location: { country: 'IT', region: 'RM', city },
          locale: 'it-IT',
          screen: { width: 1920, height: 1080 },
          ip: '203.0.113.0',
        },
      }
      return JSON.stringify(event)
    })
    lines.push(...events)
    return formatEventUnit({
      id: `visitor-${unit}#1.0`,
      visitor: '',
      profileId: `PROFILE${String(unit).padStart(19, '0')}`,
      commit: 1,
      part: 0,
      parts: 1,
      events,
    })
  })
  return { texts, json: lines.join('\n') }
}

/** The context that each event carries, as JSON. */
export const contextText = JSON.stringify({
  library: { name: '@spartito/browser', version: '0.1.0' },
  page: {
    url: 'https://shop.example/products/espresso-machine?utm_source=newsletter&utm_medium=email',
    path: '/products/espresso-machine',
    referrer: 'https://www.example.org/search?q=espresso',
    search: '?utm_source=newsletter&utm_medium=email',
    title: 'Espresso machine, polished steel',
  },
  campaign: { source: 'newsletter', medium: 'email', name: 'november' },
  userAgent: 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  locale: 'it-IT',
  timezone: 'Europe/Rome',
  screen: { width: 1920, height: 1080, density: 2 },
  sessionId: '1763750000000',
})
const properties = JSON.stringify({
  productId: 'sku-4711',
  name: 'Espresso machine',
  category: 'kitchen',
  brand: 'Fornello',
  price: 249.9,
  currency: 'EUR',
  quantity: 1,
})

/** One event of about 1 KB, as Segment's clients send it. */
export const eventText = (visitor: string, messageId: string, name: string, at: string): string =>
  `{"messageId":"${messageId}","type":"track","event":"${name}","anonymousId":"${visitor}","timestamp":"${at}","properties":${properties},"context":${contextText}}`

/** What a client posts to `/v1/batch`. */
export const batchText = (events: readonly string[], sentAt: string): string =>
  `{"sentAt":"${sentAt}","batch":[${events.join(',')}]}`

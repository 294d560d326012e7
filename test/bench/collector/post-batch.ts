import { basic, keys } from '../../support/keys.ts'

export interface Sent {
  messageId: string
  /** a track's name, or `identify` */
  name: string
  /** epoch ms by the client's clock */
  at: number
  anonymousId: string
  userId?: string
  sessionId?: string
}

const event = ({ messageId, name, at, sessionId, ...identifiers }: Sent): object => ({
  messageId,
  ...(name === 'identify' ? { type: 'identify', traits: { plan: 'free' } } : { type: 'track', event: name }),
  ...identifiers,
  timestamp: new Date(at).toISOString(),
  properties: { productId: 'sku-4711', price: 249.9, currency: 'EUR' },
  context: {
    page: { url: 'https://shop.example/products/espresso-machine' },
    locale: 'it-IT',
    ...(sessionId !== undefined && { sessionId }),
    padding: 'x'.repeat(600),
  },
})

/** Posts one batch and waits for its answer. @throws Error unless all of it was accepted */
export const postBatch = async (collector: string, events: readonly Sent[]): Promise<void> => {
  const response = await fetch(`${collector}/v1/batch`, {
    method: 'POST',
    headers: { authorization: basic(keys.browser), 'content-type': 'application/json' },
    body: JSON.stringify({ batch: events.map(event) }),
    signal: AbortSignal.timeout(30_000),
  })
  const answer = (await response.json()) as { accepted?: number }
  if (answer.accepted !== events.length)
    throw new Error(`a batch of ${events.length} events was answered ${response.status} ${JSON.stringify(answer)}`)
}

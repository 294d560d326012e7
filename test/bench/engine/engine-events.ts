import type { Event, JsonObject } from '@spartito/protocol'
import { contextText } from '../load/event-body.ts'

const firstAt = Date.UTC(2026, 0, 5)
/** So many that 100,000 lie within 30 days: no window of a month lets go of one. */
const everyMs = 20_000
const delayMs = 50
const context = JSON.parse(contextText) as JsonObject

/** The event at a place in a profile's life, as the edge hands it to the engine. */
export interface EngineEvent {
  json: string
  receivedAt: number
}

export type MakeEvent = (place: number) => EngineEvent

const written = (place: number, what: Partial<Event>): EngineEvent => {
  const timestamp = firstAt + place * everyMs
  const receivedAt = timestamp + delayMs
  const event: Event = {
    messageId: `message-${place}`,
    type: 'track',
    source: 'web',
    anonymousId: 'device',
    timestamp,
    receivedAt,
    ...what,
    context,
  }
  return { json: JSON.stringify(event), receivedAt }
}

const product = (place: number): JsonObject => ({
  productId: `sku-${(place * 7_919) % 997}`,
  category: `category-${place % 13}`,
  brand: 'Fornello',
  price: 10 + ((place * 37) % 990) / 10,
  currency: 'EUR',
  quantity: 1,
})

/** Each the same, but for what it is about. */
export const productViewed: MakeEvent = (place) =>
  written(place, { event: 'Product Viewed', properties: product(place) })

const shopping = [
  ...Array<string>(12).fill('Product Viewed'),
  'Products Searched',
  'Products Searched',
  'Product Clicked',
  'Product Added',
  'Cart Viewed',
]

/** What a shop's visitor does: mostly views; of twenty events two are pages and one is an order, now and then an identify. */
export const shopEvent: MakeEvent = (place) => {
  if (place % 100 === 50) return written(place, { type: 'identify', traits: { plan: 'free', visits: place } })
  const turn = place % 20
  if (turn === 19)
    return written(place, { event: 'Order Completed', properties: { ...product(place), total: 20 + (place % 200) } })
  const event = shopping[turn]
  return event === undefined
    ? written(place, { type: 'page', properties: { path: `/page/${place % 50}` } })
    : written(place, { event, properties: product(place) })
}

export const manyEvents = (make: MakeEvent, from: number, count: number): EngineEvent[] =>
  Array.from({ length: count }, (_, index) => make(from + index))

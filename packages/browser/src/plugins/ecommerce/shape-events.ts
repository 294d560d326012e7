import type { Properties } from '@spartito/sdk'
import { mapFields } from './map-fields.ts'

export interface MappedEvent {
  event: string
  properties: Properties
}

/** Fields whose common name depends on the event. */
const namesByEvent: Record<string, Properties> = {
  // Google's value is without tax and shipping, as Segment's revenue is
  'Order Completed': { value: 'revenue' },
  'Order Refunded': { value: 'total', revenue: 'total' },
}

const promotionNames: Properties = {
  id: 'promotion_id',
  promotion_name: 'name',
  creative_name: 'creative',
  creative_slot: 'position',
}

const objects = (list: unknown): Properties[] =>
  Array.isArray(list) ? list.filter((item) => Object(item) === item) : []

/** What an item of a promotion says about the promotion. */
const ofPromotion = (item: Properties): Properties =>
  Object.fromEntries(Object.entries(item).filter(([name]) => /^(promotion|creative)_/.test(name)))

/** Promotions are told by the event itself, in a list of their own, or by the products that they are for. */
const mapPromotions = (fields: object, promotions: unknown, items: unknown): Properties[] => {
  const own = mapFields(fields, promotionNames)
  const all = [...objects(promotions), ...objects(items).map(ofPromotion)].map((promotion) => ({
    ...own,
    ...mapFields(promotion, promotionNames),
  }))
  return own.promotion_id === undefined && all.length ? all : [own]
}

/**
 * An event in Segment's shape: of one product or promotion each, where it says something about one; else with its `products`. Pure.
 *
 * @param event the common name
 * @param items what Google calls the products
 */
export const shapeEvents = (event: string, fields: object, items?: unknown, promotions?: unknown): MappedEvent[] => {
  const all = (list: Properties[]): MappedEvent[] => list.map((properties) => ({ event, properties }))
  if (event.startsWith('Promotion')) return all(mapPromotions(fields, promotions, items))
  const own = mapFields(fields, namesByEvent[event])
  const products = objects(items).map((item) => mapFields(item, { id: 'product_id' }))
  if (!products.length) return all([own])
  if (!/^Product (Clicked|Viewed|Added|Removed)/.test(event)) return all([{ ...own, products }])
  // the value is that of all of them together
  if (products.length > 1) delete own.value
  return all(products.map((product) => ({ ...own, ...product })))
}

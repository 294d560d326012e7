import type { Properties } from '@spartito/sdk'
import { type MappedEvent, shapeEvents } from './shape-events.ts'

/** What was done in "enhanced e-commerce" of Universal Analytics, by the key that says it; the event's own name means nothing there. */
const actions: Record<string, string> = {
  promoView: 'Promotion Viewed',
  impressions: 'Product List Viewed',
  promoClick: 'Promotion Clicked',
  click: 'Product Clicked',
  detail: 'Product Viewed',
  add: 'Product Added',
  remove: 'Product Removed',
  checkout: 'Checkout Started',
  checkout_option: 'Checkout Step Completed',
  purchase: 'Order Completed',
  refund: 'Order Refunded',
}

interface Action {
  actionField?: Properties
  products?: unknown
  promotions?: unknown
}

/**
 * The events that an `ecommerce` object of Universal Analytics stands for, in the order of a visit; one push may hold several.
 *
 * @param rest the item's other fields
 */
export const readUniversal = (ecommerce: Properties, rest: Properties): MappedEvent[] =>
  Object.keys(actions).flatMap((key) => {
    const action = ecommerce[key]
    if (typeof action !== 'object' || !action) return []
    const isList = Array.isArray(action)
    const { actionField, products, promotions }: Action = isList ? {} : action
    const { id, ...field } = Object(actionField) as Properties
    const fields = { ...rest, currency: ecommerce.currencyCode, order_id: id, ...field }
    // later steps are not the start
    const name = key === 'checkout' && Number(field.step) > 1 ? 'Checkout Step Viewed' : actions[key]!
    return shapeEvents(name, fields, isList ? action : products, promotions)
  })

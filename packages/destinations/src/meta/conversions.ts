import { type Event, eventName, isObject, type Json, type JsonObject } from '@spartito/protocol'
import type { Delivery } from '../delivery.ts'
import { personOf } from '../identifiers/person.ts'
import { sha256 } from '../identifiers/sha256.ts'
import { hashedEmail, hashedPhone } from './hashed.ts'
import type { MetaSettings } from './settings.ts'

/** One that is older than 7 days has Meta refuse the whole request; a delivery may itself be 24 hours old. */
const maxLateMs = 6 * 86_400_000

/** Segment's names, by those of https://developers.facebook.com/docs/meta-pixel/reference, read 2026-11-22. */
const standardNames: Readonly<Record<string, string>> = {
  page: 'PageView',
  'Product Viewed': 'ViewContent',
  'Products Searched': 'Search',
  'Product Added': 'AddToCart',
  'Product Added to Wishlist': 'AddToWishlist',
  'Checkout Started': 'InitiateCheckout',
  'Payment Info Entered': 'AddPaymentInfo',
  'Order Completed': 'Purchase',
  'Signed Up': 'CompleteRegistration',
}

export type EventDelivery = Extract<Delivery, { kind: 'event' }>

const nameOf = (event: Event, { names = {} }: MetaSettings): string => {
  const own = eventName(event)
  return names[own] ?? standardNames[own] ?? own
}

const textAt = (object: unknown, name: string): string | undefined => {
  const value = isObject(object) ? object[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

const withoutMissing = (object: Record<string, Json | undefined>): JsonObject =>
  Object.fromEntries(Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined))

const some = (values: string[]): string[] | undefined => (values.length > 0 ? values : undefined)

const userDataOf = (delivery: EventDelivery): JsonObject => {
  const { emails, phones, userIds } = personOf(delivery)
  const { context } = delivery.event
  return withoutMissing({
    em: some(emails.map(hashedEmail)),
    ph: some(phones.map(hashedPhone)),
    external_id: some(userIds.map((id) => sha256(id))),
    client_user_agent: textAt(context, 'userAgent'),
    client_ip_address: textAt(context, 'ip'),
    fbp: textAt(context, 'fbp'),
    fbc: textAt(context, 'fbc'),
  })
}

const contentsOf = (properties: JsonObject): JsonObject[] => {
  const listed = Array.isArray(properties.products) ? properties.products : [properties]
  return listed.flatMap((product) => {
    const id = isObject(product) ? (product.product_id ?? product.sku) : undefined
    if (typeof id !== 'string' && typeof id !== 'number') return []
    const { quantity, price } = product as JsonObject
    return [
      withoutMissing({
        id: String(id),
        quantity: Number(quantity ?? 1) || 1,
        item_price: typeof price === 'number' ? price : undefined,
      }),
    ]
  })
}

const customDataOf = ({ properties = {} }: Event): JsonObject => {
  const { revenue, total, value, price, currency, order_id: orderId, query, name } = properties
  const amount = [value, revenue, total, price].find((one) => typeof one === 'number')
  const contents = contentsOf(properties)
  return withoutMissing({
    value: amount,
    currency: typeof currency === 'string' ? currency.toUpperCase() : undefined,
    order_id: typeof orderId === 'string' || typeof orderId === 'number' ? String(orderId) : undefined,
    search_string: typeof query === 'string' ? query : undefined,
    content_name: typeof name === 'string' ? name : undefined,
    content_type: contents.length > 0 ? 'product' : undefined,
    contents: contents.length > 0 ? contents : undefined,
  })
}

const isWebsite = ({ actionSource = 'website' }: MetaSettings): boolean => actionSource === 'website'

export const skipEvent = (delivery: EventDelivery, settings: MetaSettings): string | undefined => {
  const { event } = delivery
  if (settings.datasetId === undefined) return 'the settings name no datasetId, so that no events go to Meta'
  if (delivery.isTest && settings.testEventCode === undefined)
    return 'a test would count as an event: set testEventCode, from the page "Test events" of the dataset'
  if (['identify', 'group', 'alias'].includes(event.type)) return `Meta has no event for ${event.type}`
  if (event.receivedAt - event.timestamp > maxLateMs) return 'it is older than the 7 days that Meta takes'
  const user = userDataOf(delivery)
  if (isWebsite(settings) && user.client_user_agent === undefined)
    return 'it has no context.userAgent, which Meta needs of events of a website'
  if (isWebsite(settings) && textAt(event.context?.page, 'url') === undefined)
    return 'it has no context.page.url, which Meta needs of events of a website'
  if (Object.keys(user).length === 0) return 'it says nothing of who it was that Meta could match'
  const { value, currency } = customDataOf(event)
  if (nameOf(event, settings) === 'Purchase' && (value === undefined || currency === undefined))
    return 'it has no revenue or no currency, which Meta needs of a Purchase'
  return undefined
}

/**
 * An event of the Conversions API (https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/server-event, read
 * 2026-11-22). `event_id` is the messageId, so that Meta counts once what a pixel has sent under the same `eventID`.
 */
export const conversionOf = (delivery: EventDelivery, settings: MetaSettings): JsonObject => {
  const { event } = delivery
  const customData = customDataOf(event)
  return withoutMissing({
    event_name: nameOf(event, settings),
    event_time: Math.floor(event.timestamp / 1000),
    event_id: event.messageId,
    action_source: settings.actionSource ?? 'website',
    event_source_url: textAt(event.context?.page, 'url'),
    user_data: userDataOf(delivery),
    custom_data: Object.keys(customData).length > 0 ? customData : undefined,
  })
}

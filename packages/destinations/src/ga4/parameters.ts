import { type Event, isObject, type Json, type JsonObject } from '@spartito/protocol'
import { isParameterName, snakeCase } from './names.ts'

/** https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events#limitations, read 2026-11-22. */
const maxParameters = 25
const maxTextLength = 100
const maxItems = 200
/** Of pages GA4 takes longer texts: https://support.google.com/analytics/answer/9267744, read 2026-11-22. */
const longTexts: Readonly<Record<string, number>> = { page_location: 1_000, page_referrer: 420, page_title: 300 }

/** What GA4 calls fields of Segment's e-commerce otherwise. */
const parameterNames: Readonly<Record<string, string>> = {
  order_id: 'transaction_id',
  revenue: 'value',
  query: 'search_term',
  list_id: 'item_list_id',
}
const itemNames: Readonly<Record<string, string>> = {
  product_id: 'item_id',
  sku: 'item_id',
  name: 'item_name',
  brand: 'item_brand',
  category: 'item_category',
  variant: 'item_variant',
  position: 'index',
}

const isScalar = (value: Json): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

/** Texts are cut, as GA4 would; booleans become text, since it takes texts and numbers. */
const bounded = (name: string, value: string | number | boolean): string | number =>
  typeof value === 'number' ? value : String(value).slice(0, longTexts[name] ?? maxTextLength)

const renamed = (fields: JsonObject, names: Readonly<Record<string, string>>, max: number): JsonObject => {
  const found: JsonObject = {}
  for (const [own, value] of Object.entries(fields)) {
    if (!isScalar(value) || Object.keys(found).length >= max) continue
    const name = names[own] ?? snakeCase(own)
    if (isParameterName(name) && !Object.hasOwn(found, name)) found[name] = bounded(name, value)
  }
  return found
}

const itemsOf = ({ products }: JsonObject): JsonObject[] =>
  Array.isArray(products)
    ? products
        .filter((product) => isObject(product))
        .map((product) => renamed(product as JsonObject, itemNames, maxParameters))
        .slice(0, maxItems)
    : []

const pageOf = ({ context }: Event): JsonObject => {
  const page = context?.page
  if (!isObject(page)) return {}
  const { url, referrer, title } = page as JsonObject
  const named: [string, Json | undefined][] = [
    ['page_location', url],
    ['page_referrer', referrer],
    ['page_title', title],
  ]
  return Object.fromEntries(
    named.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''),
  )
}

/** The parameters of an event: its properties that are texts, numbers or booleans, the first 25, its page, and its products as items. */
export const parametersOf = (event: Event): JsonObject => {
  const { properties = {} } = event
  const { url: _url, referrer: _referrer, title: _title, path: _path, search: _search, ...others } = properties
  const page = renamed(pageOf(event), {}, maxParameters)
  const items = itemsOf(properties)
  return {
    ...page,
    ...renamed(event.type === 'page' ? others : properties, parameterNames, maxParameters - Object.keys(page).length),
    ...(items.length > 0 && { items }),
  }
}

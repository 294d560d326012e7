import type { Properties } from '@spartito/sdk'

/** What Google calls the fields of an event and of its items, and what they are called here; `item_` goes by itself. */
const fieldNames: Properties = {
  item_id: 'product_id',
  index: 'position',
  list: 'list_name',
  transaction_id: 'order_id',
  search_term: 'query',
  shipping_tier: 'shipping_method',
  payment_type: 'payment_method',
}

/** What is meant for Google's scripts alone. */
const isControl = (name: string): boolean => /^(gtm\.|send_to$|event_?(callback|timeout)$)/i.test(name)

const amounts = /^(price|quantity|value|revenue|total|subtotal|tax|shipping|discount|position|step)$/

/** Amounts that pages write as text become numbers: nothing can be summed otherwise. `1,299` stays text: who knows what it says. */
const readAmount = (value: unknown): unknown => {
  const amount = typeof value === 'string' && value.trim() ? Number(value) : Number.NaN
  return Number.isFinite(amount) ? amount : value
}

/**
 * The same fields by their common names. What has its common name already wins over what is renamed to it. Pure.
 *
 * @param more names that hold for these fields alone
 */
export const mapFields = (fields: object, more: Properties = {}): Properties => {
  const names = { ...fieldNames, ...more }
  const mapped: Properties = {}
  for (const [key, value] of Object.entries(fields)) {
    const name = Object.hasOwn(names, key) ? (names[key] as string) : key.replace(/^item_/, '')
    if (!isControl(key) && (name === key || !Object.hasOwn(fields, name)))
      mapped[name] = amounts.test(name) ? readAmount(value) : value
  }
  return mapped
}

import { createNames } from './ecommerce/event-names.ts'
import { readShopping } from './ecommerce/read-shopping.ts'
import type { Plugin } from './plugin.ts'

/**
 * Renames what the page pushes about shopping, Google's and others', to Segment's events and properties. The mapped event takes the place
 * of the pushed one, so nothing counts twice. Events of the calls of `track` stay as they are.
 */
const ecommerce: Plugin = (client) => {
  const nameOf = createNames()

  client.on('push', (item, state) => {
    const events = readShopping(item, state, nameOf)
    const last = events.pop()
    if (!last) return
    // an item has room for one: those of its other products and actions go before it
    for (const { event, properties } of events) client.track(event, properties)
    for (const key of Object.keys(item)) delete item[key]
    Object.assign(item, last.properties, { event: last.event })
  })
}

export default ecommerce

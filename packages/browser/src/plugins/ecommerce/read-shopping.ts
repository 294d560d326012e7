import type { Properties } from '@spartito/sdk'
import type { createNames } from './event-names.ts'
import { readUniversal } from './read-universal.ts'
import { type MappedEvent, shapeEvents } from './shape-events.ts'

const isObject = (value: unknown): value is Properties => typeof value === 'object' && !!value

/**
 * What an item of the data layer says about shopping, as events by their common names; none for all else. Pure.
 *
 * Google Analytics 4 has its fields in `ecommerce` in Google Tag Manager's items, beside the event in gtag's. An item that names the event
 * and nothing else is about the `ecommerce` of an item before it, as it is in Google Tag Manager.
 */
export const readShopping = (
  { event, ecommerce, ...rest }: Properties,
  state: Properties,
  nameOf: ReturnType<typeof createNames>,
): MappedEvent[] => {
  const universal = isObject(ecommerce) ? readUniversal(ecommerce, rest) : []
  if (universal.length) return universal
  const name = nameOf(event)
  if (!name) return []
  const isBare = ecommerce === undefined && !Object.keys(rest).some((key) => !key.startsWith('gtm.'))
  const { items, ...fields } = { ...rest, ...Object(isBare ? state.ecommerce : ecommerce) } as Properties
  return shapeEvents(name, fields, items)
}

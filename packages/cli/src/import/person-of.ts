import { isObject } from '@spartito/protocol'
import type { WireEvent } from './build-event.ts'

/** Where an event may say whose it is, strongest first, as the collector's own order has it (SPEC ID4). */
const places = [
  ['userId'],
  ['traits', 'email'],
  ['context', 'traits', 'email'],
  ['traits', 'phone'],
  ['context', 'traits', 'phone'],
  ['anonymousId'],
] as const

const valueAt = (event: WireEvent, path: readonly string[]): unknown => {
  let value: unknown = event
  for (const key of path) value = isObject(value) ? value[key] : undefined
  return value
}

/** Events of which it is not known whose they are: they share a place, and keep the order of the file. */
export const nobody = ''

/** A text that the events of one person share, so that they can be sent together and in the order of the file. */
export const personOf = (event: WireEvent): string => {
  for (const place of places) {
    const value = valueAt(event, place)
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') return `${place.at(-1)}:${value}`
  }
  return nobody
}

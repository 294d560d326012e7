import type { KeptEvent } from '@spartito/engine'
import { compareEvents, type Json } from '@spartito/protocol'
import type { VisitorStore } from './visitor-store.ts'

/** How many of the newest events a profile shows (PR2). */
const recentEvents = 50

/** A profile's newest events that are kept whole, over all of its fragments, the newest first. */
export const newestEvents = (store: VisitorStore): Json[] => {
  const events = (store.state?.fragments ?? [])
    .flatMap(({ id }) => store.newest(id, recentEvents))
    .map((json) => JSON.parse(json) as KeptEvent)
    .filter(({ slim }) => slim === undefined)
    .sort((a, b) => compareEvents(b, a))
  return events.slice(0, recentEvents) as unknown as Json[]
}

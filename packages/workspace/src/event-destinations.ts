import { compileWhere } from '@spartito/engine'
import { type Event, eventName, type Json } from '@spartito/protocol'
import type { Destination } from './destination.ts'

/** A destination that asks for events, and whether it takes one. */
export interface EventDestination {
  id: string
  takes(event: Event): boolean
}

const takesOf = (events: Exclude<Destination['events'], undefined>): EventDestination['takes'] => {
  if (events === '*') return () => true
  const filters = events.map(({ event, where }) => ({ name: event, matches: compileWhere(where) }))
  return (event) => {
    const name = eventName(event)
    return filters.some((filter) => filter.name === name && filter.matches(event as unknown as Json))
  }
}

/** The destinations that ask for events and are switched on, with the same predicates as audiences have. */
export const eventDestinationsOf = (destinations: readonly Destination[]): EventDestination[] =>
  destinations.flatMap(({ id, events, disabled }) =>
    disabled || events === undefined ? [] : [{ id, takes: takesOf(events) }],
  )

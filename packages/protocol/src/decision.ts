import type { Event } from './event.ts'

/** A decision on consent is an event as well (CO3): it has to arrive, most of all when it is a denial. */
export const decisionEvent = 'Segment Consent Preference Updated'

export const isDecision = ({ type, event }: Pick<Event, 'type' | 'event'>): boolean =>
  type === 'track' && event === decisionEvent

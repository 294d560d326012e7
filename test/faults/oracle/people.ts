import type { Identifier } from '@spartito/protocol'
import type { Journal, MadeEvent } from '../journal.ts'

/** Whom the rules make one person of: a user with all devices that signed in, or a device alone (SPEC ID, scenarios 1 and 3). */
export interface Person {
  /** the host that its events must reach */
  host: Identifier
  devices: string[]
  events: MadeEvent[]
}

/** Groups all that was made by person: what the stores have to agree with. */
export const peopleOf = ({ events }: Journal): Person[] => {
  const userOf = new Map<string, string>()
  for (const { anonymousId, userId } of events.values()) if (userId !== undefined) userOf.set(anonymousId, userId)
  const people = Map.groupBy(events.values(), ({ anonymousId }) => userOf.get(anonymousId) ?? anonymousId)
  return [...people.values()].map((its) => {
    const { anonymousId } = its[0]!
    const user = userOf.get(anonymousId)
    return {
      host: user === undefined ? { type: 'anonymous_id', value: anonymousId } : { type: 'user_id', value: user },
      devices: [...new Set(its.map((event) => event.anonymousId))],
      events: its,
    }
  })
}

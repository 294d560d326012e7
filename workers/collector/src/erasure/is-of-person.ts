import { identifiersOf, type Plan } from '@spartito/engine'
import { type Event, identifierKey } from '@spartito/protocol'

/**
 * Whether an event that no profile has is a person's: it shows one of their identifiers, and no other person. What shows somebody else as
 * well is that one's, such as a colleague's event with their address in it.
 *
 * @param keys of the person's identifiers
 * @param until what was received later is somebody new's
 */
export const isOfPerson = (event: Event, keys: ReadonlySet<string>, until: number, plan: Plan): boolean => {
  if (event.receivedAt > until) return false
  const { identifiers } = identifiersOf(event, plan.identifierTypes, plan.blocked)
  const persons = identifiers.filter(({ class: its }) => its === 'person')
  const deciding = persons.length > 0 ? persons : identifiers
  return deciding.some((identifier) => keys.has(identifierKey(identifier)))
}

import { type EpochMs, type Identifier, identifierKey } from '@spartito/protocol'

/** With whom a contact or device was shown, by the keys of the persons: when last (SPEC ID3). */
export type ShownWith = Readonly<Record<string, EpochMs>>

const windowMs = 86_400_000
/** ID3: shown with more persons than this in a day, a value is nobody's. */
export const maxPersons = 10

/**
 * Notes that a person shows a value, and forgets who did so more than a day ago. Of more than the limit one is enough to know.
 *
 * @param now epoch ms at which it was received
 */
export const showWith = (shown: ShownWith, person: Identifier, now: EpochMs): ShownWith => {
  const recent = Object.entries(shown).filter(([, at]) => at > now - windowMs)
  const others = recent.filter(([key]) => key !== identifierKey(person)).slice(-maxPersons)
  return Object.fromEntries([...others, [identifierKey(person), now]])
}

/** Whether a value is shown with too many persons to say anything of one. */
export const isTripped = (shown: ShownWith): boolean => Object.keys(shown).length > maxPersons

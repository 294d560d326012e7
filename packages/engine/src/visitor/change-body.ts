import {
  type AudienceChange,
  type ConsentState,
  exceedsBytes,
  type Identifier,
  identifierClasses,
  identifierKey,
  type Json,
  utf8Bytes,
} from '@spartito/protocol'
import { consentDecisions } from '../profile/decided-consent.ts'
import type { FragmentConsent } from '../profile/fragment.ts'
import { isNewer } from '../profile/provenance.ts'
import { shownTraits } from '../profile/shown-traits.ts'
import type { KnownIdentifier, VisitorState } from './state.ts'

/**
 * What a change says of the profile has to fit a message of a queue (PR2): with traits of at most 32 KB, and what else is in a
 * change, less than 100 KB.
 */
export const maxIdentifierBytes = 48 * 1024
export const maxConsentBytes = 8 * 1024

/** The first that fit, by what each takes as JSON and a comma; all of them are looked at, so that a large one costs no small one. */
const fitting = <T>(items: readonly T[], maxBytes: number, jsonOf: (item: T) => string): Set<T> => {
  let room = maxBytes
  const kept = new Set<T>()
  for (const item of items) {
    const bytes = utf8Bytes(jsonOf(item)) + 1
    if (bytes > room) continue
    room -= bytes
    kept.add(item)
  }
  return kept
}

const rankOf = ({ class: itsClass }: KnownIdentifier): number => identifierClasses.indexOf(itsClass)

/** What the owner vouches for goes first, since anybody may claim the rest; then the stronger, then the newest. */
const byWorth = (a: KnownIdentifier, b: KnownIdentifier): number =>
  Number(b.verified) - Number(a.verified) ||
  rankOf(a) - rankOf(b) ||
  b.lastSeen - a.lastSeen ||
  (identifierKey(a) < identifierKey(b) ? -1 : 1)

interface Part<T> {
  value: T
  isCut: boolean
}

/** The identifiers of a profile, its host's first, in the order in which they came. */
const identifiersOf = ({ self, identifiers }: VisitorState): Part<Identifier[]> => {
  const host = { type: self.type, value: self.value }
  const others = identifiers.filter(
    ({ type, value, isRefused }) => !isRefused && (type !== self.type || value !== self.value),
  )
  const shown = ({ type, value }: Identifier): Identifier => ({ type, value })
  const all = [host, ...others.map(shown)]
  if (!exceedsBytes(JSON.stringify(all), maxIdentifierBytes)) return { value: all, isCut: false }
  const taken = utf8Bytes(JSON.stringify([host])) + 1
  const kept = fitting(others.toSorted(byWorth), maxIdentifierBytes - taken, (other) => JSON.stringify(shown(other)))
  return { value: [host, ...others.filter((other) => kept.has(other)).map(shown)], isCut: true }
}

/** Denials go first: who delivers reads them, and a decision that is left out counts as none. Then the newest. */
const byWeight = ([a, one]: [string, FragmentConsent], [b, other]: [string, FragmentConsent]): number => {
  const denials = Number(other.state === 'denied') - Number(one.state === 'denied')
  return denials || (isNewer(one, other) ? -1 : isNewer(other, one) ? 1 : a < b ? -1 : 1)
}

const consentOf = ({ fragments }: VisitorState): Part<Record<string, ConsentState>> => {
  const decisions = Object.entries(consentDecisions(fragments))
  const recordOf = (entries: typeof decisions): Record<string, ConsentState> =>
    Object.fromEntries(entries.map(([purpose, { state }]) => [purpose, state]))
  const all = recordOf(decisions)
  if (!exceedsBytes(JSON.stringify(all), maxConsentBytes)) return { value: all, isCut: false }
  const kept = fitting(decisions.toSorted(byWeight), maxConsentBytes - 2, ([purpose, { state }]) =>
    JSON.stringify({ [purpose]: state }),
  )
  return { value: recordOf(decisions.filter((entry) => kept.has(entry))), isCut: true }
}

/** What a change says of the profile (AU6), within its bounds (PR2): the same for the same state. */
export const changeBody = (
  state: VisitorState,
): Pick<AudienceChange, 'identifiers' | 'traits' | 'consent' | 'truncated'> => {
  const identifiers = identifiersOf(state)
  const consent = consentOf(state)
  const { traits, leftOut } = shownTraits(state.fragments)
  const values: [string, Json][] = Object.entries(traits).map(([name, { value }]) => [name, value])
  return {
    identifiers: identifiers.value,
    traits: Object.fromEntries(values),
    consent: consent.value,
    ...((identifiers.isCut || consent.isCut || leftOut > 0) && { truncated: true as const }),
  }
}

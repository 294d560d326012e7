import { type EpochMs, type IdentifierClass, identifierKey } from '@spartito/protocol'
import type { KnownIdentifier } from '../visitor/state.ts'

const dayMs = 86_400_000
/** ID10: identifiers of a class that a profile may have. Of devices those count that were seen in the last 90 days. */
export const maxContacts = 5
export const maxDevices = 20
const deviceSeenMs = 90 * dayMs
/** ID10: all identifiers of a profile, and the merges that nobody asked for. */
export const maxIdentifiers = 1_000
export const maxMerges = 100

export type LimitCode = 'too_many_identifiers' | 'too_many_merges'

/** What one more identifier does to a profile. */
export type Room =
  /** it joins, and the oldest idle device is unlinked where one has to go */
  { kind: 'room'; unlinked?: KnownIdentifier } | { kind: 'full'; code: LimitCode }

const heldOf = (known: readonly KnownIdentifier[], itsClass: IdentifierClass): KnownIdentifier[] =>
  known.filter(({ class: of, isRefused }) => of === itsClass && !isRefused)

const roomForDevice = (known: readonly KnownIdentifier[], now: EpochMs): Room => {
  const devices = heldOf(known, 'device')
  if (devices.length < maxDevices) return { kind: 'room' }
  const idle = devices.filter(({ lastSeen }) => lastSeen <= now - deviceSeenMs)
  if (idle.length === 0) return { kind: 'full', code: 'too_many_identifiers' }
  const isOlder = (a: KnownIdentifier, b: KnownIdentifier): boolean =>
    a.lastSeen < b.lastSeen || (a.lastSeen === b.lastSeen && identifierKey(a) < identifierKey(b))
  return { kind: 'room', unlinked: idle.reduce((oldest, device) => (isOlder(device, oldest) ? device : oldest)) }
}

/**
 * Whether a profile takes one more identifier (SPEC ID10).
 *
 * @param merges that brought something to the profile
 * @param now epoch ms at which the event was received
 */
export const roomFor = (
  known: readonly KnownIdentifier[],
  itsClass: IdentifierClass,
  merges: number,
  now: EpochMs,
): Room => {
  if (known.length >= maxIdentifiers) return { kind: 'full', code: 'too_many_identifiers' }
  if (itsClass === 'group') return { kind: 'room' }
  if (merges >= maxMerges) return { kind: 'full', code: 'too_many_merges' }
  if (itsClass === 'contact' && heldOf(known, 'contact').length >= maxContacts)
    return { kind: 'full', code: 'too_many_identifiers' }
  return itsClass === 'device' ? roomForDevice(known, now) : { kind: 'room' }
}

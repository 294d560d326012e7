import { type EpochMs, type Event, type Identifier, identifierKey, normalizeIdentifier } from '@spartito/protocol'
import { collectedAt } from './tombstone.ts'

/** How long what was sent to a queue may still come: it holds messages for 14 days, and a day is added. */
export const inFlightMs = 15 * 86_400_000

/** What consumers of queues know of the newest suppressions, as it is published: nothing in it names anybody. */
export interface PublishedSuppressions {
  /** keys the hashes, and nothing else */
  key: string
  /** by hash: what was collected up to then is refused, or, without an instant, all */
  until: Record<string, EpochMs | null>
}

/** What hashes a text under a key, as base64url. */
export type KeyedHash = (key: string, text: string) => string

export const identifierSubject = (identifier: Identifier): string => `identifier ${identifierKey(identifier)}`
export const profileSubject = (profileId: string): string => `profile ${profileId}`

/** Says of what is in flight whether it may still arrive (SPEC CO7). */
export interface Suppressions {
  /** whether there are any: nothing is hashed while there are none */
  isEmpty: boolean
  /** @param at when it was received, or sent first */
  hasProfile(profileId: string, at: EpochMs): boolean
  hasIdentifier(identifier: Identifier, at: EpochMs): boolean
}

export const noSuppressions: Suppressions = { isEmpty: true, hasProfile: () => false, hasIdentifier: () => false }

export const suppressionsOf = (published: PublishedSuppressions | null, hash: KeyedHash): Suppressions => {
  if (published === null || Object.keys(published.until).length === 0) return noSuppressions
  const { key, until } = published
  const has = (subject: string, at: EpochMs): boolean => {
    const limit = until[hash(key, subject)]
    return limit !== undefined && (limit === null || at <= limit)
  }
  return {
    isEmpty: false,
    hasProfile: (profileId, at) => has(profileSubject(profileId), at),
    hasIdentifier: (identifier, at) => has(identifierSubject(identifier), at),
  }
}

/** Whether an event that no profile has (a bot's, a refused or a quarantined one) shows the id of somebody who was erased. */
export const isOfSuppressed = (event: Event, suppressed: Suppressions): boolean =>
  [
    { type: 'user_id', value: normalizeIdentifier('user_id', event.userId) },
    { type: 'anonymous_id', value: normalizeIdentifier('anonymous_id', event.anonymousId) },
  ].some(({ type, value }) => value !== undefined && suppressed.hasIdentifier({ type, value }, collectedAt(event)))

/** The key in KV under which they are published. */
export const suppressedKey = 'suppressed'

/**
 * Reads them for one isolate, as often as the workspace: an erasure waits so long before it takes what lies further on in turn.
 *
 * @returns a function of what reads them, how long they are used, in ms, and the clock
 * @throws what reading throws: what is not known to be allowed waits, and comes again
 */
export const createSuppressionReader = (hash: KeyedHash) => {
  let known = noSuppressions
  let readAt = Number.NEGATIVE_INFINITY
  return async (
    read: () => Promise<PublishedSuppressions | null>,
    maxAgeMs: number,
    now: EpochMs,
  ): Promise<Suppressions> => {
    if (now - readAt < maxAgeMs) return known
    known = suppressionsOf(await read(), hash)
    readAt = Math.max(readAt, now)
    return known
  }
}

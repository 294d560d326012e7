import { type Claimant, schemaVersion, type VisitorState } from '@spartito/engine'

/**
 * Forms that can be read (SPEC PR3). In 1 the newest block was a row of the ledger; in 2 a device only linked to its owner. Code
 * that knows only those must not touch an object of a later one.
 */
const readable: readonly number[] = [1, 2, schemaVersion]

/** A device of before ownerships links to its only owner, or is moving there with all that it has. */
const withOwner = (stored: VisitorState): VisitorState => {
  const { self, role, fragments } = stored
  if (self.class !== 'device' || role.kind === 'host' || stored.owners) return stored
  const { to, since } = role
  const owner: Claimant = { type: to.type, value: to.value, class: to.class }
  const session = { id: null, at: since }
  const owned = { ...stored, owners: [{ owner, since, until: null, seenAt: since, session, claimSeq: 1 }] }
  const ids = fragments.map(({ id }) => id)
  if (role.kind === 'moving') return { ...owned, role: { ...role, fragments: ids } }
  return { ...owned, role: { kind: 'host' }, fragments: [], leaving: ids }
}

/** A stored state in the form of today. Throws when newer code has stored it. */
export const migrateState = (stored: VisitorState): VisitorState => {
  if (!readable.includes(stored.schemaVersion))
    throw new Error(
      `this Visitor object was stored with schemaVersion ${stored.schemaVersion}, and this code reads ${schemaVersion}: deploy the newer code again`,
    )
  // States of before the roster count as not listed: their next commit lists them. What is older than expiry knows an instant that
  // is not earlier than its newest event.
  const { listings = 0, lastReceivedAt = stored.now } = stored
  return { ...withOwner(stored), schemaVersion, listings, lastReceivedAt }
}

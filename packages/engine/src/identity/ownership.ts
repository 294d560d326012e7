import { type EpochMs, type Event, type Identifier, identifierKey } from '@spartito/protocol'
import type { Claimant } from '../visitor/state.ts'

/** Whom a device-only event of a contested device belongs to: nobody but the device itself, or the last owner (SPEC ID9). */
export type ContestedRule = 'neither' | 'last'

/** An interval in which a device belonged to somebody (SPEC ID7). */
export interface Ownership {
  owner: Claimant
  /** epoch ms at which a claim opened it */
  since: EpochMs
  /** when another's claim or a logout closed it; null while it is open */
  until: EpochMs | null
  /** when the owner was last seen on the device, by a claim or by an event that was passed on; to the hour */
  seenAt: EpochMs
  /** the session in which the owner was last proved: its id where events name one, and its newest event */
  session: SessionMark
  /** where the owner has moved to, as the newest answer said: the path is one hop (ID4) */
  host?: Claimant
  /** claims about an identifier are numbered by its object (ID6) */
  claimSeq: number
  /** when the event of the owner's newest claim was received; absent in what was stored before it was kept */
  claimedAt?: EpochMs
  /** the newest time of an event that the owner has adopted, where that is after `seenAt`: the claim was long on its way */
  adoptedTo?: EpochMs
}

export interface SessionMark {
  id: string | null
  at: EpochMs
}

const dayMs = 86_400_000
/** ID7: a device that had two owners in this time is contested. */
const contestedMs = 90 * dayMs
/** ID9: an owner who was not seen for this long owns no more what the device does. */
const ownerSeenMs = 30 * dayMs
/** ID9: without an id, events that are less than this apart are one session. */
export const sessionGapMs = 30 * 60_000
/** Closed intervals that are still shown. */
const maxOwnerships = 20
/** `seenAt` is written when it would be late by more than this, so that a device that is passed on seldom writes. */
const seenSlackMs = 3_600_000

/** By so much the time of a copy may differ from that of the first, since each attempt corrects the client's clock (WI8). */
const clockSlackMs = 3_600_000

/** An owner who has not seen the device for so long may own it no more, and asks (ID9). */
export const askAgainMs = ownerSeenMs - seenSlackMs

const sameIdentifier = (a: Identifier, b: Identifier): boolean => a.type === b.type && a.value === b.value

export const sessionOf = ({ context, timestamp }: Pick<Event, 'context' | 'timestamp'>): SessionMark => {
  const id = context?.sessionId
  return {
    id: (typeof id === 'string' && id !== '') || typeof id === 'number' ? String(id).slice(0, 255) : null,
    at: timestamp,
  }
}

/** Whether two marks are of one session: by their ids where both have one, else by the time between. */
export const isSameSession = (a: SessionMark, b: SessionMark): boolean =>
  a.id !== null && b.id !== null ? a.id === b.id : Math.abs(a.at - b.at) < sessionGapMs

/** The owner of whom nobody has said that it is over. */
export const currentOwner = (ownerships: readonly Ownership[]): Ownership | undefined => {
  const last = ownerships.at(-1)
  return last?.until === null ? last : undefined
}

export const isContested = (ownerships: readonly Ownership[], now: EpochMs): boolean => {
  const recent = ownerships.filter(({ until }) => (until ?? now) > now - contestedMs)
  return recent.some(({ owner }) => !sameIdentifier(owner, recent[0]!.owner))
}

/**
 * The ownership that a device-only event falls under (SPEC ID9); undefined when it is the device's own.
 *
 * @param now epoch ms at which it was received
 */
export const ownershipOf = (
  ownerships: readonly Ownership[],
  session: SessionMark,
  rule: ContestedRule,
  now: EpochMs,
): Ownership | undefined => {
  const current = currentOwner(ownerships)
  if (!current || now - current.seenAt > ownerSeenMs) return undefined
  if (rule === 'last' || !isContested(ownerships, now)) return current
  return isSameSession(current.session, session) ? current : undefined
}

/** The ownerships after an event was passed on to the owner; the same when there is nothing to be written. */
export const seeOwner = (
  ownerships: readonly Ownership[],
  session: SessionMark,
  now: EpochMs,
): readonly Ownership[] => {
  const current = currentOwner(ownerships)!
  // By ids alone a session needs no newest event.
  const mayEnd = isContested(ownerships, now) && (current.session.id === null || session.id === null)
  const isNews = now - current.seenAt > seenSlackMs || (mayEnd && session.at > current.session.at)
  if (!isNews) return ownerships
  const at = Math.max(current.session.at, session.at)
  return ownerships.with(-1, { ...current, seenAt: Math.max(now, current.seenAt), session: { ...current.session, at } })
}

/** Notes that the newest owner has adopted events up to a time, by which copies of them are found. */
export const noteAdopted = (ownerships: readonly Ownership[], newest: EpochMs): readonly Ownership[] => {
  const last = ownerships.at(-1)!
  return newest <= Math.max(last.seenAt, last.adoptedTo ?? 0)
    ? ownerships
    : ownerships.with(-1, { ...last, adoptedTo: newest })
}

/**
 * Who may have taken from the device an event of this time, which has been passed on to them or adopted by them, each once. Of what
 * happens now that is nobody but whoever was seen here within two hours.
 */
export const mayHaveTaken = (ownerships: readonly Ownership[], timestamp: EpochMs): Claimant[] => {
  const takers = new Map<string, Claimant>()
  for (const { owner, seenAt, adoptedTo = seenAt } of ownerships)
    if (timestamp <= Math.max(seenAt, adoptedTo) + seenSlackMs + clockSlackMs) takers.set(identifierKey(owner), owner)
  return [...takers.values()]
}

/** What a claim on a device says. */
export interface DeviceClaim {
  claimant: Claimant
  session: SessionMark
  /** epoch ms at which the event that claims was received */
  at: EpochMs
  /** contacts that are the claimant's: what was theirs is no other's (ID7) */
  also?: readonly Identifier[]
}

/** Claims count in the order in which they come: one that was long on its way begins where the last one left off. */
const notBefore = (last: Ownership | undefined, at: EpochMs): EpochMs =>
  last ? Math.max(at, last.until ?? last.claimedAt ?? last.since) : at

/** The intervals with those under the claimant's name that a contact of theirs had before it joined them. */
const underName = (ownerships: readonly Ownership[], { claimant, also = [] }: DeviceClaim): readonly Ownership[] =>
  ownerships.map((its) => {
    if (!also.some((contact) => sameIdentifier(contact, its.owner))) return its
    const { host: _host, ...kept } = its
    return { ...kept, owner: { type: claimant.type, value: claimant.value, class: claimant.class } }
  })

/** Opens the interval of a claimant and closes that of another (ID7); of the same owner it is a proof. */
export const takeOwnership = (
  before: readonly Ownership[],
  claim: DeviceClaim,
): { ownerships: Ownership[]; lost: Claimant | undefined } => {
  const { claimant, session, at: shownAt } = claim
  const ownerships = underName(before, claim)
  const current = currentOwner(ownerships)
  const at = notBefore(ownerships.at(-1), shownAt)
  const claimSeq = (ownerships.at(-1)?.claimSeq ?? 0) + 1
  if (current && sameIdentifier(current.owner, claimant))
    return {
      ownerships: ownerships.with(-1, {
        ...current,
        seenAt: Math.max(at, current.seenAt),
        session,
        claimSeq,
        claimedAt: at,
      }),
      lost: undefined,
    }
  const owner: Claimant = { type: claimant.type, value: claimant.value, class: claimant.class }
  const closed = current ? ownerships.with(-1, { ...current, until: at }) : ownerships
  const opened: Ownership = { owner, since: at, until: null, seenAt: at, session, claimSeq, claimedAt: at }
  return { ownerships: [...closed, opened].slice(-maxOwnerships), lost: current?.owner }
}

/** Closes the open interval of a device that stitches nothing any more (ID3); that is numbered like a claim, since owners compare. */
export const endOwnership = (ownerships: readonly Ownership[], at: EpochMs): readonly Ownership[] => {
  const current = currentOwner(ownerships)
  if (!current) return ownerships
  return ownerships.with(-1, { ...current, until: notBefore(current, at), claimSeq: current.claimSeq + 1 })
}

/**
 * Closes the interval of an owner who has signed out; of anybody else it changes nothing, nor where the owner has signed in
 * again before the logout was told of.
 */
export const releaseOwnership = (
  ownerships: readonly Ownership[],
  owner: Identifier,
  at: EpochMs,
): readonly Ownership[] => {
  const current = currentOwner(ownerships)
  if (!current || !sameIdentifier(current.owner, owner) || at < (current.claimedAt ?? current.since)) return ownerships
  return ownerships.with(-1, { ...current, until: at })
}

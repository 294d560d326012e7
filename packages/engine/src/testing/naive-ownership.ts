import { type EpochMs, type Identifier, identifierKey } from '@spartito/protocol'
import { day, minute } from './events.ts'
import type { Attempt, DeviceAct } from './simulated-visitor.ts'

interface Mark {
  id: string | null
  at: EpochMs
}

/** An interval in which a device was somebody's. */
export interface NaiveOwnership {
  owner: string
  since: EpochMs
  until: EpochMs | null
}

interface Own {
  messageId: string
  home: string
  isOpen: boolean
  session: Mark
}

/**
 * Whose a device was and whose its events are, read from SPEC ID7–ID9 as plainly as it can be: all that its object took, in its
 * order. It shares no code with the engine.
 *
 * @returns the owners; by messageId the identifiers that may have the event, several where an attempt to pass it on failed; the
 * events that may be elsewhere (`astray`), and of those the ones that may count twice, since a copy came while the first was, for all
 * that is known, still on its way to somebody else (`unsure`)
 */
export const naiveOwnership = (device: Identifier, acts: readonly DeviceAct[]) => {
  const self = identifierKey(device)
  const owners: (NaiveOwnership & { seenAt: EpochMs; claimedAt: EpochMs; session: Mark })[] = []
  const claims = new Set<string>()
  const own = new Map<string, Own>()
  const passed = new Map<string, { homes: Set<string>; attempt: Attempt }>()
  const astray = new Set<string>()
  const unsure = new Set<string>()

  const current = () => (owners.at(-1)?.until === null ? owners.at(-1) : undefined)
  const isContested = (at: EpochMs): boolean =>
    new Set(owners.filter(({ until }) => until === null || until > at - 90 * day).map(({ owner }) => owner)).size > 1
  const isSame = (a: Mark, b: Mark): boolean =>
    a.id !== null && b.id !== null ? a.id === b.id : Math.abs(a.at - b.at) < 30 * minute
  const ends = (): EpochMs => {
    const last = owners.at(-1)
    return last ? (last.until ?? last.claimedAt) : 0
  }

  const see = (owner: { seenAt: EpochMs; session: Mark }, at: EpochMs, timestamp: EpochMs): void => {
    owner.seenAt = Math.max(owner.seenAt, at)
    owner.session = { ...owner.session, at: Math.max(owner.session.at, timestamp) }
  }
  /** The open events of a session: without ids each is less than 30 minutes from another. */
  const sameAs = (session: Mark): Set<Own> => {
    const same = new Set<Own>()
    const marks = [session]
    for (const mark of marks)
      for (const event of own.values())
        if (event.isOpen && !same.has(event) && isSame(event.session, mark)) {
          same.add(event)
          marks.push(event.session)
        }
    return same
  }
  const endOthers = (session: Mark): void => {
    const same = sameAs(session)
    for (const event of own.values()) if (!same.has(event)) event.isOpen = false
  }

  const claim = ({ message }: Extract<DeviceAct, { kind: 'claim' }>): void => {
    // Asked again, it gives the same answer.
    if (claims.has(message.mergeId)) return
    claims.add(message.mergeId)
    const owner = identifierKey(message.claimant)
    const at = Math.max(message.at, ends())
    // What was a contact's, who is theirs now, is no other's.
    for (const interval of owners)
      if (message.also?.some((contact) => identifierKey(contact) === interval.owner)) interval.owner = owner
    const had = current()
    if (had?.owner === owner) {
      had.seenAt = Math.max(had.seenAt, at)
      had.claimedAt = at
      had.session = message.session
    } else {
      if (had) had.until = at
      owners.push({ owner, since: at, until: null, seenAt: at, claimedAt: at, session: message.session })
    }
    const same = sameAs(message.session)
    for (const event of own.values()) {
      if (!event.isOpen) continue
      event.isOpen = false
      if (!isContested(at) || same.has(event)) event.home = owner
    }
  }

  const take = ({ events, at, attempt, stillHere }: Extract<DeviceAct, { kind: 'events' }>, place: number): void => {
    for (const { messageId, context, timestamp } of events) {
      const before = passed.get(messageId)
      const kept = own.get(messageId)
      const id = context?.sessionId
      const session = { id: typeof id === 'string' ? id : null, at: timestamp }
      const owner = current()
      const isTheirs = owner && at - owner.seenAt <= 30 * day && (!isContested(at) || isSame(owner.session, session))
      // A copy of what is here says nothing. What has been adopted is here until the lake has it, then it is passed on to who has it.
      if (kept) {
        if (isTheirs && kept.home === owner.owner && !stillHere.has(messageId)) see(owner, at, timestamp)
        continue
      }
      // What came too late to be of a session (AU4), nobody adopts for its session.
      if (at - timestamp > 30 * day) astray.add(messageId)
      const isAgainTheirs = isTheirs && before?.homes.has(owner.owner)
      if (before && (before.attempt.doneAfter ?? Number.POSITIVE_INFINITY) <= place) {
        // Nor does one of what has arrived at somebody else; to who has it, it is passed on.
        if (isAgainTheirs) see(owner, at, timestamp)
        continue
      }
      if (before && !isAgainTheirs) {
        // Whether the first has arrived, nobody knows: it may be on its way still, and count again.
        unsure.add(messageId)
        astray.add(messageId)
        for (const event of own.values()) if (event.isOpen) astray.add(event.messageId)
      }
      if (isTheirs) {
        see(owner, at, timestamp)
        const homes = before?.homes ?? new Set()
        passed.set(messageId, { homes: homes.add(owner.owner), attempt })
        continue
      }
      // On a contested device a session that is over is adopted by nobody.
      if (isContested(at)) endOthers(session)
      own.set(messageId, { messageId, home: self, isOpen: true, session })
    }
  }

  for (const [place, act] of acts.entries()) {
    if (act.kind === 'claim') claim(act)
    else if (act.kind === 'events') take(act, place)
    else {
      const owner = current()
      // A logout that is told of after the next sign-in ends nothing.
      if (owner?.owner === identifierKey(act.owner) && act.at >= owner.claimedAt) owner.until = act.at
    }
  }
  const homes = new Map<string, ReadonlySet<string>>()
  for (const [messageId, its] of passed) homes.set(messageId, its.homes)
  for (const { messageId, home } of own.values()) homes.set(messageId, new Set([home, ...(homes.get(messageId) ?? [])]))
  return {
    owners: owners.map(({ owner, since, until }): NaiveOwnership => ({ owner, since, until })),
    homes,
    astray,
    unsure,
  }
}

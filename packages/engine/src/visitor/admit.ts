import { type EpochMs, type Event, type Identifier, identifierKey } from '@spartito/protocol'
import type { Input } from '../audience/leaf.ts'
import type { EventIdentifier } from '../identity/identifiers-of.ts'
import { roomFor } from '../identity/limits.ts'
import { askAgainMs, isSameSession, type SessionMark, sessionOf } from '../identity/ownership.ts'
import { type Vouched, vouchesFor } from '../identity/vouched.ts'
import { own } from '../own.ts'
import { aliasOf } from './alias.ts'
import { claimKeyOf, newClaim, sameIdentifier } from './claim.ts'
import { firstSeenOf, rankOf } from './direction.ts'
import { claimantFor } from './path.ts'
import type { Claimant, IdentityRefusal, KnownIdentifier, VisitorState } from './state.ts'
import type { Plan } from './step.ts'

const see = (
  known: readonly KnownIdentifier[],
  identifier: EventIdentifier,
  at: EpochMs,
  verified: boolean,
): KnownIdentifier[] => {
  const place = known.findIndex((entry) => sameIdentifier(entry, identifier))
  const entry = known[place]
  const { isRefused: wasRefused, ...rest } = entry ?? {}
  const isRefused = wasRefused && (entry?.verified || !verified)
  const seen: KnownIdentifier = {
    ...rest,
    ...identifier,
    verified: verified || (entry?.verified ?? false),
    firstSeen: Math.min(entry?.firstSeen ?? at, at),
    lastSeen: Math.max(entry?.lastSeen ?? at, at),
    ...(isRefused && { isRefused }),
  }
  return entry ? known.with(place, seen) : [...known, seen]
}

/** Whether an identifier's object is to be asked: it is new here, or a device that has to be proved again (ID7, ID9). */
const mayAsk = (
  known: readonly KnownIdentifier[],
  identifier: EventIdentifier,
  session: SessionMark,
  now: EpochMs,
): boolean => {
  const its = known.find((entry) => sameIdentifier(entry, identifier))
  if (!its) return true
  if (its.isRefused) return false
  const isProved = its.provedIn !== undefined && isSameSession(its.provedIn, session)
  const isIdle = identifier.class === 'device' && now - its.lastSeen > askAgainMs
  return isIdle || its.lostAt !== undefined || (its.isContested === true && !isProved)
}

const change = (
  known: readonly KnownIdentifier[],
  identifier: Identifier,
  more: Partial<KnownIdentifier>,
): KnownIdentifier[] => known.map((its) => (sameIdentifier(its, identifier) ? { ...its, ...more } : its))

/** Notes the session that has shown a device, where that matters: sessions of one owner's device are nobody's question. */
const provedIn = (known: KnownIdentifier[], identifier: Identifier, session: SessionMark): KnownIdentifier[] =>
  known.some((its) => its.isContested && sameIdentifier(its, identifier))
    ? change(known, identifier, { provedIn: session })
    : known

const signedOut = (known: KnownIdentifier[], identifier: Identifier, at: EpochMs): KnownIdentifier[] =>
  known.map((its) => {
    if (!sameIdentifier(its, identifier)) return its
    return { ...its, lostAt: Math.max(its.lostAt ?? at, at), signedOutAt: Math.max(its.signedOutAt ?? at, at) }
  })

/** Lets go of a device that was idle for long, to make room: what it brought stays (ID10). */
const unlink = (
  state: VisitorState,
  identifiers: readonly KnownIdentifier[],
  claims: VisitorState['claims'],
  device: KnownIdentifier,
  at: EpochMs,
): Pick<VisitorState, 'identifiers' | 'claims'> => {
  const as = claimantFor(state, device, undefined)
  const errand = newClaim(state.self, device, { verified: false, at, session: { id: null, at }, ...(as && { as }) }, at)
  return {
    identifiers: identifiers.filter((its) => !sameIdentifier(its, device)),
    claims: { ...claims, [`release ${identifierKey(device)}`]: { ...errand, step: 'releasing' } },
  }
}

/** ID9: a logout is a track of this name. */
const isSignOut = (event: Event): boolean => event.type === 'track' && event.event === 'Signed Out'

/**
 * Admits the identifiers that the events of one request show: those that have room join the profile, and their objects are asked
 * where they have to be (ID7, ID9–ID11).
 *
 * @param now of the transaction
 * @param touched takes the inputs of conditions that changed
 * @param refusals takes what was not done, with its reason
 */
export const createAdmission = (
  state: VisitorState,
  { vouched, receivedAt, side }: { vouched: Vouched; receivedAt: EpochMs; side?: Claimant | undefined },
  now: EpochMs,
  touched: Set<Input>,
  refusals: IdentityRefusal[],
) => {
  let { identifiers, claims } = state
  const byHand = new Set(state.joined?.flatMap(({ basis, mergeId }) => (basis ? mergeId : [])))
  const merges = new Set(state.fragments.flatMap(({ mergeId }) => (mergeId && !byHand.has(mergeId) ? mergeId : [])))
    .size
  // Who is host here claims for itself: a token for another vouches for none of its claims.
  const isSelfVouched = vouchesFor(vouched, side ?? state.self)

  /** @returns whether there is room for it */
  const makeRoom = (identifier: EventIdentifier, messageId: string): boolean => {
    const room = roomFor(identifiers, identifier.class, merges, receivedAt)
    if (room.kind === 'full') {
      const { type, value } = identifier
      refusals.push({ code: room.code, at: now, identifier: { type, value }, messageId })
      return false
    }
    if (room.unlinked) ({ identifiers, claims } = unlink(state, identifiers, claims, room.unlinked, receivedAt))
    return true
  }

  const admitOne = (identifier: EventIdentifier, event: Event, session: SessionMark, isBringer: boolean): void => {
    const known = identifiers.find((other) => sameIdentifier(other, identifier))
    const verified = isSelfVouched && vouchesFor(vouched, identifier)
    // What was refused to a claimed identity may be granted to one that is vouched for.
    // So is a contact that was joined by a claim alone: from then on nobody takes it.
    const isAskedAgain =
      verified && known?.verified === false && (known.isRefused === true || identifier.class === 'contact')
    identifiers = see(identifiers, identifier, event.timestamp, verified)
    if (!known && side) identifiers = change(identifiers, identifier, { of: identifierKey(side) })
    if (!known || isAskedAgain) touched.add(`identifier:${identifier.type}`)
    if (sameIdentifier(identifier, state.self) || identifier.class === 'group') return
    // What a device has passed on shows nobody: it neither claims the device nor signs out of it (ID7, ID9).
    const showsMore = identifier.class !== 'device' || !isBringer
    const key = identifierKey(identifier)
    const claim = own(claims, key)
    const as = claimantFor(state, known, side)
    const evidence = {
      verified,
      at: receivedAt,
      session,
      messageId: event.messageId,
      ...(as && { as }),
      ...(rankOf(identifier) === rankOf(as ?? state.self) && { firstSeen: firstSeenOf(state) }),
    }
    if (claim) {
      if (verified && claim.step === 'asking') claims = { ...claims, [key]: { ...claim, verified } }
    } else if (showsMore && (isAskedAgain || mayAsk(state.identifiers, identifier, session, receivedAt)))
      claims = { ...claims, [key]: newClaim(state.self, identifier, evidence, now) }
    if (identifier.class !== 'device') return
    identifiers = provedIn(identifiers, identifier, session)
    if (!showsMore || !isSignOut(event)) return
    const errand = { ...newClaim(state.self, identifier, evidence, now), step: 'releasing' as const }
    claims = { ...claims, [`release ${key}`]: errand }
    identifiers = signedOut(identifiers, identifier, receivedAt)
  }

  return {
    /** @returns those that have no room, and do not join */
    admit(event: Event, shown: readonly EventIdentifier[]): ReadonlySet<EventIdentifier> {
      const session = sessionOf(event)
      const full = new Set<EventIdentifier>()
      for (const [place, identifier] of shown.entries()) {
        const isKnown =
          sameIdentifier(identifier, state.self) || identifiers.some((other) => sameIdentifier(other, identifier))
        if (isKnown || makeRoom(identifier, event.messageId)) admitOne(identifier, event, session, place === 0)
        else full.add(identifier)
      }
      return full
    },
    /** Joins the person whom an alias names with this one, where both are vouched for; else that is noted (ID6, ID11). */
    joinAlias(event: Event, plan: Pick<Plan, 'identifierTypes' | 'blocked'>): void {
      const named = aliasOf(event, plan)
      if (!named) return
      const { messageId } = event
      if ('code' in named) {
        refusals.push({ ...named, at: now, messageId })
        return
      }
      if (sameIdentifier(named, side ?? state.self)) return
      if (identifiers.some((known) => !known.isRefused && sameIdentifier(known, named))) return
      if (!isSelfVouched || !vouchesFor(vouched, named) || (side ?? state.self).class !== 'person') {
        const { type, value } = named
        refusals.push({ code: 'unverified_alias', at: now, identifier: { type, value }, messageId })
        return
      }
      const key = claimKeyOf(named, 'alias')
      const evidence = { verified: true, at: receivedAt, session: sessionOf(event), messageId, basis: 'alias' as const }
      const whole = { ...evidence, firstSeen: firstSeenOf(state), ...(side && { as: side }) }
      if (!Object.hasOwn(claims, key)) claims = { ...claims, [key]: newClaim(state.self, named, whole, now) }
    },
    /** what the profile knows and asks now */
    shown: (): Pick<VisitorState, 'identifiers' | 'claims'> => ({ identifiers, claims }),
  }
}

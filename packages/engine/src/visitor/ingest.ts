import {
  type AudienceChange,
  type ConsentPolicy,
  type ConsentRecord,
  type EpochMs,
  type Event,
  type Identifier,
  identifierKey,
  type TokenFault,
} from '@spartito/protocol'
import type { Input } from '../audience/leaf.ts'
import { hash53 } from '../hash.ts'
import type { EventIdentifier } from '../identity/identifiers-of.ts'
import { roomFor } from '../identity/limits.ts'
import { askAgainMs, isSameSession, type SessionMark, sessionOf } from '../identity/ownership.ts'
import { stitchingIdentifiers, type Vouched, vouchesFor } from '../identity/vouched.ts'
import { own } from '../own.ts'
import { createBounds } from '../profile/bounds.ts'
import { draftOf, fold } from '../profile/fold.ts'
import { type Fragment, newFragment } from '../profile/fragment.ts'
import { consentOf } from '../profile/merge.ts'
import { catchUp } from './catch-up.ts'
import { newClaim } from './claim.ts'
import { decideAudiences } from './decide-audiences.ts'
import type { Consent } from './flip-audiences.ts'
import { appendToLedger, ledgerLine } from './ledger.ts'
import { type IdentityRefusal, type KnownIdentifier, type VisitorState, withRefusals } from './state.ts'
import type { Ledger, LedgerAppend, Plan, Step } from './step.ts'

/** The events of one request that reach one profile: one transaction and one evaluation (AU1). */
export interface Ingest {
  /** events as JSON texts, in their order */
  events: readonly string[]
  receivedAt: EpochMs
  policy: ConsentPolicy
  /** the identifiers that a secret key or a token vouches for (ID11) */
  vouched: Vouched
  /** events whose token vouches for nobody */
  badTokens?: readonly BadToken[]
}

export interface BadToken {
  messageId: string
  /** whom the event claims to be */
  identifier: Identifier
  reason: TokenFault
}

export interface Ingested extends Step {
  /** places of the events that this profile had already */
  duplicates: number[]
  accepted: number
}

/** Which fragment an event belongs to: its device's, else that of its strongest identifier. */
const bringerOf = (identifiers: readonly EventIdentifier[], self: Identifier): Identifier =>
  identifiers.find(({ type }) => type === 'anonymous_id') ?? identifiers[0] ?? self

const sameIdentifier = (a: Identifier, b: Identifier): boolean => a.type === b.type && a.value === b.value

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

/** The audiences that have to be looked at again. */
export const audiencesOf = (touched: Iterable<Input>, { audiences }: Plan): Set<string> => {
  const ids = new Set<string>()
  for (const input of touched) for (const id of audiences.audiencesByInput.get(input) ?? []) ids.add(id)
  return ids
}

/**
 * What consent was judged on, where the request changed it; undefined where it did not. Clients repeat their decisions with
 * every event: one that stays as it was touches nothing.
 */
const consentBefore = (
  before: VisitorState,
  after: readonly Fragment[],
  policy: ConsentPolicy,
  touched: Set<Input>,
): Consent | undefined => {
  const inputs = [...touched].filter((input) => input.startsWith('consent:'))
  if (inputs.length === 0 && policy === before.policy) return undefined
  const consent = consentOf(before.fragments)
  const decided = consentOf(after)
  const stateOf = (record: ConsentRecord, input: Input) => own(record, input.slice('consent:'.length))
  for (const input of inputs) if (stateOf(consent, input) === stateOf(decided, input)) touched.delete(input)
  const isChanged = policy !== before.policy || inputs.some((input) => touched.has(input))
  return isChanged ? { consent, policy: before.policy } : undefined
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

const lost = (known: KnownIdentifier[], identifier: Identifier, at: EpochMs): KnownIdentifier[] =>
  change(known, identifier, { lostAt: at })

/** Lets go of a device that was idle for long, to make room: what it brought stays (ID10). */
const unlink = (
  { self }: VisitorState,
  identifiers: readonly KnownIdentifier[],
  claims: VisitorState['claims'],
  device: KnownIdentifier,
  at: EpochMs,
): Pick<VisitorState, 'identifiers' | 'claims'> => {
  const errand = newClaim(self, device, { verified: false, at, session: { id: null, at } }, at)
  return {
    identifiers: identifiers.filter((its) => !sameIdentifier(its, device)),
    claims: { ...claims, [`release ${identifierKey(device)}`]: { ...errand, step: 'releasing' } },
  }
}

/** ID9: a logout is a track of this name. */
const isSignOut = (event: Event): boolean => event.type === 'track' && event.event === 'Signed Out'

/** Past so many, sessions of a device have no fragment of their own any more. */
const maxFragments = 200

interface Batch {
  fragments: Fragment[]
  nextFragment: number
  lines: Map<number, { lines: string; hashes: string }>
}

/** The place of the fragment that takes an identifier's events; it may be written to (`draftOf`). */
const place = (batch: Batch, bringer: Identifier): number => {
  let index = batch.fragments.findIndex(
    ({ identifier, mergeId, isSealed, isEnded }) =>
      mergeId === null && !isSealed && !isEnded && sameIdentifier(identifier, bringer),
  )
  // A device of very many visits has a fragment for what is too much, which nobody adopts: it is theirs who cannot be told apart.
  if (index < 0 && batch.fragments.length >= maxFragments)
    index = batch.fragments.findLastIndex(
      ({ identifier, mergeId, isSealed }) => mergeId === null && isSealed && sameIdentifier(identifier, bringer),
    )
  if (index < 0) index = batch.fragments.push(newFragment(batch.nextFragment++, bringer, null)) - 1
  else if (!batch.lines.has(index)) batch.fragments[index] = draftOf(batch.fragments[index]!)
  return index
}

/** Takes the events of one request into the profile that this object hosts. Pure. */
export const ingest = (before: VisitorState, input: Ingest, plan: Plan, ledger: Ledger, clock: EpochMs): Ingested => {
  const now = Math.max(before.now, input.receivedAt)
  const current = catchUp(before, plan, ledger, now, clock)
  let { state } = current
  const changes: AudienceChange[] = [...current.changes]

  const commit = state.commit + 1
  const batch: Batch = { fragments: [...state.fragments], nextFragment: state.nextFragment, lines: new Map() }
  const taken: Event[] = []
  const duplicates: number[] = []
  const seen = new Set<string>()
  // What an unknown purpose means may differ from the source of the request before.
  const touched = new Set<Input>(input.policy === before.policy ? [] : ['policy'])
  const refusals: IdentityRefusal[] = []
  const bounds = createBounds(batch.fragments)
  let { identifiers, claims } = state
  const merges = new Set(state.fragments.flatMap(({ mergeId }) => mergeId ?? [])).size
  // Who is host here claims for itself: a token for another vouches for none of its claims.
  const isSelfVouched = vouchesFor(input.vouched, state.self)
  const badTokens = new Map(input.badTokens?.map((bad) => [bad.messageId, bad]))

  for (const [position, json] of input.events.entries()) {
    const event = JSON.parse(json) as Event
    const hash = hash53(event.messageId)
    if (seen.has(hash) || ledger.has(hash)) {
      duplicates.push(position)
      continue
    }
    seen.add(hash)
    taken.push(event)
    const session = sessionOf(event)
    const bad = badTokens.get(event.messageId)
    if (bad) refusals.push({ code: 'bad_token', at: now, ...bad })
    const shown = stitchingIdentifiers(event, plan, input.vouched)
    for (const { code, type, value } of shown.dropped)
      refusals.push({ code, at: now, identifier: { type, value }, messageId: event.messageId })
    const full = new Set<EventIdentifier>()
    for (const identifier of shown.identifiers) {
      const known = identifiers.find((other) => sameIdentifier(other, identifier))
      if (!known && !sameIdentifier(identifier, state.self)) {
        const room = roomFor(identifiers, identifier.class, merges, input.receivedAt)
        if (room.kind === 'full') {
          full.add(identifier)
          const { type, value } = identifier
          refusals.push({ code: room.code, at: now, identifier: { type, value }, messageId: event.messageId })
          continue
        }
        if (room.unlinked)
          ({ identifiers, claims } = unlink(state, identifiers, claims, room.unlinked, input.receivedAt))
      }
      const verified = isSelfVouched && vouchesFor(input.vouched, identifier)
      // What was refused to a claimed identity may be granted to one that is vouched for.
      const isAskedAgain = known?.isRefused === true && verified && !known.verified
      identifiers = see(identifiers, identifier, event.timestamp, verified)
      if (!known || isAskedAgain) touched.add(`identifier:${identifier.type}`)
      if (sameIdentifier(identifier, state.self) || identifier.class === 'group') continue
      // What a device has passed on shows nobody: it neither claims the device nor signs out of it (ID7, ID9).
      const showsMore = identifier.class !== 'device' || identifier !== shown.identifiers[0]
      const key = identifierKey(identifier)
      const claim = own(claims, key)
      const evidence = { verified, at: input.receivedAt, session }
      if (claim) {
        if (verified && claim.step === 'asking') claims = { ...claims, [key]: { ...claim, verified } }
      } else if (showsMore && (isAskedAgain || mayAsk(before.identifiers, identifier, session, input.receivedAt)))
        claims = { ...claims, [key]: newClaim(state.self, identifier, evidence, now) }
      if (identifier.class !== 'device') continue
      identifiers = provedIn(identifiers, identifier, session)
      if (!showsMore || !isSignOut(event)) continue
      const errand = { ...newClaim(state.self, identifier, evidence, now), step: 'releasing' as const }
      claims = { ...claims, [`release ${key}`]: errand }
      identifiers = lost(identifiers, identifier, input.receivedAt)
    }
    // What does not join has no fragment either: however many claim a profile, it stays small (ID10).
    const bringers = full.size === 0 ? shown.identifiers : shown.identifiers.filter((its) => !full.has(its))
    const index = place(batch, bringerOf(bringers, state.self))
    fold(batch.fragments[index]!, event, plan.audiences.leavesOf, touched, bounds)
    const pending = batch.lines.get(index) ?? { lines: '', hashes: '' }
    batch.lines.set(index, {
      lines: pending.lines + ledgerLine(commit, json),
      hashes: pending.hashes + hash,
    })
  }
  if (taken.length === 0) return { state: withRefusals(state, refusals), changes, appends: [], duplicates, accepted: 0 }

  refusals.push(...bounds.refused.map((refused) => ({ ...refused, at: now })))
  const appends: LedgerAppend[] = []
  for (const [index, { lines, hashes }] of batch.lines) {
    const appended = appendToLedger(batch.fragments[index]!, lines, hashes, now)
    batch.fragments[index] = appended.fragment
    appends.push(appended.append)
  }
  state = withRefusals(
    {
      ...state,
      policy: input.policy,
      commit,
      lastReceivedAt: Math.max(state.lastReceivedAt, input.receivedAt),
      identifiers,
      claims,
      fragments: batch.fragments,
      nextFragment: batch.nextFragment,
    },
    refusals,
  )
  // A new profile meets every definition for the first time: some hold for somebody who has done nothing.
  const isNew = before.fragments.length === 0
  const consentWas = isNew ? undefined : consentBefore(current.state, batch.fragments, input.policy, touched)
  const ids = audiencesOf(touched, plan)
  const decided = decideAudiences(state, plan, isNew ? [...plan.audiences.atBirth, ...ids] : ids, {
    cause: taken.every(({ imported }) => imported) ? 'import' : 'event',
    causeId: taken.at(-1)!.messageId,
    at: now,
    emittedAt: clock,
    ...(consentWas && { consentBefore: consentWas }),
  })
  return {
    state: decided.state,
    changes: [...changes, ...decided.changes],
    appends,
    duplicates,
    accepted: taken.length,
  }
}

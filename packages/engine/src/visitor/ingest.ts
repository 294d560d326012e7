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
import { stitchingIdentifiers, type Vouched } from '../identity/vouched.ts'
import { own } from '../own.ts'
import { createBounds } from '../profile/bounds.ts'
import { consentOf } from '../profile/decided-consent.ts'
import { fold } from '../profile/fold.ts'
import type { Fragment } from '../profile/fragment.ts'
import { boundDecisions } from '../profile/kept-decisions.ts'
import { createAdmission } from './admit.ts'
import { catchUp } from './catch-up.ts'
import { sameIdentifier } from './claim.ts'
import { decideAudiences } from './decide-audiences.ts'
import type { Consent } from './flip-audiences.ts'
import { type Batch, fragmentOf } from './fragment-of.ts'
import { appendToLedger, ledgerLine } from './ledger.ts'
import { sideOf } from './path.ts'
import { type Claimant, type IdentityRefusal, type VisitorState, withRefusals } from './state.ts'
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
  /** the linked identifier that passed them on */
  via?: Claimant
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
  const side = sideOf(state, input.via)
  const whose = input.via && !sameIdentifier(input.via, state.self) ? identifierKey(input.via) : undefined
  const { admit, joinAlias, shown: known } = createAdmission(state, { ...input, side }, now, touched, refusals)
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
    const bad = badTokens.get(event.messageId)
    if (bad) refusals.push({ code: 'bad_token', at: now, ...bad })
    const shown = stitchingIdentifiers(event, plan, input.vouched)
    for (const { code, type, value } of shown.dropped)
      refusals.push({ code, at: now, identifier: { type, value }, messageId: event.messageId })
    const full = admit(event, shown.identifiers)
    joinAlias(event, plan)
    // What does not join has no fragment either: however many claim a profile, it stays small (ID10).
    const bringers = full.size === 0 ? shown.identifiers : shown.identifiers.filter((its) => !full.has(its))
    const index = fragmentOf(batch, bringerOf(bringers, side ?? state.self), whose)
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
      ...known(),
      fragments: [...boundDecisions(batch.fragments)],
      nextFragment: batch.nextFragment,
    },
    refusals,
  )
  // A new profile meets every definition for the first time: some hold for somebody who has done nothing.
  const isNew = before.fragments.length === 0
  const consentWas = isNew ? undefined : consentBefore(current.state, batch.fragments, input.policy, touched)
  // While its events come back all is decided when they have (ID14).
  const isReturning = Object.values(state.claims).some(({ step, unmerges }) => unmerges && step === 'pulling')
  const ids = isReturning ? [] : audiencesOf(touched, plan)
  const decided = decideAudiences(state, plan, isNew && !isReturning ? [...plan.audiences.atBirth, ...ids] : ids, {
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

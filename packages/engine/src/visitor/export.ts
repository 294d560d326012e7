import type { EpochMs, Identifier, IdentifierClass, Json } from '@spartito/protocol'
import { own } from '../own.ts'
import { consentDecisions } from '../profile/decided-consent.ts'
import type { EventSummary, Fragment, FragmentConsent, Trait } from '../profile/fragment.ts'
import type { KeptDecision } from '../profile/kept-decisions.ts'
import { firstSeenOf, lastSeenOf, scoreOf, touchOf, traitOf } from '../profile/merge.ts'
import { shownEvents } from '../profile/shown-events.ts'
import { type ShownSessions, shownSessions } from '../profile/shown-sessions.ts'
import type { KeptEvent } from '../profile/slim-event.ts'
import type { Score, Touch } from '../profile/touch.ts'
import { type Explanation, explain } from './explain.ts'
import { viewGraph, viewIdentifier } from './graph.ts'
import { parseLedger } from './ledger.ts'
import { shownIdentifier } from './read.ts'
import type { IdentityRefusal, VisitorState } from './state.ts'
import type { Ledger, Plan } from './step.ts'

/** Something that one identifier brought, and whether it is what the profile shows. */
interface Brought {
  /** whose events brought it */
  identifier: Identifier
  /** false of what a newer one, or one of another identifier, stands before */
  isCurrent: boolean
}

export type ExportedTrait = Trait & Brought & { name: string }
/** A decision on one purpose, with how it was taken and what proves it, as far as that was said (CO1). */
export type ExportedConsent = FragmentConsent &
  Omit<KeptDecision, 'choice' | 'basis'> &
  Brought & { purpose: string; basis?: string }

export interface ExportedIdentifier extends Identifier {
  class: IdentifierClass
  verified: boolean
  firstSeen: EpochMs
  lastSeen: EpochMs
  /** a device that others have used too, or that has passed to somebody else: what it has of its own is not this person's */
  isShared?: true
}

/** A merge that brought something, without the ids of anybody else. */
export interface ExportedMerge {
  at: EpochMs | null
  brought: { identifier: Identifier; events: number }[]
  basis: string
  verified: boolean | null
}

/** All that a profile keeps of a person but its events (SPEC CO8). */
export interface ExportedPerson {
  profileId: string
  host: Identifier
  firstSeen: EpochMs | null
  lastSeen: EpochMs | null
  identifiers: ExportedIdentifier[]
  /** by name, the one that the profile shows first */
  traits: ExportedTrait[]
  /** by purpose, the one that counts first */
  consents: ExportedConsent[]
  /** those that it is in, each with why */
  audiences: Explanation[]
  merges: ExportedMerge[]
  eventCounts: Record<string, EventSummary>
  sessions: ShownSessions
  campaigns: { first: Touch | null; last: Touch | null }
  scores: Record<string, Score>
  /** what was not taken of what was sent */
  refusals: Omit<IdentityRefusal, 'identifier'>[]
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const traitsOf = ({ fragments }: VisitorState): ExportedTrait[] =>
  fragments
    .flatMap(({ traits, identifier }) =>
      Object.entries(traits).map(([name, trait]): ExportedTrait => {
        const winner = traitOf(fragments, name)!
        const isCurrent = winner.messageId === trait.messageId && winner.identifier === identifier
        return { name, ...trait, identifier, isCurrent }
      }),
    )
    // What was removed has no value left (ID13).
    .filter(({ value }) => value !== null)
    .sort((a, b) => byName(a.name, b.name) || Number(b.isCurrent) - Number(a.isCurrent) || b.timestamp - a.timestamp)

/** What a fragment's events have said of each purpose: the decisions that were made, and what was carried along that none of them says. */
const saidIn = ({ consent, decisions = [], identifier }: Fragment): Omit<ExportedConsent, 'isCurrent'>[] => {
  const made = decisions.flatMap(({ choice, ...about }) =>
    Object.entries(choice).map(([purpose, isGranted]) => {
      const state = isGranted ? ('granted' as const) : ('denied' as const)
      return { purpose, state, ...about, identifier }
    }),
  )
  const carried = Object.entries(consent)
    .filter(([purpose, { state }]) => !made.some((one) => one.purpose === purpose && one.state === state))
    .map(([purpose, decision]) => ({ purpose, ...decision, identifier }))
  return [...made, ...carried]
}

const consentsOf = ({ fragments }: VisitorState): ExportedConsent[] => {
  const decided = consentDecisions(fragments)
  return fragments
    .flatMap(saidIn)
    .map((said) => {
      const { state, messageId } = own(decided, said.purpose)!
      return { ...said, isCurrent: said.messageId === messageId && said.state === state }
    })
    .sort(
      (a, b) => byName(a.purpose, b.purpose) || Number(b.isCurrent) - Number(a.isCurrent) || b.timestamp - a.timestamp,
    )
}

const scoresOf = ({ fragments }: VisitorState): Record<string, Score> => {
  const names = [...new Set(fragments.flatMap(({ scores = {} }) => Object.keys(scores)))].sort(byName)
  return Object.fromEntries(names.map((name) => [name, scoreOf(fragments, name)!]))
}

/**
 * What a person may read of themselves, and take along (SPEC CO8): each value with where it comes from, those among them that the profile
 * shows no more, and why it is in each audience. Of others it says nothing: whom a device belonged to before, and with whom
 * somebody was taken for one, is theirs. Pure.
 *
 * @param state of the host, as of `now`
 */
export const viewExport = (state: VisitorState, plan: Plan, now: EpochMs, ledger?: Ledger): ExportedPerson => {
  const { fragments, self, profileId } = state
  const { merges } = viewGraph(viewIdentifier(state), state)
  return {
    profileId,
    host: { type: self.type, value: self.value },
    firstSeen: firstSeenOf(fragments) ?? null,
    lastSeen: lastSeenOf(fragments) ?? null,
    identifiers: state.identifiers
      .filter(({ isRefused }) => !isRefused)
      .map((its) => ({
        ...shownIdentifier(its),
        ...((its.isContested || its.lostAt !== undefined) && { isShared: true as const }),
      })),
    traits: traitsOf(state),
    consents: consentsOf(state),
    audiences: Object.keys(state.memberships)
      .sort(byName)
      .flatMap((id) => explain(state, plan, id, now, ledger) ?? []),
    merges: merges.map(({ at, brought, basis, verified }) => ({ at, brought, basis, verified })),
    eventCounts: shownEvents(fragments),
    sessions: shownSessions(fragments),
    campaigns: { first: touchOf(fragments, 'first') ?? null, last: touchOf(fragments, 'last') ?? null },
    scores: scoresOf(state),
    refusals: state.refusals.map(({ identifier: _another, ...refusal }) => refusal),
  }
}

/** A page of a profile's events, in the order of their arrival by each identifier. */
export interface EventPage {
  events: Json[]
  /** where to go on; null at the end */
  next: string | null
}

/** UTF-16 units of events after which a page ends. */
const pageSize = 500_000

/**
 * The events that a profile keeps: whole for 30 days, then what definitions read of them (PR1).
 *
 * @param after the `next` of the page before; empty for the first one
 */
export const exportEvents = ({ fragments }: VisitorState, ledger: Ledger, after = ''): EventPage => {
  const [first = 0, block = 0] = after.split('.').map(Number)
  const events: Json[] = []
  let size = 0
  for (const { id } of fragments.toSorted((a, b) => a.id - b.id)) {
    if (id < first) continue
    for (const { block: at, lines } of ledger.blocks(id, id === first ? block : 0)) {
      for (const { json } of parseLedger(lines)) events.push(shownEvent(JSON.parse(json) as KeptEvent))
      size += lines.length
      if (size >= pageSize) return { events, next: `${id}.${at}` }
    }
  }
  return { events, next: null }
}

/** What a slim event is kept by says nothing of the person. */
const shownEvent = ({ slim, ...event }: KeptEvent): Json =>
  ({ ...event, ...(slim !== undefined && { isPart: true }) }) as unknown as Json

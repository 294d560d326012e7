import { type EpochMs, type Event, type Identifier, identifierKey } from '@spartito/protocol'
import { hash53 } from '../hash.ts'
import { own } from '../own.ts'
import { createBounds } from '../profile/bounds.ts'
import { draftOf, fold } from '../profile/fold.ts'
import { type Base, type Fragment, type Merge, newFragment } from '../profile/fragment.ts'
import { boundDecisions } from '../profile/kept-decisions.ts'
import type { KeptEvent } from '../profile/slim-event.ts'
import { catchUp } from './catch-up.ts'
import { decideAudiences } from './decide-audiences.ts'
import { appendToLedger, ledgerLine } from './ledger.ts'
import { mergesBefore, mergesOf } from './part.ts'
import { noteMoved, withBase } from './recall.ts'
import { gathered } from './spill.ts'
import { type Claim, type Claimant, type IdentityRefusal, type VisitorState, withRefusals } from './state.ts'
import type { Ledger, LedgerAppend, Plan, Step } from './step.ts'

/** Whose a fragment that moves is, and how it came to where it moves from. */
interface Origin {
  identifier: Identifier
  via?: string
  merges?: readonly Merge[]
}

export const originOf = (fragment: Fragment): Origin => {
  const { identifier, via } = fragment
  const merges = mergesOf(fragment)
  return { identifier, ...(via !== undefined && { via }), ...(merges.length > 0 && { merges }) }
}

/** What has been folded of a fragment that moves. */
interface MovedBase extends Origin {
  fragment: number
  base: Base
  historySince?: Record<string, EpochMs>
}

/** What has been folded of fragments as JSON; undefined where nothing has. */
export const basesOf = (fragments: readonly Fragment[]): string | undefined => {
  const bases = fragments.flatMap((fragment): MovedBase[] => {
    const { id, base, historySince } = fragment
    return base
      ? [
          {
            fragment: id,
            ...originOf(fragment),
            base: { ...base, memory: gathered(base.memory) },
            ...(historySince && { historySince }),
          },
        ]
      : []
  })
  return bases.length > 0 ? JSON.stringify(bases) : undefined
}

/** A page of what moves: some ledger blocks of the loser, in their order. */
export interface Page {
  mergeId: string
  /** the cursor that asked for this page */
  cursor: number
  /** the cursor of the next page; null after the last */
  next: number | null
  /** with the first page: what has been folded of fragments (`basesOf`), as JSON since it is deep */
  bases?: string
  blocks: ({ fragment: number; events: string[] } & Origin)[]
}

/** The fragment that takes what arrives: of a merge, or back where it was before it (ID14). */
const arrived = (
  id: number,
  { identifier, via, merges = [] }: Origin,
  { mergeId, unmerges, as: side, identifier: from }: Claim,
  self: Claimant,
): Fragment => {
  if (unmerges === undefined) {
    // A person's or contact's events are theirs, whatever profile they are part of.
    const linked = from.class === 'device' ? side : from
    const whose = via ?? (linked && identifierKey(linked))
    return newFragment(id, identifier, mergeId, {
      ...(merges.length > 0 && { before: merges }),
      ...(whose !== undefined && { via: whose }),
    })
  }
  const left = mergesBefore(merges, unmerges)
  const last = left.at(-1)
  return newFragment(id, identifier, last?.mergeId ?? null, {
    mergedAt: last?.mergedAt ?? null,
    ...(left.length > 1 && { before: left.slice(0, -1) }),
    ...(via !== undefined && via !== identifierKey(self) && { via }),
    // What a device gets back, nobody adopts by signing in.
    ...(self.class === 'device' && { isSealed: true as const }),
  })
}

/**
 * Adopts a page of another object's events into fragments of their own (ID12): events that this profile has already
 * are left out, so aggregates are those of the de-duplicated events. A page that is not the one expected changes nothing.
 * The audiences are decided once, after the last page, with cause `merge`.
 */
export const adoptPage = (
  before: VisitorState,
  key: string,
  page: Page,
  plan: Plan,
  ledger: Ledger,
  clock: EpochMs,
): Step => {
  const claim = own(before.claims, key)
  if (claim?.step !== 'pulling' || claim.mergeId !== page.mergeId || claim.cursor !== page.cursor)
    return { state: before, changes: [], appends: [] }
  // The loser's collector may run a little ahead; nothing is judged before it was received.
  const received = page.blocks.flatMap(({ events }) => events.map((json) => (JSON.parse(json) as Event).receivedAt))
  const now = received.reduce((latest, at) => Math.max(latest, at), Math.max(before.now, clock))
  const current = catchUp(before, plan, ledger, now, clock)
  let { nextFragment } = current.state
  let fragments = [...current.state.fragments]
  const moved = { ...claim.fragments }
  const appends: LedgerAppend[] = []
  const seen = new Set<string>()
  const refusals: IdentityRefusal[] = []

  /** The place of the fragment that takes what was theirs. */
  const placeOf = (theirs: number, origin: Origin): number => {
    const ours = own(moved, String(theirs))
    const index = ours === undefined ? -1 : fragments.findIndex(({ id }) => id === ours)
    if (index >= 0) return index
    moved[theirs] = nextFragment
    return fragments.push(arrived(nextFragment++, origin, claim, before.self)) - 1
  }

  // What was folded is added, since it can no longer be told whether an event of it is here as well (PR1).
  for (const { fragment, base, historySince, ...origin } of JSON.parse(page.bases ?? '[]') as MovedBase[]) {
    const index = placeOf(fragment, origin)
    fragments = fragments.with(index, withBase(fragments[index]!, base, historySince, plan))
  }

  for (const { fragment: theirs, events, ...origin } of page.blocks) {
    const index = placeOf(theirs, origin)
    let fragment = draftOf(fragments[index]!)
    // Each side keeps the traits that it had; what is shown of both is bounded (PR2).
    const bounds = createBounds([fragment], fragments)
    let lines = ''
    let hashes = ''
    let receivedAt = now
    for (const json of events) {
      const event = JSON.parse(json) as KeptEvent
      const hash = hash53(event.messageId)
      if (seen.has(hash) || ledger.has(hash)) continue
      seen.add(hash)
      // All audiences are decided at the end, so what was touched does not matter.
      noteMoved(fragment, event, plan)
      fold(fragment, event, plan.audiences.leavesOf, new Set(), bounds)
      lines += ledgerLine(0, json)
      hashes += hash
      receivedAt = Math.min(receivedAt, event.receivedAt)
    }
    if (lines !== '') {
      const appended = appendToLedger(fragment, lines, hashes, receivedAt)
      fragment = appended.fragment
      appends.push(appended.append)
    }
    refusals.push(...bounds.refused.map((refused) => ({ ...refused, at: now })))
    fragments = fragments.with(index, fragment)
  }

  const isLast = page.next === null
  if (isLast)
    fragments = boundDecisions(fragments).map((fragment) =>
      fragment.mergeId === claim.mergeId ? { ...fragment, mergedAt: now } : fragment,
    )
  const state: VisitorState = {
    ...withRefusals(current.state, refusals),
    now,
    fragments,
    nextFragment,
    claims: {
      ...current.state.claims,
      [key]: {
        ...claim,
        fragments: moved,
        cursor: page.next ?? page.cursor,
        step: isLast ? 'closing' : 'pulling',
        attempts: 0,
      },
    },
  }
  if (!isLast) return { state, changes: current.changes, appends }
  const { unmerges } = claim
  const reason = {
    cause: unmerges === undefined ? 'merge' : 'unmerge',
    causeId: unmerges ?? claim.mergeId,
    at: now,
    emittedAt: clock,
  } as const
  // Whoever gets back nothing is nobody, whatever holds for somebody who has done nothing.
  const ids = fragments.length === 0 ? [] : plan.audiences.byId.keys()
  const decided = decideAudiences(state, plan, ids, reason)
  return { state: decided.state, changes: [...current.changes, ...decided.changes], appends }
}

import { type EpochMs, type Event, identifierKey } from '@spartito/protocol'
import { hash53 } from '../hash.ts'
import { mayHaveTaken, ownershipOf, sessionOf } from '../identity/ownership.ts'
import { movedTo } from './path.ts'
import type { Claimant, VisitorState } from './state.ts'
import type { Ledger, Plan } from './step.ts'

/** What a device has found out about events that left it: the profiles of its owners know which they have, it does not (WI9). */
export interface Copies {
  /** who has an event, by the hash of its messageId */
  at: ReadonlyMap<string, Claimant>
  /** who has been asked for which hashes, by key */
  asked: ReadonlyMap<string, ReadonlySet<string>>
}

export const noCopies: Copies = { at: new Map(), asked: new Map() }

/** Whom to ask for which of these events, by the hashes of their messageIds. */
export interface CopyQuestion {
  owner: Claimant
  hashes: string[]
}

/**
 * Of whom a device has to know whether they have some of these events, before it takes them for new: they may have left it before
 * it passed on to another, or into another session. Who is about to get them finds copies by itself. Pure.
 *
 * @param now epoch ms at which they were received
 * @returns nothing when all is known, which it is of what happens on a device of one owner
 */
export const questionsAbout = (
  state: VisitorState,
  events: readonly string[],
  { contested }: Pick<Plan, 'contested'>,
  ledger: Pick<Ledger, 'has'>,
  now: EpochMs,
  { at, asked }: Copies,
): CopyQuestion[] => {
  const { owners = [] } = state
  // One who owns it alone, and has not been away for long, gets all of it.
  const isOneOwners = owners.length === 1 && ownershipOf(owners, { id: null, at: now }, contested, now) !== undefined
  if (owners.length === 0 || isOneOwners || movedTo(state)) return []
  const questions = new Map<string, CopyQuestion>()
  for (const json of events) {
    const event = JSON.parse(json) as Event
    const hash = hash53(event.messageId)
    if (at.has(hash) || ledger.has(hash)) continue
    const next = ownershipOf(owners, sessionOf(event), contested, now)?.owner
    const nextKey = next && identifierKey(next)
    for (const owner of mayHaveTaken(owners, event.timestamp)) {
      const key = identifierKey(owner)
      if (key === nextKey || asked.get(key)?.has(hash)) continue
      const question = questions.get(key) ?? { owner, hashes: [] }
      question.hashes.push(hash)
      questions.set(key, question)
    }
  }
  return [...questions.values()]
}

/** What is known once an owner has said which of them they have. */
export const withAnswer = ({ at, asked }: Copies, { owner, hashes }: CopyQuestion, has: readonly string[]): Copies => {
  const key = identifierKey(owner)
  return {
    at: new Map([...at, ...has.map((hash) => [hash, owner] as const)]),
    asked: new Map(asked).set(key, new Set([...(asked.get(key) ?? []), ...hashes])),
  }
}

import type { EpochMs, Event } from '@spartito/protocol'
import { hash53 } from '../hash.ts'
import { isContested, ownershipOf, seeOwner, sessionOf } from '../identity/ownership.ts'
import { sameIdentifier } from './claim.ts'
import { type Copies, noCopies } from './copies.ts'
import { isOfSession } from './device-claim.ts'
import type { Claimant, VisitorState } from './state.ts'
import type { Ledger, Plan } from './step.ts'

/** Which of a request's events a device keeps, and which are its owner's (SPEC ID9). */
export interface Attribution {
  state: VisitorState
  /** places of the events that are the device's own */
  own: number[]
  /** places of those that are passed on */
  passed: number[]
  /** to whom; undefined when nothing is */
  to: Claimant | undefined
  /** places of those that somebody has already to whom they left the device before (WI9) */
  copies: { to: Claimant; places: number[] }[]
}

/**
 * Tells the device's own events from those of its owner, in their order. Pure.
 *
 * @param now epoch ms at which they were received
 * @param known what has been found out about copies (`questionsAbout`)
 */
export const attribute = (
  before: VisitorState,
  events: readonly string[],
  plan: Pick<Plan, 'contested'>,
  ledger: Pick<Ledger, 'has'>,
  now: EpochMs,
  known: Copies = noCopies,
): Attribution => {
  const copies: Attribution['copies'] = []
  if (!before.owners)
    return { state: before, own: events.map((_event, place) => place), passed: [], to: undefined, copies }
  let owners = before.owners
  let { fragments } = before
  const attribution: Attribution = { state: before, own: [], passed: [], to: undefined, copies }
  for (const [place, json] of events.entries()) {
    const event = JSON.parse(json) as Event
    // A copy belongs where the first one is (WI9), and shows nobody's session.
    const hash = hash53(event.messageId)
    if (ledger.has(hash)) {
      attribution.own.push(place)
      continue
    }
    const taker = known.at.get(hash)
    if (taker) {
      const same = copies.find(({ to }) => sameIdentifier(to, taker))
      if (same) same.places.push(place)
      else copies.push({ to: taker, places: [place] })
      continue
    }
    const session = sessionOf(event)
    const owner = ownershipOf(owners, session, plan.contested, now)
    if (owner) {
      attribution.passed.push(place)
      attribution.to = owner.owner
      owners = seeOwner(owners, session, now)
      continue
    }
    attribution.own.push(place)
    // Each session has a fragment of its own, since somebody else may come and adopt theirs alone (ID8). On a contested device
    // one that is over is adopted by nobody.
    const isOver = isContested(owners, now) ? { isSealed: true } : { isEnded: true }
    fragments = fragments.map((its) =>
      its.isSealed || its.mergeId !== null || isOfSession(its, session) ? its : { ...its, ...isOver },
    )
  }
  const isSame = owners === before.owners && fragments.every((its, place) => its === before.fragments[place])
  return { ...attribution, state: isSame ? before : { ...before, owners, fragments } }
}

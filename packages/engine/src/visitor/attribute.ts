import type { EpochMs, Event } from '@spartito/protocol'
import { isContested, ownershipOf, seeOwner, sessionOf } from '../identity/ownership.ts'
import { isOfSession } from './device-claim.ts'
import type { Claimant, VisitorState } from './state.ts'
import type { Plan } from './step.ts'

/** Which of a request's events a device keeps, and which are its owner's (SPEC ID9). */
export interface Attribution {
  state: VisitorState
  /** places of the events that are the device's own */
  own: number[]
  /** places of those that are passed on */
  passed: number[]
  /** to whom; undefined when nothing is */
  to: Claimant | undefined
}

/**
 * Tells the device's own events from those of its owner, in their order. Pure.
 *
 * @param now epoch ms at which they were received
 */
export const attribute = (
  before: VisitorState,
  events: readonly string[],
  plan: Pick<Plan, 'contested'>,
  now: EpochMs,
): Attribution => {
  if (!before.owners) return { state: before, own: events.map((_event, place) => place), passed: [], to: undefined }
  let owners = before.owners
  let { fragments } = before
  const attribution: Attribution = { state: before, own: [], passed: [], to: undefined }
  for (const [place, json] of events.entries()) {
    const session = sessionOf(JSON.parse(json) as Event)
    const owner = ownershipOf(owners, session, plan.contested, now)
    if (owner) {
      attribution.passed.push(place)
      attribution.to = owner.owner
      owners = seeOwner(owners, session, now)
      continue
    }
    attribution.own.push(place)
    // On a contested device a session that is over is adopted by nobody: the next one begins a fragment of its own (ID8).
    if (isContested(owners, now))
      fragments = fragments.map((its) =>
        its.isSealed || its.mergeId !== null || isOfSession(its, session) ? its : { ...its, isSealed: true },
      )
  }
  const isSame = owners === before.owners && fragments.every((its, place) => its === before.fragments[place])
  return { ...attribution, state: isSame ? before : { ...before, owners, fragments } }
}

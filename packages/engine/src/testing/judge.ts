import type { EpochMs, Event } from '@spartito/protocol'
import { compileAudiences } from '../audience/compile.ts'
import type { Condition } from '../audience/condition.ts'
import { createJudge, evaluate, isInexact } from '../audience/evaluate.ts'
import { draftOf, fold } from '../profile/fold.ts'
import { newFragment } from '../profile/fragment.ts'
import { evidenceOf } from '../visitor/evidence.ts'
import { newVisitor, type VisitorState } from '../visitor/state.ts'

/** A profile of some fragments, folded from their events in the order given, kept as JSON. */
export const profileOf = (condition: Condition, fragments: readonly (readonly Event[])[]) => {
  const audiences = compileAudiences([{ id: 'it', when: condition }])
  const audience = audiences.byId.get('it')!
  const folded = fragments.map((events, index) => {
    const draft = draftOf(newFragment(index + 1, { type: 'anonymous_id', value: `a${index}` }, null))
    for (const event of events) fold(draft, event, audiences.leavesOf, new Set())
    return draft
  })
  const visitor = newVisitor({ type: 'anonymous_id', value: 'a', class: 'device' }, 'p')
  const state = JSON.parse(JSON.stringify({ ...visitor, fragments: folded })) as VisitorState
  const evidence = evidenceOf(state)
  return {
    state,
    judge: (now: EpochMs) => evaluate(audience, evidence, createJudge(evidence, now)),
    isInexact: (now: EpochMs) => isInexact(audience, audiences, evidence, now),
  }
}

/** Whether a condition holds at `now` for somebody with these events. */
export const holds = (condition: Condition, events: readonly Event[], now: EpochMs): boolean =>
  profileOf(condition, [events]).judge(now).isMember

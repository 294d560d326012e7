import { describe, expect, test } from 'vitest'
import type { AudienceDefinition } from '../audience/condition.ts'
import { hour, noon, track } from '../testing/events.ts'
import { createVisitor } from '../testing/visitor.ts'
import { exposedAudiences, viewProfile } from './read.ts'

const audiences: AudienceDefinition[] = [
  { id: 'two', expose: true, when: { event: 'Viewed', count: { gte: 2 } } },
  { id: 'one', expose: true, when: { event: 'Viewed' } },
  { id: 'hidden', when: { event: 'Viewed' } },
  { id: 'via', expose: true, when: { audience: 'hidden' } },
  { id: 'few', expose: true, when: { not: { audience: 'two' } } },
  { id: 'lasting', expose: true, when: { audience: 'one', for: 'PT1H' } },
  { id: 'above', expose: true, when: { not: { audience: 'lasting' } } },
]

const merged = () => {
  const [visitor, other] = [createVisitor(audiences), createVisitor(audiences, 'b')]
  visitor.send([track('Viewed', noon)])
  other.send([track('Viewed', noon, {}, { anonymousId: 'b' })])
  visitor.merge(other, noon + 1)
  visitor.wake(noon + 2 * hour)
  return visitor
}

describe('ID11 WI4 what an asker may know', () => {
  const scenarios: [rule: string, anonymousId: string, verified: boolean, audiences: string[]][] = [
    ['a verified one sees the whole profile, never what is not exposed', 'a', true, ['lasting', 'one', 'two', 'via']],
    ['a claimed one sees what its own device brought', 'a', false, ['few', 'one', 'via']],
    ['a device that brought nothing sees nothing', 'c', false, []],
  ]
  test.each(scenarios)('%s', (_rule, anonymousId, verified, seen) => {
    const { state, plan } = merged()
    expect(exposedAudiences(state, plan, { anonymousId, verified })).toEqual(seen)
  })

  test('a device that brought everything sees the whole profile', () => {
    const visitor = createVisitor(audiences)
    visitor.send([track('Viewed', noon)])
    visitor.wake(noon + 2 * hour)
    const seen = exposedAudiences(visitor.state, visitor.plan, { anonymousId: 'a', verified: false })
    expect(seen).toEqual(['few', 'lasting', 'one', 'via'])
  })
})

test('AD a profile shows of an identifier who it is and when it was seen, and not what its claims are kept by', () => {
  const visitor = createVisitor([])
  visitor.send([track('Viewed', noon)])
  const known = { claimSeq: 2, lostSeq: 3, lostAt: noon, signedOutAt: noon, isContested: true }
  const [its] = visitor.state.identifiers
  const { identifiers } = viewProfile({ ...visitor.state, identifiers: [{ ...its!, ...known }] }, [])
  expect(identifiers).toEqual([
    { type: 'anonymous_id', value: 'a', class: 'device', verified: true, firstSeen: noon, lastSeen: noon },
  ])
})

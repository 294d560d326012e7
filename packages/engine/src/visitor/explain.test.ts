import { expect, test } from 'vitest'
import type { AudienceDefinition } from '../audience/condition.ts'
import { day, hour, noon, track } from '../testing/events.ts'
import { createVisitor, planOf } from '../testing/visitor.ts'
import { catchUp } from './catch-up.ts'
import { explain } from './explain.ts'

const engaged: AudienceDefinition = {
  id: 'engaged',
  purposes: ['analytics'],
  when: {
    all: [
      { event: 'Viewed', count: { gte: 2 }, within: 'PT1H' },
      { not: { agg: 'sum', of: 'properties.revenue', event: 'Bought', gte: 1 } },
    ],
  },
}

const visitorWith = (audiences: AudienceDefinition[]) => {
  const visitor = createVisitor(audiences)
  visitor.send([
    track('Viewed', noon - 9, {}, { messageId: 'v1' }),
    track('Viewed', noon - 8, {}, { messageId: 'v2' }),
    track('Bought', noon, { revenue: 0.5 }, { messageId: 'b1' }),
  ])
  return visitor
}

test('AU7 the tree of truths, what holds it up, and when it may change', () => {
  const visitor = visitorWith([engaged])
  const explanation = explain(visitor.state, visitor.plan, 'engaged', noon, visitor.ledger)
  expect(explanation).toEqual({
    audience: 'engaged',
    profileId: 'p-a',
    version: 1,
    now: noon,
    isMember: true,
    since: noon,
    purposes: { analytics: 'unknown' },
    isAllowed: true,
    tree: {
      kind: 'all',
      holds: true,
      next: noon - 9 + hour,
      parts: [
        {
          kind: 'condition',
          condition: { event: 'Viewed', count: { gte: 2 }, within: 'PT1H' },
          holds: true,
          next: noon - 9 + hour,
          evidence: { atLeast: 2, newest: [noon - 8, noon - 9] },
          events: [
            { messageId: 'v2', event: 'Viewed', timestamp: noon - 8, source: 'web' },
            { messageId: 'v1', event: 'Viewed', timestamp: noon - 9, source: 'web' },
          ],
        },
        {
          kind: 'not',
          holds: true,
          next: null,
          parts: [
            {
              kind: 'condition',
              condition: { agg: 'sum', of: 'properties.revenue', event: 'Bought', gte: 1 },
              holds: false,
              next: null,
              evidence: { n: 1, sum: '0.5' },
              events: [{ messageId: 'b1', event: 'Bought', timestamp: noon, source: 'web' }],
            },
          ],
        },
      ],
    },
    next: noon - 9 + hour,
    historySince: noon - 9,
  })
})

test('AU7 says that it is inexact, also by another audience', () => {
  const wide: AudienceDefinition = {
    id: 'wide',
    when: { agg: 'distinct', of: 'properties.n', event: 'E', gte: 20_000 },
  }
  const visitor = createVisitor([wide, { id: 'narrow', when: { not: { audience: 'wide' } } }])
  visitor.send(Array.from({ length: 10_001 }, (_, n) => track('E', noon, { n })))
  expect(explain(visitor.state, visitor.plan, 'wide', noon)).toMatchObject({ inexact: true, tree: { inexact: true } })
  expect(explain(visitor.state, visitor.plan, 'narrow', noon)).toMatchObject({ isMember: true, inexact: true })
})

test('AU7 PR1 says since when it knows the events of a definition that came later than the ledger', () => {
  const visitor = visitorWith([])
  visitor.prune(noon + 40 * day)
  const plan = planOf([engaged], 2)
  const { state } = catchUp(visitor.state, plan, visitor.ledger, noon + 40 * day, noon + 40 * day)
  // The window of one part does not reach back so far; that of the other does.
  expect(explain(state, plan, 'engaged', noon + 40 * day)).toMatchObject({ isMember: false, historySince: noon + 1 })
})

test('AU7 an audience that the workspace does not have is not explained', () => {
  const visitor = visitorWith([engaged])
  expect(explain(visitor.state, visitor.plan, 'other', noon)).toBeUndefined()
})

test('AU7 explains on which account consent keeps somebody out', () => {
  const visitor = createVisitor([engaged])
  visitor.send([track('Viewed', noon), track('Viewed', noon)], 'opt-in')
  expect(explain(visitor.state, visitor.plan, 'engaged', noon)).toMatchObject({
    isMember: false,
    isAllowed: false,
    tree: { holds: true },
    next: null,
  })
})

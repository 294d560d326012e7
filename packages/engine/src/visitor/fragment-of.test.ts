import { expect, test } from 'vitest'
import type { Ownership } from '../identity/ownership.ts'
import { day, noon, page } from '../testing/events.ts'
import { createVisitor, planOf } from '../testing/visitor.ts'
import { attribute } from './attribute.ts'

const owner = (value: string) => ({ type: 'user_id', value, class: 'person' }) as const
const owned = (value: string): Ownership => ({
  owner: owner(value),
  since: noon,
  until: noon + 1,
  seenAt: noon,
  session: { id: 'first', at: noon },
  claimSeq: 1,
})

test.each([
  ['that one person has signed out of', [owned('A')]],
  ['that two have used', [owned('A'), owned('B')]],
])('PR2 a device %s stays small, however many visits it has', (_which, owners) => {
  const plan = planOf([])
  const visitor = createVisitor(plan)
  visitor.restore({ ...visitor.state, owners })
  for (let visit = 0; visit < 500; visit++) {
    const at = noon + day + visit * 1_000
    const event = page(at, { context: { sessionId: `s${visit}` } })
    visitor.restore(attribute(visitor.state, [JSON.stringify(event)], plan, visitor.ledger, at).state)
    visitor.send([event])
  }
  const { fragments } = visitor.state
  expect(fragments.length).toBeLessThanOrEqual(200)
  expect(fragments.reduce((sum, { events }) => sum + events.page!.count, 0)).toBe(500)
  // What holds several visits is adopted by nobody (ID8).
  expect(fragments.filter(({ events, isSealed }) => events.page!.count > 1 && !isSealed)).toEqual([])
})

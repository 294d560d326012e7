import { expect, test } from 'vitest'
import { hour, noon, track } from '../testing/events.ts'
import { createVisitor } from '../testing/visitor.ts'

const recent = [{ id: 'recent', when: { event: 'Viewed', within: 'PT2H' } }]

test('WI8, WI9 the first copy to arrive counts: one that a clock behind received does not move it', () => {
  const visitor = createVisitor(recent)
  visitor.send([track('Viewed', noon, {}, { messageId: 'm' })])
  const copy = track('Viewed', noon - hour, {}, { messageId: 'm' })
  expect(visitor.send([copy])).toMatchObject({ changes: [], duplicates: [0] })
  expect(visitor.nextFlip).toBe(noon + 2 * hour)
})

test('WI9 at a merge the copy of the profile that stays counts', () => {
  const visitor = createVisitor(recent)
  const other = createVisitor(recent, 'b')
  visitor.send([track('Viewed', noon, {}, { messageId: 'm' })])
  other.send([track('Viewed', noon - hour, {}, { messageId: 'm' })])
  visitor.merge(other, noon)
  expect(visitor.nextFlip).toBe(noon + 2 * hour)
  expect(visitor.state.fragments.map(({ events }) => events.Viewed?.count ?? 0)).toEqual([1, 0])
})

test('CO3 a request of copies alone does not make its source the newest', () => {
  const visitor = createVisitor([{ id: 'it', when: { event: 'Viewed' }, purposes: ['marketing'] }])
  const event = track('Viewed', noon)
  visitor.send([event], 'opt-out')
  visitor.send([event], 'opt-in')
  expect(visitor.state.policy).toBe('opt-out')
})

import { expect, test } from 'vitest'
import { day, identify, minute, noon, page, track } from '../testing/events.ts'
import { createVisitor } from '../testing/visitor.ts'
import { type ProfileView, viewProfile } from './read.ts'

const text = (n: number) => 'x'.repeat(n)
const after = (send: (v: ReturnType<typeof createVisitor>) => void) => {
  const other = createVisitor([{ id: 'x', when: { event: 'page', count: { gte: 2 }, within: 'P90D' } }], 'b')
  send(other)
  const before = viewProfile(other.state, [])
  other.prune(noon + 60 * day)
  const pruned = viewProfile(other.state, [])
  const one = createVisitor([{ id: 'x', when: { event: 'page', count: { gte: 2 }, within: 'P90D' } }])
  one.merge(other, noon + 61 * day)
  return { before, pruned, merged: viewProfile(one.state, []) }
}
const b = { anonymousId: 'b' }
const values = ({ traits }: ProfileView) =>
  Object.fromEntries(Object.entries(traits).map(([name, { value }]) => [name, String(value).length]))

test('PR1 PR2 after its ledger was bounded and it moved, a profile shows no value that was refused for its size', () => {
  const { before, pruned, merged } = after((v) => {
    v.send([identify({ a: text(17_000), b: 1 }, noon, b)])
    v.send([identify({ b: text(17_000) }, noon + 1, b)])
  })
  expect(values(pruned)).toEqual(values(before))
  expect(values(merged)).toEqual(values(before))
})

test('PR1 PR2 after its ledger was bounded and it moved, a profile shows the same sessions', () => {
  const { before, pruned, merged } = after((v) => {
    v.send([page(noon, b), track('y', noon + minute, {}, b), page(noon + 50 * minute, b)])
    v.send([page(noon + 59 * day, b)])
  })
  expect(pruned.sessions).toEqual(before.sessions)
  expect(merged.sessions).toEqual(before.sessions)
})

test('PR1 PR2 after its ledger was bounded and it moved, a profile shows the same names', () => {
  const { before, pruned, merged } = after((v) => {
    v.send(Array.from({ length: 510 }, (_, n) => track(`n${n}`, noon + n, {}, b)))
  })
  expect(pruned.events).toEqual(before.events)
  expect(merged.events).toEqual(before.events)
})

test('PR1 PR2 after its ledger was bounded and it moved, a profile shows no removed trait', () => {
  const { before, merged } = after((v) => {
    v.send([identify({ a: 1, c: 2 }, noon, b), identify({ a: null }, noon + 1, b)])
  })
  expect(values(merged)).toEqual(values(before))
})

import { describe, expect, test } from 'vitest'
import { identify, noon, track } from '../testing/events.ts'
import { compileAudiences } from './compile.ts'
import type { Condition } from './condition.ts'
import { orderByDependency } from './order.ts'

const compile = (...conditions: Condition[]) =>
  compileAudiences(conditions.map((when, index) => ({ id: `a${index}`, when })))

describe('an event reaches only the conditions that it can change', () => {
  const viewed = (sku: string): Condition => ({ event: 'Viewed', where: [{ path: 'properties.sku', eq: sku }] })
  const thousand = Array.from({ length: 1000 }, (_, index) => viewed(`s${index}`))

  test('by its name', () => {
    const { leavesOf } = compile({ event: 'A' }, { event: 'B' }, { recency: { event: 'B' }, gte: 'P1D' })
    expect([...leavesOf(track('B', noon))]).toHaveLength(2)
    expect([...leavesOf(track('C', noon))]).toEqual([])
  })

  test('and by the value that a filter needs: one of a thousand', () => {
    const { leavesOf } = compile(...thousand, { event: 'Viewed' })
    expect([...leavesOf(track('Viewed', noon, { sku: 's7' }))]).toHaveLength(2)
    expect([...leavesOf(track('Viewed', noon, {}))]).toHaveLength(1)
  })

  test('an event in two steps of a sequence reaches it once', () => {
    const { leavesOf } = compile({ sequence: [{ event: 'A' }, { event: 'A' }], none: [{ event: 'A' }] })
    expect([...leavesOf(track('A', noon))]).toHaveLength(1)
  })

  test('a track named like a type is no such event', () => {
    const { leavesOf } = compile({ trait: 'plan', eq: 'pro', hasBeenFor: 'P1D' })
    const [leaf] = leavesOf(identify({ plan: 'pro' }, noon))
    expect(leaf!.events!.matches(identify({ plan: 'pro' }, noon))).toBe(true)
    expect(leaf!.events!.matches(track('identify', noon, {}, { traits: { plan: 'pro' } }))).toBe(false)
  })
})

test('the same condition in two audiences is remembered once, whatever the order of its keys', () => {
  const { remembering } = compile({ event: 'A', within: 'P1D' }, { any: [{ within: 'P1D', event: 'A' }] })
  expect(remembering).toHaveLength(1)
})

test('a new profile meets only what may hold for somebody who has done nothing', () => {
  const { atBirth } = compile(
    { event: 'A' },
    { notPerformed: 'A' },
    { all: [{ event: 'A' }, { bucket: { salt: 's', lt: 0.5 } }] },
    { any: [{ event: 'A' }, { bucket: { salt: 's', lt: 0.5 } }] },
    { event: 'A', count: { lt: 2 }, within: 'P1D' },
    { trait: 'plan', exists: false },
    { firstSeen: { within: 'P1D' } },
    { agg: 'avg', of: 'properties.x', event: 'A', lt: 10 },
    { agg: 'sum', of: 'properties.x', event: 'A', lt: 10 },
  )
  expect(atBirth).toEqual(['a1', 'a3', 'a4', 'a5', 'a6', 'a8'])
})

describe('the order of audiences', () => {
  test('each comes after those it depends on', () => {
    const needs = new Map([
      ['c', ['b']],
      ['a', []],
      ['b', ['a']],
    ])
    expect(orderByDependency(needs)).toEqual({ order: ['a', 'b', 'c'], circle: undefined })
  })

  test('a circle is named', () => {
    const needs = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ])
    expect(orderByDependency(needs).circle).toEqual(['b', 'c', 'b'])
  })

  test('a chain of thousands is no harder than a short one', () => {
    const needs = new Map(Array.from({ length: 3000 }, (_, n) => [`a${n}`, [`a${n + 1}`]]))
    expect(orderByDependency(needs).order).toHaveLength(3000)
  })
})

import { describe, expect, test } from 'vitest'
import type { AudienceDefinition } from '../audience/condition.ts'
import { identify, minute, noon, track } from '../testing/events.ts'
import { createVisitor } from '../testing/visitor.ts'

const bought = { event: 'Bought', of: 'properties.revenue' } as const
const definitions: AudienceDefinition[] = [
  { id: 'sum', when: { agg: 'sum', ...bought, within: 'P30D', gte: 1 } },
  { id: 'max', when: { agg: 'max', ...bought, within: 'P30D', gte: 99 } },
  { id: 'distinct', when: { agg: 'distinct', ...bought, gte: 5_000 } },
  { id: 'mode', when: { agg: 'mode', ...bought, eq: 3 } },
  { id: 'count', when: { event: 'Bought', count: { gte: 8_000 }, within: 'P30D' } },
  { id: 'sequence', when: { sequence: [{ event: 'Bought' }, { event: 'Returned' }], within: 'P30D' } },
]

type Visitor = ReturnType<typeof createVisitor>

/** The numbers of the rows that a state names, wherever in it. */
const named = (value: unknown): number[] => {
  if (typeof value !== 'object' || value === null) return []
  if ('spilled' in value && 'load' in value) {
    const { spilled, load } = value as { spilled: number; load: () => unknown }
    return [spilled, ...named(load())]
  }
  return Object.values(value).flatMap(named)
}
const rowsNamed = ({ state }: Visitor) => named(state.fragments).sort((a, b) => a - b)
const rowsKept = ({ rows }: Visitor) => [...rows.keys()].sort((a, b) => a - b)

const purchases = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) =>
    track('Bought', noon + (from + n) * 1_000, { revenue: ((from + n) * 7) % 6_000 }, { messageId: `b${from + n}` }),
  )

const filled = (count: number): Visitor => {
  const visitor = createVisitor(definitions)
  for (let from = 0; from < count; from += 500) visitor.send(purchases(500, from))
  return visitor
}

describe('PR2 the row of the state stays small', () => {
  test('with 10,000 events that six conditions remember it is under 64 KB, and each row under 512 KB', () => {
    const visitor = filled(10_000)
    expect(JSON.stringify(visitor.state).length).toBeLessThan(64 * 1024)
    expect(Math.max(...[...visitor.rows.values()].map((body) => body.length))).toBeLessThan(512 * 1024)
    expect(visitor.audiences).toEqual(['count', 'distinct', 'max', 'sum'])
  })

  test('with a thousand conditions that each remember a little it is under 512 KB', () => {
    const many = Array.from({ length: 1_000 }, (_, n): AudienceDefinition => {
      const where = [{ path: 'properties.revenue', gt: -n - 1 }]
      return { id: `a${n}`, when: { agg: 'sum', ...bought, where, within: 'P30D', gte: 1e9 } }
    })
    const visitor = createVisitor(many)
    visitor.send(purchases(100))
    expect(visitor.rows.size).toBeGreaterThan(900)
    expect(JSON.stringify(visitor.state).length).toBeLessThan(512 * 1024)
  })
})

describe('the rows of what was spilled', () => {
  test('are those that the state names, whatever happens', () => {
    const visitor = filled(2_000)
    expect(rowsKept(visitor)).toEqual(rowsNamed(visitor))
    // Late events open sealed chunks.
    visitor.send(Array.from({ length: 300 }, (_, n) => track('Bought', noon + n * 5_000 + 1, { revenue: n })))
    expect(rowsKept(visitor)).toEqual(rowsNamed(visitor))
    visitor.publish(definitions.slice(1, 3))
    visitor.wake(noon + 3_000_000)
    expect(rowsKept(visitor)).toEqual(rowsNamed(visitor))
    visitor.publish([])
    visitor.wake(noon + 3_000_000)
    expect(rowsKept(visitor)).toEqual([])
  })

  test('an event rewrites few of them', () => {
    const visitor = filled(2_000)
    const before = new Map(visitor.rows)
    visitor.send(purchases(1, 2_000))
    const changed = [...visitor.rows].filter(([id, body]) => before.get(id) !== body)
    // Those of `distinct` and `mode`, which are no lists.
    expect(changed.length).toBeLessThanOrEqual(2)
  })

  test('an event that no condition is about rewrites none', () => {
    const visitor = filled(2_000)
    const before = new Map(visitor.rows)
    visitor.send([track('Other', noon + minute), identify({ plan: 'pro' }, noon + minute)])
    expect(visitor.rows).toEqual(before)
  })
})

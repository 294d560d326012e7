import { describe, expect, test } from 'vitest'
import type { AudienceDefinition } from '../audience/condition.ts'
import { day, hour, minute, noon, page, track } from '../testing/events.ts'
import { told } from '../testing/told.ts'
import { createVisitor } from '../testing/visitor.ts'

const viewed = (timestamp: number) => track('Viewed', timestamp)
const engaged: AudienceDefinition = { id: 'engaged', when: { event: 'Viewed', count: { gte: 2 }, within: 'PT1H' } }
const calm: AudienceDefinition = { id: 'calm', when: { not: { audience: 'engaged' } } }

describe('{"audience"}: of another audience', () => {
  test('B = not A: when A enters B exits, when A exits by time B enters, in the same transaction', () => {
    const visitor = createVisitor([calm, engaged])
    expect(told(visitor.send([viewed(noon)]).changes)).toEqual(['entered calm @0 by event'])
    expect(told(visitor.send([viewed(noon + 1)]).changes)).toEqual([
      'entered engaged @1 by event',
      'exited calm @1 by event',
    ])
    expect(told(visitor.wake(noon + hour))).toEqual([
      `exited engaged @${hour} by time`,
      `entered calm @${hour} by time`,
    ])
  })

  test('for counts from the membership', () => {
    const loyal: AudienceDefinition = { id: 'loyal', when: { audience: 'engaged', for: 'PT30M' } }
    const visitor = createVisitor([loyal, engaged])
    visitor.send([viewed(noon), viewed(noon + 1)])
    expect(visitor.nextFlip).toBe(noon + 1 + 30 * minute)
    expect(told(visitor.wake(noon + day))).toEqual([
      `entered loyal @${30 * minute + 1} by time`,
      `exited engaged @${hour} by time`,
      `exited loyal @${hour} by time`,
    ])
  })

  test('a chain is decided in its order, however it is written', () => {
    const chain: AudienceDefinition[] = [
      { id: 'c', when: { audience: 'b' } },
      { id: 'b', when: { audience: 'a' } },
      { id: 'a', when: { event: 'Viewed' } },
    ]
    expect(
      createVisitor(chain)
        .send([viewed(noon)])
        .changes.map(({ audience }) => audience),
    ).toEqual(['a', 'b', 'c'])
  })

  test('what an audience without consent would be does not count', () => {
    const gated: AudienceDefinition = { ...engaged, purposes: ['marketing'] }
    const visitor = createVisitor([gated, calm])
    visitor.send([viewed(noon), viewed(noon + 1)], 'opt-in')
    expect(visitor.audiences).toEqual(['calm'])
    const consent = { consent: { categoryPreferences: { marketing: true } } }
    expect(told(visitor.send([page(noon + 2, { context: consent })], 'opt-in').changes)).toEqual([
      'entered engaged @2 by consent',
      'exited calm @2 by consent',
    ])
  })
})

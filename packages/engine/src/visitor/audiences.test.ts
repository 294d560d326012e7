import { describe, expect, test } from 'vitest'
import type { AudienceDefinition } from '../audience/condition.ts'
import { at, day, hour, identify, noon, page, track } from '../testing/events.ts'
import { told } from '../testing/told.ts'
import { createVisitor } from '../testing/visitor.ts'

const viewed = (timestamp: number, more = {}) => track('Viewed', timestamp, {}, more)
const bought = (timestamp: number, revenue: number) => track('Bought', timestamp, { revenue })
const engaged: AudienceDefinition = { id: 'engaged', when: { event: 'Viewed', count: { gte: 2 }, within: 'PT1H' } }
const calm: AudienceDefinition = { id: 'calm', when: { not: { audience: 'engaged' } } }

describe('AU1 in the transaction of the event', () => {
  test('qualifying enters, qualifying again does not enter twice', () => {
    const visitor = createVisitor([engaged])
    expect(told(visitor.send([viewed(noon)]).changes)).toEqual([])
    expect(told(visitor.send([viewed(noon + 1)]).changes)).toEqual(['entered engaged @1 by event'])
    expect(told(visitor.send([viewed(noon + 2)]).changes)).toEqual([])
  })

  test('the events of one request are one evaluation: what comes and goes within is not emitted', () => {
    const visitor = createVisitor([{ id: 'one', when: { event: 'Viewed', count: { eq: 1 } } }])
    expect(told(visitor.send([viewed(noon), viewed(noon + 1)]).changes)).toEqual([])
  })

  test('every flip due by now is taken first, at its planned instant', () => {
    const visitor = createVisitor([engaged])
    visitor.send([viewed(noon), viewed(noon + 1)])
    const { changes } = visitor.send([viewed(noon + 2 * hour), viewed(noon + 2 * hour + 1)])
    expect(told(changes)).toEqual([`exited engaged @${hour} by time`, `entered engaged @${2 * hour + 1} by event`])
  })

  test('now never goes back', () => {
    const visitor = createVisitor([engaged])
    visitor.wake(noon + day)
    visitor.send([viewed(noon + day)])
    visitor.send([viewed(noon - 1)])
    expect(visitor.state.now).toBe(noon + day)
  })

  test('a new profile meets what holds for somebody who has done nothing', () => {
    const visitor = createVisitor([{ id: 'idle', when: { notPerformed: 'Viewed', within: 'P1D' } }, engaged])
    expect(told(visitor.send([page(noon)]).changes)).toEqual(['entered idle @0 by event'])
  })
})

describe('AU2 AU3 time', () => {
  test('a third event one millisecond before the exit replans it', () => {
    const visitor = createVisitor([engaged])
    visitor.send([viewed(noon), viewed(noon + 1)])
    expect(visitor.nextFlip).toBe(noon + hour)
    visitor.send([viewed(noon + hour - 1)])
    expect(visitor.nextFlip).toBe(noon + 1 + hour)
    expect(told(visitor.wake(noon + hour))).toEqual([])
    expect(told(visitor.wake(noon + day))).toEqual([`exited engaged @${hour + 1} by time`])
  })

  test('an alarm that fires 90 s late carries the planned instant, one that fires twice exits once', () => {
    const visitor = createVisitor([engaged])
    visitor.send([viewed(noon), viewed(noon + 1)])
    const [change] = visitor.wake(noon + hour + 90_000)
    expect(change).toMatchObject({ type: 'audience.exited', effectiveAt: noon + hour, emittedAt: noon + hour + 90_000 })
    expect(visitor.wake(noon + hour + 90_000)).toEqual([])
    expect(visitor.nextFlip).toBeUndefined()
  })

  test('several overdue are taken in order', () => {
    const visitor = createVisitor([
      { id: 'late', when: { recency: { event: 'Viewed' }, gte: 'PT3H' } },
      { id: 'soon', when: { event: 'Viewed', within: 'PT1H' } },
      { id: 'later', when: { event: 'Viewed', within: 'PT2H' } },
    ])
    visitor.send([viewed(noon)])
    expect(told(visitor.wake(noon + day))).toEqual([
      `exited soon @${hour} by time`,
      `exited later @${2 * hour} by time`,
      `entered late @${3 * hour} by time`,
    ])
  })

  test('a refund that takes the sum below the threshold exits', () => {
    const visitor = createVisitor([
      { id: 'vip', when: { agg: 'sum', of: 'properties.revenue', event: 'Bought', gte: 100 } },
    ])
    expect(told(visitor.send([bought(noon, 120)]).changes)).toEqual(['entered vip @0 by event'])
    expect(told(visitor.send([bought(noon + 1, -30)]).changes)).toEqual(['exited vip @1 by event'])
  })

  test('a calendar day ends by itself, on a day of 23 hours', () => {
    const visitor = createVisitor([
      { id: 'today', when: { event: 'Viewed', within: { calendar: 'today', tz: 'Europe/Rome' } } },
    ])
    visitor.send([viewed(at('2026-03-29T00:30Z'))])
    expect(visitor.nextFlip).toBe(at('2026-03-29T22:00Z'))
    expect(visitor.wake(at('2026-04-01T00:00Z'))).toMatchObject([{ effectiveAt: at('2026-03-29T22:00Z') }])
    expect(visitor.nextFlip).toBeUndefined()
  })
})

test('CO3 a source with another policy is another answer for what nobody decided', () => {
  const visitor = createVisitor([{ ...engaged, purposes: ['marketing'] }])
  visitor.send([viewed(noon), viewed(noon + 1)], 'opt-out')
  expect(visitor.audiences).toEqual(['engaged'])
  expect(told(visitor.send([page(noon + 2)], 'opt-in').changes)).toEqual(['exited engaged @2 by consent'])
  expect(told(visitor.send([page(noon + 3)], 'opt-out').changes)).toEqual(['entered engaged @3 by consent'])
})

describe('AU4 AU5 late, merged, redefined', () => {
  test('an enter-and-exit wholly in the past is not emitted', () => {
    const visitor = createVisitor([engaged])
    visitor.send([page(noon)])
    const late = { receivedAt: noon + 1 }
    expect(told(visitor.send([viewed(noon - 3 * hour, late), viewed(noon - 3 * hour + 1, late)]).changes)).toEqual([])
  })

  test('a duplicate changes nothing', () => {
    const visitor = createVisitor([engaged])
    const event = viewed(noon)
    visitor.send([event])
    expect(visitor.send([{ ...event, receivedAt: noon + 5 }])).toMatchObject({
      duplicates: [0],
      accepted: 0,
      changes: [],
    })
  })

  test('count ≥ 2 met by a merge enters with cause merge', () => {
    const [one, other] = [createVisitor([engaged]), createVisitor([engaged], 'b')]
    one.send([viewed(noon)])
    other.send([viewed(noon + 1)])
    expect(told(one.merge(other, noon + 2))).toEqual(['entered engaged @2 by merge'])
  })

  test('a new definition is met from the events that are there', () => {
    const visitor = createVisitor([])
    visitor.send([viewed(noon), viewed(noon + 1)])
    visitor.publish([engaged, calm])
    expect(told(visitor.wake(noon + 2))).toEqual(['entered engaged @2 by definition'])
    visitor.publish([])
    expect(told(visitor.wake(noon + 3))).toEqual(['exited engaged @3 by definition'])
    expect(visitor.wake(noon + 3)).toEqual([])
  })

  test('an edited definition forgets what nobody needs any more', () => {
    const visitor = createVisitor([engaged])
    visitor.send([viewed(noon), viewed(noon + 1)])
    visitor.publish([{ id: 'engaged', when: { event: 'Bought' } }])
    visitor.wake(noon + 2)
    expect(visitor.state.fragments[0]!.memory).toEqual({})
  })

  test('memory in an older form is recalled from the ledger', () => {
    const visitor = createVisitor([engaged])
    visitor.send([viewed(noon), viewed(noon + 1)])
    const old = visitor.state
    delete old.memoryVersion
    for (const fragment of old.fragments) fragment.memory = { old: { total: 2, newest: [] } }
    visitor.restore(old)
    visitor.send([viewed(noon + 2)])
    expect(visitor.audiences).toEqual(['engaged'])
    expect(visitor.nextFlip).toBe(noon + 1 + hour)
  })
})

describe('AU6 the change', () => {
  test('says that it is inexact when something had to be left out', () => {
    const when = { agg: 'distinct', of: 'properties.revenue', event: 'Bought', lt: 20_000 } as const
    const visitor = createVisitor([
      { id: 'wide', when },
      { id: 'narrow', when: { not: { audience: 'wide' } } },
    ])
    const changes = visitor.send(Array.from({ length: 10_001 }, (_, i) => bought(noon, i))).changes
    expect(changes).toMatchObject([{ audience: 'wide', inexact: true }])
    expect(visitor.send([bought(noon + 1, 1)]).changes).toEqual([])
  })

  test('counts seq over all audiences without gaps', () => {
    const visitor = createVisitor([calm, engaged])
    const changes = [visitor.send([viewed(noon)]), visitor.send([viewed(noon + 1)])].flatMap((step) => step.changes)
    expect([...changes, ...visitor.wake(noon + day)].map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
  })
})

test('an identifier that an event shows is looked at', () => {
  const visitor = createVisitor([{ id: 'known', when: { identifier: 'email', exists: true } }])
  visitor.send([page(noon)])
  expect(told(visitor.send([identify({ email: 'a@example.com' }, noon + 1)]).changes)).toEqual([
    'entered known @1 by event',
  ])
})

test('an event named as a prototype is counted', () => {
  const visitor = createVisitor([])
  visitor.send([track('__proto__', noon), track('constructor', noon)])
  expect(Object.keys(visitor.state.fragments[0]!.events).sort()).toEqual(['__proto__', 'constructor'])
})

import { describe, expect, test } from 'vitest'
import type { AudienceDefinition } from '../audience/condition.ts'
import { day, hour, identify, noon, track } from '../testing/events.ts'
import { createVisitor } from '../testing/visitor.ts'
import { catchUp } from './catch-up.ts'
import { explain } from './explain.ts'
import { readLedger } from './ledger.ts'
import { viewProfile } from './read.ts'

const often = (gte: number): AudienceDefinition => ({
  id: 'often',
  when: { event: 'Viewed', count: { gte }, within: 'P90D' },
})
const spent: AudienceDefinition = {
  id: 'spent',
  when: { agg: 'sum', of: 'properties.revenue', event: 'Bought', gte: 10 },
}
const whole = 30 * day

type Visitor = ReturnType<typeof createVisitor>
const kept = (visitor: Visitor) => visitor.state.fragments.flatMap(({ id }) => [...readLedger(visitor.ledger, id)])
const view = (visitor: Visitor) => viewProfile(visitor.state, [])

const views = (count: number) =>
  Array.from({ length: count }, (_, n) => track('Viewed', noon + n, { sku: 'A', price: 5 }, { messageId: `v${n}` }))

describe('PR1 the ledger is bounded by time', () => {
  test('events are whole for 30 days by receivedAt', () => {
    const visitor = createVisitor([often(3)])
    visitor.send(views(2))
    const before = kept(visitor)
    visitor.prune(noon + whole)
    expect(kept(visitor)).toEqual(before)
    expect(before[0]).toMatchObject({ properties: { sku: 'A', price: 5 } })
  })

  test('then only what definitions read of them is kept', () => {
    const visitor = createVisitor([
      { ...often(3), when: { ...often(3).when, where: [{ path: 'properties.sku', eq: 'A' }] } } as AudienceDefinition,
    ])
    visitor.send([...views(1), track('Clicked', noon, {}, { messageId: 'c' })])
    visitor.prune(noon + whole + 2 * day)
    expect(kept(visitor)).toEqual([
      {
        messageId: 'v0',
        type: 'track',
        event: 'Viewed',
        timestamp: noon,
        receivedAt: noon,
        source: 'web',
        properties: { sku: 'A' },
        slim: 0,
      },
    ])
  })

  test('what is past the longest window is folded, and the profile says the same', () => {
    const visitor = createVisitor([often(3), spent])
    const campaign = { campaign: { source: 'news' } }
    visitor.send([
      ...views(2),
      track('Bought', noon, { revenue: 4 }, { messageId: 'b', context: campaign }),
      identify({ plan: 'pro' }, noon, { messageId: 'i' }),
      track(
        'Decided',
        noon,
        {},
        { messageId: 'k', context: { consent: { categoryPreferences: { marketing: true } } } },
      ),
    ])
    const before = view(visitor)
    visitor.prune(noon + whole + 2 * day)
    visitor.prune(noon + 500 * day)
    expect(kept(visitor)).toEqual([])
    expect(view(visitor)).toEqual(before)
    expect(visitor.state.fragments[0]!.base).toMatchObject({ until: noon + 1, events: { Viewed: { count: 2 } } })
    // What was spent then counts with what is spent now.
    visitor.send([track('Bought', noon + 500 * day, { revenue: 6 })])
    expect(visitor.audiences).toEqual(['spent'])
  })

  test('a copy is a duplicate for 30 days at least, and as long as a definition wants the event', () => {
    const visitor = createVisitor([often(3)])
    visitor.send([...views(1), track('Clicked', noon, {}, { messageId: 'c' })])
    visitor.prune(noon + whole - 1)
    const copy = { receivedAt: noon + whole - 1 }
    expect(visitor.send([track('Clicked', noon, {}, { messageId: 'c', ...copy })]).duplicates).toEqual([0])
    visitor.prune(noon + 60 * day)
    expect(visitor.send([{ ...views(1)[0]!, receivedAt: noon + 60 * day }]).duplicates).toEqual([0])
  })

  test('what the lake has not got yet stays whole', () => {
    const visitor = createVisitor([])
    visitor.send([track('Clicked', noon, {}, { messageId: 'c' })])
    visitor.restore({ ...visitor.state, unsent: [1] })
    visitor.prune(noon + whole + 2 * day)
    expect(kept(visitor)).toHaveLength(1)
    visitor.restore({ ...visitor.state, unsent: [] })
    visitor.prune(noon + whole + 4 * day)
    expect(kept(visitor)).toEqual([])
  })

  test('a commit that is no longer whole is not sent to the lake again', () => {
    const visitor = createVisitor([])
    visitor.send([track('Clicked', noon, {}, { messageId: 'c' })])
    visitor.restore({ ...visitor.state, unsure: [1] })
    visitor.prune(noon + whole + 2 * day)
    expect(visitor.state.unsure).toEqual([])
  })

  test('what comes within a day is looked through together', () => {
    const visitor = createVisitor([])
    visitor.send(views(1))
    expect(visitor.state.fragments[0]!.pruneAt).toBe(noon + whole + day)
  })
})

describe('PR1 a definition sees the history that it finds', () => {
  const pruned = (audiences: AudienceDefinition[]) => {
    const visitor = createVisitor(audiences)
    visitor.send(views(3))
    visitor.prune(noon + whole + 2 * day)
    return visitor
  }
  const after = (visitor: Visitor, audience: AudienceDefinition) => {
    const now = noon + 40 * day
    visitor.publish([audience])
    const { state } = catchUp(visitor.state, visitor.plan, visitor.ledger, now, now)
    return explain(state, visitor.plan, audience.id, now)!
  }

  test('an edited bound finds what the one before has kept', () => {
    expect(after(pruned([often(9)]), often(3))).toMatchObject({ isMember: true, historySince: noon })
  })

  test('one that reads another field does not, and explain says since when it knows', () => {
    const dear = { path: 'properties.price', gt: 1 }
    const other: AudienceDefinition = { id: 'dear', when: { event: 'Viewed', where: [dear], within: 'P90D' } }
    expect(after(pruned([often(9)]), other)).toMatchObject({ isMember: false, historySince: noon + 3 })
  })

  test('one of events that nobody wanted finds none', () => {
    expect(after(pruned([]), often(3))).toMatchObject({ isMember: false, historySince: noon + 3 })
  })

  test('what is unknown before its window begins does not matter', () => {
    const soon: AudienceDefinition = { id: 'soon', when: { event: 'Viewed', within: 'P1D' } }
    expect(after(pruned([]), soon)).toMatchObject({ isMember: false, historySince: noon })
  })
})

describe('PR1 what was folded moves with its fragment', () => {
  const definitions = [often(3), spent]
  const old = (messages: string[]) => {
    const visitor = createVisitor(definitions, 'b')
    visitor.send(
      messages.map((messageId, n) => track('Bought', noon + n, { revenue: 5 }, { messageId, anonymousId: 'b' })),
    )
    visitor.send([identify({ plan: 'pro' }, noon, { messageId: 'i', anonymousId: 'b' })])
    return visitor
  }

  test('its counts are added, its traits are known, and its audiences are entered by the merge', () => {
    const other = old(['b1', 'b2'])
    other.prune(noon + 500 * day)
    expect(kept(other)).toEqual([])
    const visitor = createVisitor(definitions)
    visitor.send([track('Clicked', noon + 500 * day)])
    const changes = visitor.merge(other, noon + 500 * day + 1)
    expect(changes).toMatchObject([{ audience: 'spent', cause: 'merge' }])
    expect(view(visitor)).toMatchObject({ events: { Bought: { count: 2 } }, traits: { plan: { value: 'pro' } } })
  })

  test('an event that one side has slim and the other whole is one', () => {
    const other = old(['b1', 'b2'])
    other.prune(noon + whole + 2 * day)
    expect(kept(other).filter(({ slim }) => slim !== undefined)).toHaveLength(2)
    const visitor = createVisitor(definitions)
    visitor.send([track('Bought', noon, { revenue: 5 }, { messageId: 'b1' })])
    expect(visitor.audiences).toEqual([])
    visitor.merge(other, noon + whole + 3 * day)
    expect(visitor.audiences).toEqual(['spent'])
    expect(view(visitor)).toMatchObject({ events: { Bought: { count: 2 } } })
  })

  test('what the survivor cannot read of it, it says', () => {
    const other = old(['b1'])
    other.prune(noon + whole + 2 * day)
    const visitor = createVisitor([
      { id: 'usd', when: { event: 'Bought', where: [{ path: 'properties.currency', eq: 'USD' }] } },
    ])
    visitor.send([track('Clicked', noon + hour)])
    visitor.merge(other, noon + whole + 3 * day)
    expect(explain(visitor.state, visitor.plan, 'usd', noon + whole + 3 * day)).toMatchObject({
      historySince: noon + 1,
    })
  })
})

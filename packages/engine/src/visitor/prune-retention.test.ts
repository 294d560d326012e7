import { describe, expect, test } from 'vitest'
import type { AudienceDefinition } from '../audience/condition.ts'
import { day, hour, noon, track } from '../testing/events.ts'
import { createVisitor, planOf } from '../testing/visitor.ts'
import { readLedger } from './ledger.ts'
import { nextPruneOf } from './prune.ts'
import type { Plan } from './step.ts'

const spent: AudienceDefinition = {
  id: 'spent',
  when: { agg: 'sum', of: 'properties.price', event: 'Bought', within: 'P90D', gte: 5 },
}

/** A plan whose events are whole for so many days, by their source. */
const keepingFor = (days: Record<string, number>, otherwise = 30): Plan => ({
  ...planOf([spent]),
  whole: {
    shortestMs: Math.min(otherwise, ...Object.values(days)) * day,
    of: (source) => (days[source] ?? otherwise) * day,
  },
})

const bought = (at: number, source = 'web') => track('Bought', at, { price: 5, card: 'visa' }, { source })
/** Of each event that is kept: its source, and whether it is whole. */
const kept = ({ state, ledger }: ReturnType<typeof createVisitor>): string[] =>
  state.fragments.flatMap(({ id }) =>
    [...readLedger(ledger, id)].map(({ source, properties }) => `${source} ${properties?.card ? 'whole' : 'part'}`),
  )

describe('RT a retention of events ends their whole part in the profile', () => {
  // biome-ignore format: a row a rule
  const table: [rule: string, plan: Plan, events: ReturnType<typeof bought>[], afterDays: number, kept: string[]][] = [
    ['not before its time', keepingFor({ web: 7 }), [bought(noon)], 7, ['web whole']],
    ['when its time is over', keepingFor({ web: 7 }), [bought(noon)], 8, ['web part']],
    ['of its own source alone', keepingFor({ web: 7 }), [bought(noon), bought(noon, 'till')], 8, ['web part', 'till whole']],
    ['without waiting for the newest of its block', keepingFor({ web: 7 }), [bought(noon), bought(noon + 6 * day)], 8, ['web part', 'web whole']],
    ['and no later than 30 days where it is longer', keepingFor({ web: 7, till: 60 }), [bought(noon, 'till')], 32, ['till part']],
    ['and what definitions want goes with their windows', keepingFor({ web: 7 }), [bought(noon)], 95, []],
  ]
  test.each(table)('%s', (_rule, plan, events, afterDays, expected) => {
    const visitor = createVisitor(plan)
    for (const event of events) visitor.send([event])
    for (let at = 1; at <= afterDays; at++) visitor.prune(noon + at * day)
    expect(kept(visitor)).toEqual(expected)
  })

  test('changes no audience, and a copy is known as long as before', () => {
    const visitor = createVisitor(keepingFor({ web: 1 }))
    const event = bought(noon)
    visitor.send([event])
    visitor.prune(noon + 2 * day)
    expect(kept(visitor)).toEqual(['web part'])
    expect(visitor.audiences).toEqual(['spent'])
    expect(visitor.send([{ ...event, receivedAt: noon + 29 * day }])).toMatchObject({ accepted: 0, duplicates: [0] })
  })

  test('what the lake has not got yet stays whole', () => {
    const visitor = createVisitor(keepingFor({ web: 1 }))
    visitor.send([bought(noon)])
    visitor.restore({ ...visitor.state, unsent: [1] })
    visitor.prune(noon + 3 * day)
    expect(kept(visitor)).toEqual(['web whole'])
  })

  test('what comes after all of it went is kept', () => {
    const visitor = createVisitor({ ...keepingFor({ web: 1 }), audiences: planOf([]).audiences })
    for (const at of [0, 40, 41]) {
      visitor.send([bought(noon + at * day)])
      visitor.prune(noon + at * day + hour)
    }
    visitor.prune(noon + 43 * day)
    visitor.send([bought(noon + 43 * day)])
    expect(kept(visitor).filter((one) => one === 'web whole')).toHaveLength(1)
  })
})

describe('RT when the ledger is looked through', () => {
  // biome-ignore format: a row a rule
  const table: [rule: string, plan: Plan | undefined, at: number][] = [
    ['as PR1 says where nothing is known', undefined, noon + 31 * day],
    ['as PR1 says where nothing is shorter', planOf([]), noon + 31 * day],
    ['an hour after a day', keepingFor({ web: 1 }), noon + day + hour],
    ['some hours after a week', keepingFor({ web: 7 }), noon + 7 * day + 7 * hour],
  ]
  test.each(table)('%s, also for what was stored before', (_rule, plan, at) => {
    const visitor = createVisitor([])
    visitor.send([bought(noon)])
    expect(nextPruneOf(visitor.state, plan)).toBe(at)
  })

  test('again when the next is due, and no sooner', () => {
    const plan = keepingFor({ web: 1 })
    const visitor = createVisitor(plan)
    visitor.send([bought(noon)])
    visitor.send([bought(noon + 12 * hour)])
    visitor.prune(noon + day + hour)
    expect(kept(visitor)).toEqual(['web part', 'web whole'])
    expect(nextPruneOf(visitor.state, plan)).toBe(noon + 12 * hour + day + hour)
  })
})

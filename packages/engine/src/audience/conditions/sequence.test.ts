import type { Event } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { hour, minute, noon, track } from '../../testing/events.ts'
import { holds, profileOf } from '../../testing/judge.ts'
import type { Condition } from '../condition.ts'

/** `events('A@0 B@10')`: events by name and minutes after noon. */
const events = (text: string): Event[] =>
  text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => {
      const [name, minutes] = part.split('@') as [string, string]
      return track(name, noon + Number(minutes) * minute)
    })

const steps = (...names: string[]) => names.map((event) => ({ event }))
const ab: Condition = { sequence: steps('A', 'B') }
const abc: Condition = { sequence: steps('A', 'B', 'C') }
const aThenB = (after: { min?: string; max?: string }): Condition => ({
  sequence: [{ event: 'A' }, { event: 'B', after }],
})
const abWithoutX: Condition = { ...ab, none: [{ event: 'X' }] }

const scenarios: [rule: string, when: Condition, history: string, then: boolean][] = [
  ['one after the other', ab, 'A@0 B@10', true],
  ['in the order of time, not of arrival', ab, 'B@10 A@0', true],
  ['not the other way round', ab, 'B@0 A@10', false],
  ['strictly later: not at the same instant', ab, 'A@0 B@0', false],
  ['of nothing', ab, '', false],
  ['distinct events: twice the same name needs two', { sequence: steps('A', 'A') }, 'A@0', false],
  ['two of the same name are two', { sequence: steps('A', 'A') }, 'A@0 A@1', true],
  ['others may come between', abc, 'A@0 X@1 B@2 X@3 C@4', true],
  ['some choice: the first A is not the only one', abc, 'A@0 C@1 B@2 A@3 B@4 C@5', true],
  ['min includes its bound', aThenB({ min: 'PT10M' }), 'A@0 B@10', true],
  ['too soon', aThenB({ min: 'PT10M' }), 'A@0 B@9', false],
  ['max includes its bound', aThenB({ max: 'PT10M' }), 'A@0 B@10', true],
  ['too late', aThenB({ max: 'PT10M' }), 'A@0 B@11', false],
  ['some choice: a later A is near enough', aThenB({ max: 'PT10M' }), 'A@0 A@5 B@11', true],
  ['some choice: an earlier A is far enough', aThenB({ min: 'PT10M' }), 'A@0 A@5 B@11', true],
  [
    'some choice: the greedy one fails',
    { sequence: [{ event: 'A' }, { event: 'B', after: { max: 'PT10M' } }, { event: 'C', after: { max: 'PT10M' } }] },
    'A@0 B@2 B@9 C@18',
    true,
  ],
  ['none between', abWithoutX, 'A@0 X@5 B@10', false],
  ['none before the first may be', abWithoutX, 'X@0 A@1 B@2', true],
  ['none after the last may be', abWithoutX, 'A@1 B@2 X@3', true],
  ['none at the very instant of the first is not between', abWithoutX, 'A@1 X@1 B@2', true],
  ['none at the very instant of the last is not between', abWithoutX, 'A@0 A@5 X@6 B@6', true],
  ['none may be a step itself', { ...ab, none: [{ event: 'B' }] }, 'A@0 B@5', true],
  ['none as a middle step is between', { ...abc, none: [{ event: 'B' }] }, 'A@0 B@5 C@6', false],
  ['none: some choice after it', abWithoutX, 'A@0 X@5 A@6 B@10', true],
  ['none: some choice before it', abWithoutX, 'A@0 B@3 X@5 B@10', true],
  ['within: the first has to be inside', { ...ab, within: 'PT1H' }, 'A@-60 B@-1', false],
  ['within: one millisecond is a minute here', { ...ab, within: 'PT1H' }, 'A@-59 B@-1', true],
  ['within today', { ...ab, within: { calendar: 'today', tz: 'UTC' } }, 'A@-721 B@-1', false],
  ['within today: both', { ...ab, within: { calendar: 'today', tz: 'UTC' } }, 'A@-719 B@-1', true],
]
test.each(scenarios)('sequence: %s', (_rule, when, history, then) => {
  const list = events(history)
  const now = Math.max(noon, ...list.map(({ timestamp }) => timestamp))
  expect(holds(when, list, now)).toBe(then)
  expect(holds(when, list.toReversed(), now)).toBe(then)
})

describe('AU2 the next flip of a sequence', () => {
  test('is when the latest possible start leaves the window', () => {
    const { judge } = profileOf({ ...ab, within: 'PT1H' }, [events('A@-50 A@-30 B@-20 A@-10')])
    expect(judge(noon)).toMatchObject({ isMember: true, next: noon + 30 * minute })
    expect(judge(noon + 30 * minute - 1).isMember).toBe(true)
    expect(judge(noon + 30 * minute).isMember).toBe(false)
  })
})

describe('what a sequence remembers', () => {
  const many = Array.from({ length: 200 }, (_, i) => track(i % 2 ? 'B' : 'A', noon + i))

  test('of a lifetime, only that it was found', () => {
    const { state } = profileOf(ab, [many])
    expect(Object.values(state.fragments[0]!.memory)).toEqual([true])
  })

  test('with `none`, what a late event could still undo', () => {
    const late = track('X', noon + 0.5)
    expect(holds(abWithoutX, [track('A', noon), track('B', noon + 1), late], noon + hour)).toBe(false)
    expect(holds(abWithoutX, [...many, late], noon + hour)).toBe(true)
  })

  test('within a window, no more than the window', () => {
    const spread = Array.from({ length: 5000 }, (_, i) => track('A', noon + i * minute))
    const { state } = profileOf({ ...ab, within: 'PT1H' }, [spread])
    const [list] = Object.values(state.fragments[0]!.memory) as [{ chunks: { size: number }[] }]
    expect(list.chunks.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(600)
  })

  test('past 10,000 events it says that it is inexact', () => {
    const lots = Array.from({ length: 10_001 }, (_, i) => track('A', noon + i))
    expect(profileOf(ab, [lots]).isInexact(noon + hour)).toBe(true)
    expect(profileOf(ab, [lots.slice(1)]).isInexact(noon + hour)).toBe(false)
  })
})

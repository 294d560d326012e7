import { expect, test } from 'vitest'
import { possibleChanges, type WindowedCount } from './possible-changes.ts'

const audience: WindowedCount = { id: 'viewing', event: 'Viewed', count: 2, windowMs: 1_000 }
const viewed = (timestamp: number, receivedAt = timestamp) => ({ event: 'Viewed', timestamp, receivedAt })

const stories: [what: string, events: ReturnType<typeof viewed>[], until: number, changes: string[]][] = [
  ['too few events change nothing', [viewed(0)], 9_999, []],
  [
    'the second enters, and the first to leave the window takes it out',
    [viewed(0), viewed(600)],
    9_999,
    ['entered', 'exited@1000'],
  ],
  ['what is not decided yet is not said', [viewed(0), viewed(600)], 999, ['entered']],
  ['an event exactly a window old is out', [viewed(0), viewed(1_000)], 9_999, []],
  [
    'a third event holds it, until the second leaves',
    [viewed(0), viewed(600), viewed(900)],
    9_999,
    ['entered', 'exited@1600'],
  ],
  ['a pair wholly in the past is not told', [viewed(0, 5_000), viewed(1, 5_000)], 9_999, []],
  [
    'late events enter at their receipt, and leave by their own time',
    [viewed(0, 500), viewed(1, 500)],
    9_999,
    ['entered', 'exited@1000'],
  ],
]

test.each(stories)('%s', (_what, events, until, changes) => {
  expect(possibleChanges(audience, events, until)).toContainEqual(changes)
})

test('a request that waited for its object may be decided after an exit that an alarm took first', () => {
  const ways = possibleChanges(audience, [viewed(0), viewed(400), viewed(900, 950)], 9_999)
  expect(ways).toContainEqual(['entered', 'exited@1400'])
  expect(ways).toContainEqual(['entered', 'exited@1000', 'entered', 'exited@1400'])
})

test('events of another name are none of its', () => {
  const ways = possibleChanges(audience, [viewed(0), { ...viewed(1), event: 'Other' }], 9_999)
  expect(ways?.flat()).toEqual([])
})

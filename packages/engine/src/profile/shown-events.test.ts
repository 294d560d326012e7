import { expect, test } from 'vitest'
import type { EventSummary } from './fragment.ts'
import { shownEvents } from './shown-events.ts'

const at = (first: number): EventSummary => ({ count: 2, first, last: first + 1 })
const names = (count: number, prefix: string, first: number) => ({
  events: Object.fromEntries(Array.from({ length: count }, (_, n) => [`${prefix}${n}`, at(first)])),
})

test('PR2 of more than 500 names those that came first are shown, whatever the order of fragments', () => {
  const fragments = [names(300, 'late', 9), names(300, 'early', 1), { events: { '(other)': { ...at(5), late: 1 } } }]
  const shown = shownEvents(fragments)
  expect(shownEvents(fragments.toReversed())).toEqual(shown)
  expect(Object.keys(shown)).toHaveLength(501)
  expect(Object.keys(shown).filter((name) => name.startsWith('early'))).toHaveLength(300)
  expect(shown['(other)']).toEqual({ count: 202, first: 5, last: 10, late: 1, isCut: true })
})

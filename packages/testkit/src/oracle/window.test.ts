import { expect, test } from 'vitest'
import type { Window } from './condition.ts'
import { isWithin } from './window.ts'

const now = Date.parse('2026-03-29T12:00:00Z')
const days = { between: ['2026-03-27', '2026-03-28'], tz: 'Europe/Rome' } as const
const instants = { between: ['2026-03-28T10:00:00+01:00', '2026-03-28T11:00:00Z'] } as const
const today = { calendar: 'today', tz: 'Europe/Rome' } as const

test.each<[string, Window | undefined, string, boolean]>([
  ['an event exactly w old is out', 'P1D', '2026-03-28T12:00:00.000Z', false],
  ['one millisecond younger is in', 'P1D', '2026-03-28T12:00:00.001Z', true],
  ['now is in', 'P1D', '2026-03-29T12:00:00.000Z', true],
  ['a lifetime has no begin', undefined, '1970-01-01T00:00:00Z', true],
  ['what is to come is in no window', undefined, '2026-03-29T12:00:00.001Z', false],
  ['between includes its begin', instants, '2026-03-28T09:00:00.000Z', true],
  ['between includes its end', instants, '2026-03-28T11:00:00.000Z', true],
  ['between ends there', instants, '2026-03-28T11:00:00.001Z', false],
  ['between begins there', instants, '2026-03-28T08:59:59.999Z', false],
  ['between dates includes the whole of the first', days, '2026-03-26T23:00:00.000Z', true],
  ['between dates begins with it', days, '2026-03-26T22:59:59.999Z', false],
  ['between dates includes the whole of the last', days, '2026-03-28T22:59:59.999Z', true],
  ['between dates ends with it', days, '2026-03-28T23:00:00.000Z', false],
  ['today begins at local midnight', today, '2026-03-28T23:00:00.000Z', true],
  ['a millisecond before, it was yesterday', today, '2026-03-28T22:59:59.999Z', false],
  ['without a zone, UTC', { calendar: 'today' }, '2026-03-28T23:00:00.000Z', false],
])('AU: %s', (_rule, window, at, expected) => {
  expect(isWithin(window, Date.parse(at), now)).toBe(expected)
})

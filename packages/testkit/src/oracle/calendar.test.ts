import { expect, test } from 'vitest'
import { addDays, hourMs, isInCalendar, localDate, mondayOf, startOfDay, startsOfDays } from './calendar.ts'

const rome = 'Europe/Rome'

test.each([
  ['2026-03-29', 23],
  ['2026-10-25', 25],
  ['2026-06-01', 24],
])('AU: %s in Europe/Rome has %d hours', (date, hours) => {
  expect(startOfDay(addDays(date, 1), rome) - startOfDay(date, rome)).toBe(hours * hourMs)
})

test.each([
  [rome, '2026-03-29', '2026-03-28T23:00:00.000Z'],
  [rome, '2026-03-30', '2026-03-29T22:00:00.000Z'],
  ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z'],
  ['Pacific/Kiritimati', '2026-01-01', '2025-12-31T10:00:00.000Z'],
  ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15:00.000Z'],
  ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00.000Z'], // midnight is skipped: the day begins at one
])('AU: in %s the day %s begins at %s', (tz, date, begin) => {
  const start = Date.parse(begin)
  expect(startOfDay(date, tz)).toBe(start)
  expect(localDate(start, tz)).toBe(date)
  expect(localDate(start - 1, tz)).toBe(addDays(date, -1))
})

test('a span has the starts of days after its begin, up to and with its end', () => {
  const first = startOfDay('2026-03-29', rome)
  const second = startOfDay('2026-03-30', rome)
  expect(startsOfDays(first, second, rome)).toEqual([second])
  expect(startsOfDays(first - 1, second - 1, rome)).toEqual([first])
})

test.each([
  ['2026-03-30', '2026-03-30'],
  ['2026-04-05', '2026-03-30'],
  ['2027-01-01', '2026-12-28'],
])('AU: the week of %s begins on Monday %s', (date, monday) => {
  expect(mondayOf(date)).toBe(monday)
})

test.each([
  ['today', '2026-03-01', '2026-03-01', true],
  ['today', '2026-02-28', '2026-03-01', false],
  ['yesterday', '2026-02-28', '2026-03-01', true],
  ['yesterday', '2026-03-01', '2026-03-01', false],
  ['this_week', '2026-02-23', '2026-03-01', true],
  ['this_week', '2026-02-22', '2026-03-01', false],
  ['this_month', '2026-03-01', '2026-03-31', true],
  ['this_month', '2025-03-31', '2026-03-31', false],
  ['last_month', '2026-02-01', '2026-03-31', true],
  ['last_month', '2025-12-31', '2026-01-01', true],
  ['last_month', '2026-03-01', '2026-03-31', false],
  ['last_month', '2026-01-31', '2026-03-31', false],
] as const)('AU: %s has %s, seen from %s: %s', (calendar, date, today, expected) => {
  expect(isInCalendar(date, calendar, today)).toBe(expected)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at } from '../../testing/events.ts'
import { dayOf, isTimeZone, readLocal, startOfDay } from './time-zone.ts'

const zones = ['Europe/Rome', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Havana', 'UTC']
const dayMs = 86_400_000

test('a local day begins at its first instant, in every zone', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: at('2012-01-01T00:00Z') / dayMs, max: at('2035-01-01T00:00Z') / dayMs }),
      (tz, day) => {
        const start = startOfDay(tz, day)
        expect(dayOf(tz, start)).toBe(day)
        expect(dayOf(tz, start - 1)).toBe(day - 1)
      },
    ),
    { numRuns: 150 },
  )
})

describe('the length of a day', () => {
  const scenarios: [tz: string, date: string, hours: number][] = [
    ['Europe/Rome', '2026-03-29', 23],
    ['Europe/Rome', '2026-10-25', 25],
    ['Europe/Rome', '2026-01-15', 24],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['UTC', '2026-03-29', 24],
  ]
  test.each(scenarios)('%s %s has %d hours', (tz, date, hours) => {
    const day = at(`${date}T00:00Z`) / dayMs
    expect((startOfDay(tz, day + 1) - startOfDay(tz, day)) / 3_600_000).toBe(hours)
  })

  test('a day that a zone skipped begins with the next one', () => {
    const skipped = at('2011-12-30T00:00Z') / dayMs
    expect(startOfDay('Pacific/Apia', skipped)).toBe(startOfDay('Pacific/Apia', skipped + 1))
  })
})

describe('local times', () => {
  const scenarios: [rule: string, text: string, end: boolean, instant: string | undefined][] = [
    ['a date', '2026-03-29', false, '2026-03-28T23:00Z'],
    ['a date as an end is included whole', '2026-03-29', true, '2026-03-29T21:59:59.999Z'],
    ['a time', '2026-07-01T10:00:30.5', false, '2026-07-01T08:00:30.500Z'],
    ['a time that the clock skips is what it would have been', '2026-03-29T02:30', false, '2026-03-29T01:30Z'],
    ['a time that comes twice is the first', '2026-10-25T02:30', false, '2026-10-25T00:30Z'],
    ['an instant', '2026-07-01T10:00+05:00', false, '2026-07-01T05:00Z'],
    ['a day that does not exist', '2026-02-30', false, undefined],
    ['an hour that does not exist', '2026-02-03T25:00', false, undefined],
    ['no time at all', 'soon', false, undefined],
  ]
  test.each(scenarios)('%s', (_rule, text, end, instant) => {
    expect(readLocal(text, 'Europe/Rome', end)).toBe(instant === undefined ? undefined : at(instant))
  })
})

test('a zone is one that the platform knows', () => {
  expect(isTimeZone('Europe/Rome')).toBe(true)
  expect(isTimeZone('Europe/Roma')).toBe(false)
})

test('an instant outside of the calendar of four-digit years does no harm', () => {
  expect(Number.isFinite(dayOf('Europe/Rome', -1e20))).toBe(true)
  expect(Number.isFinite(dayOf('Europe/Rome', 1e20))).toBe(true)
})

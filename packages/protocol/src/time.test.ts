import { expect, test } from 'vitest'
import { correctTime, readTime } from './time.ts'

const received = 1_000_000
const corrected: [rule: string, original: number | undefined, sentAt: number | undefined, expected: number][] = [
  ['WI8 the clocks agree', 999_000, 1_000_000, 999_000],
  ['WI8 the device is an hour ahead', 4_599_000, 4_600_000, 999_000],
  ['WI8 the device is ten years behind', -315_360_001_000, -315_360_000_000, 999_000],
  ['WI8 no sentAt: as sent', 500, undefined, 500],
  ['WI8 sent before it happened: clamped', 2_000, 1_000, received],
  ['WI8 in the future: clamped', 2_000_000, undefined, received],
  ['WI8 no time: the receipt', undefined, 5, received],
]

test.each(corrected)('%s', (_rule, original, sentAt, expected) => {
  expect(correctTime(original, sentAt, received)).toBe(expected)
})

const read: [what: string, value: unknown, at: number | undefined][] = [
  ['ISO 8601 with Z', '2026-01-01T00:00:00Z', 1_767_225_600_000],
  ['ISO 8601 with an offset', '2026-01-01T01:00:00.5+01:00', 1_767_225_600_500],
  ['a date', '2026-01-01', 1_767_225_600_000],
  ['milliseconds', 1_767_225_600_000, 1_767_225_600_000],
  ['a fraction of a millisecond is cut', 1_767_225_600_000.9, 1_767_225_600_000],
  ['seconds', 1_767_225_600, 1_767_225_600_000],
  ['a number as text', '5', undefined],
  ['a month that is none', '2026-13-01T00:00:00Z', undefined],
  ['a day that is none', '2026-02-30T00:00:00Z', undefined],
  ['the 29th of February of a year without', '2026-02-29', undefined],
  ['the 29th of February of a year with', '2028-02-29T00:00:00Z', 1_835_395_200_000],
  ['the 31st', '2026-12-31T00:00:00Z', 1_798_675_200_000],
  ['NaN', Number.NaN, undefined],
  ['the first instant of the year 1', '0001-01-01T00:00:00Z', -62_135_596_800_000],
  ['a year before it', '-000001-01-01T00:00:00Z', undefined],
  ['the last instant of the year 9999', '9999-12-31T23:59:59.999Z', 253_402_300_799_999],
  ['a millisecond after it', 253_402_300_800_000, undefined],
  ['before all dates', -1e20, undefined],
  ['infinity', Number.POSITIVE_INFINITY, undefined],
  ['empty text', '', undefined],
  ['a list', [1], undefined],
]

test.each(read)('%s', (_what, value, at) => {
  expect(readTime(value)).toBe(at)
})

import { describe, expect, test } from 'vitest'
import { canReadFormat, createTimeReader } from './read-time.ts'

const iso = (format: string | undefined, zone: string | undefined, text: string): string | undefined => {
  const at = createTimeReader(format, zone)(text)
  return typeof at === 'number' ? new Date(at).toISOString() : undefined
}

test.each<[what: string, format: string | undefined, zone: string | undefined, text: string, at: string | undefined]>([
  ['ISO in UTC', undefined, undefined, '2025-03-01T12:00:00Z', '2025-03-01T12:00:00.000Z'],
  ['ISO with an offset', undefined, undefined, '2025-03-01T12:00:00+02:00', '2025-03-01T10:00:00.000Z'],
  [
    'ISO with an offset, whatever the zone',
    'iso',
    'America/New_York',
    '2025-03-01T12:00:00+02:00',
    '2025-03-01T10:00:00.000Z',
  ],
  ['as databases write it', 'iso', undefined, '2025-03-01 12:00:00.5+02', '2025-03-01T10:00:00.500Z'],
  ['without an offset, in its zone', 'iso', 'Europe/Berlin', '2025-07-01 12:00:00', '2025-07-01T10:00:00.000Z'],
  ['a day begins in its zone', 'iso', 'Europe/Berlin', '2025-07-01', '2025-06-30T22:00:00.000Z'],
  ['a negative part of a date is no offset', 'iso', undefined, '2025-07-01', undefined],
  ['without an offset and a zone', undefined, undefined, '2025-07-01T12:00:00', undefined],
  ['no time', 'iso', 'UTC', 'yesterday', undefined],
  ['seconds', 'epoch_s', undefined, '1740830400', '2025-03-01T12:00:00.000Z'],
  ['seconds with parts', 'epoch_s', undefined, '1740830400.25', '2025-03-01T12:00:00.250Z'],
  ['milliseconds', 'epoch_ms', undefined, '1740830400000', '2025-03-01T12:00:00.000Z'],
  ['milliseconds of the first years', 'epoch_ms', undefined, '1000', '1970-01-01T00:00:01.000Z'],
  ['no number', 'epoch_ms', undefined, '1.3.2025', undefined],
  ['past all years', 'epoch_s', undefined, '1740830400000000', undefined],
  ['a pattern', 'dd.MM.yyyy HH:mm', 'Europe/Berlin', '01.03.2025 13:00', '2025-03-01T12:00:00.000Z'],
  ['another form than the pattern', 'dd.MM.yyyy HH:mm', 'Europe/Berlin', '2025-03-01 13:00', undefined],
  ['a day that there is not', 'dd.MM.yyyy', 'UTC', '31.02.2025', undefined],
  ['names of months in English', 'd MMM yyyy h:mm a', 'UTC', '1 Mar 2025 1:05 PM', '2025-03-01T13:05:00.000Z'],
  ['a pattern with an offset', 'yyyy-MM-dd HH:mm ZZ', undefined, '2025-03-01 13:00 +01:00', '2025-03-01T12:00:00.000Z'],
  [
    'an hour that the clock leaves out',
    'dd.MM.yyyy HH:mm',
    'Europe/Berlin',
    '30.03.2025 02:30',
    '2025-03-30T01:30:00.000Z',
  ],
])('%s', (_what, format, zone, text, at) => {
  expect(iso(format, zone, text)).toBe(at)
})

test('an hour that the clock repeats is one of the two', () => {
  const at = iso('dd.MM.yyyy HH:mm', 'Europe/Berlin', '26.10.2025 02:30')
  expect(['2025-10-26T00:30:00.000Z', '2025-10-26T01:30:00.000Z']).toContain(at)
})

describe('a format', () => {
  test.each(['iso', 'epoch_s', 'dd.MM.yyyy', 'HH:mm:ss', "yyyy'at'MM"])('%s can be read', (format) => {
    expect(canReadFormat(format)).toBe(true)
  })
  test('that says neither offset nor zone needs a zone', () => {
    expect(() => createTimeReader('dd.MM.yyyy HH:mm')).toThrow('name the "zone"')
    expect(() => createTimeReader("dd.MM.yyyy'Z'")).toThrow('name the "zone"')
  })
})

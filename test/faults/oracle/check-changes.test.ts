import type { AudienceChange } from '@spartito/protocol'
import { expect, test } from 'vitest'
import type { Arrival } from '../../support/webhook-receiver.ts'
import { checkChanges } from './check-changes.ts'

const arrived = (seq: number, type: 'entered' | 'exited', more: Partial<Arrival> = {}): Arrival => {
  const id = `PROFILE:buyers:${seq}`
  const change = { id, type: `audience.${type}`, audience: 'buyers', profileId: 'PROFILE', seq } as AudienceChange
  return { id, body: JSON.stringify(change), change, at: seq, status: 200, ...more }
}
const good = [arrived(1, 'entered'), arrived(2, 'exited')]

const check = (arrivals: Arrival[]) => checkChanges(arrivals, [], 0)

test('changes in turns, from 1 without gaps, are content', () => {
  expect(check(good)).toMatchObject({ violations: [], changes: 2, repeated: 0, outOfOrder: 0 })
})

test('a repeated delivery is counted and no fault; one that was answered 503 is none', () => {
  const arrivals = [arrived(1, 'entered', { status: 503 }), ...good, good[0]!]
  expect(check(arrivals)).toMatchObject({ violations: [], changes: 2, repeated: 1 })
})

const faults: [what: string, arrivals: Arrival[], message: RegExp][] = [
  ['the first is missing', [arrived(2, 'exited')], /lacks the change 1/],
  ['one in the middle is missing', [arrived(1, 'entered'), arrived(3, 'exited')], /lacks the change 2/],
  [
    'entered twice',
    [arrived(1, 'entered'), arrived(2, 'entered'), arrived(3, 'exited')],
    /change 2 is audience.entered/,
  ],
  ['one id with two bodies', [...good, arrived(2, 'exited', { body: '{}' })], /two bodies/],
  ['an id that is not the key', [...good, arrived(3, 'entered', { id: 'other' }), arrived(4, 'exited')], /not the key/],
  ['a profile that is gone and never left', [arrived(1, 'entered')], /never left buyers/],
]

test.each(faults)('%s is seen', (_what, arrivals, message) => {
  expect(check(arrivals).violations.join('\n')).toMatch(message)
})

test('a change behind a later one is counted', () => {
  expect(check([good[1]!, good[0]!])).toMatchObject({ violations: [], outOfOrder: 1 })
})

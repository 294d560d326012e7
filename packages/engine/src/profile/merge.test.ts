import { expect, test } from 'vitest'
import { type Fragment, newFragment } from './fragment.ts'
import { consentOf } from './merge.ts'

type Said = [device: string, side: 'own' | 'moved', state: 'granted' | 'denied', at: number, receivedAt?: number]

const mergedAt = 100

const fragmentOf = ([device, side, state, timestamp, receivedAt = timestamp]: Said): Fragment => {
  const mergeId = side === 'own' ? null : 'm'
  const decision = { state, timestamp, receivedAt, messageId: `${device}${timestamp}`, source: 'web' }
  return {
    ...newFragment(1, { type: 'anonymous_id', value: device }, mergeId),
    mergedAt: mergeId && mergedAt,
    consent: { marketing: decision },
  }
}

// biome-ignore format: a row a rule
const tables: [rule: string, Said[], 'granted' | 'denied'][] = [
  ['without a merge the newest counts', [['a', 'own', 'denied', 1], ['b', 'own', 'granted', 2]], 'granted'],
  ['of two sides a denial wins, though older', [['a', 'own', 'denied', 1], ['b', 'moved', 'granted', 2]], 'denied'],
  ['of one side the newest counts', [['a', 'own', 'denied', 1], ['b', 'own', 'granted', 2], ['c', 'moved', 'granted', 3]], 'granted'],
  ['of the side that moved, too', [['a', 'own', 'granted', 1], ['b', 'moved', 'granted', 3], ['c', 'moved', 'denied', 2]], 'granted'],
  ['one made after the merge counts', [['a', 'own', 'granted', 101], ['b', 'moved', 'denied', 2]], 'granted'],
  ['one that was made before it and came after it does not', [['a', 'own', 'granted', 99, 150], ['b', 'moved', 'denied', 2]], 'denied'],
]

test.each(tables)('CO4 %s', (_rule, said, expected) => {
  expect(consentOf(said.map(fragmentOf))).toEqual({ marketing: expected })
  expect(consentOf(said.map(fragmentOf).reverse())).toEqual({ marketing: expected })
})

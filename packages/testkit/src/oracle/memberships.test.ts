import { expect, test } from 'vitest'
import { noon } from '../make/event.ts'
import { makeProfile } from '../make/profile.ts'
import type { Audience } from './condition.ts'
import { inOrderOfDependence, membershipsAt } from './memberships.ts'

const a: Audience = { id: 'a', when: { not: { audience: 'b' } } }
const b: Audience = { id: 'b', when: { all: [{ audience: 'c' }] } }
const c: Audience = { id: 'c', when: { any: [] } }

test('AU1 an audience comes after those that it depends on', () => {
  expect(inOrderOfDependence([a, b, c])).toEqual([c, b, a])
  expect(inOrderOfDependence([c, a, b])).toEqual([c, b, a])
})

test('AU: a cycle is named', () => {
  expect(() => inOrderOfDependence([a, { ...b, when: { audience: 'a' } }])).toThrow('a → b → a')
})

test('AU1 B = not A follows A at the same instant; who stays keeps since', () => {
  const profile = makeProfile({ memberships: new Map([['a', noon - 5]]) })
  expect([...membershipsAt([c, b, a], [], profile, noon)]).toEqual([['a', noon - 5]])
  expect([...membershipsAt([{ ...c, when: { all: [] } }, b, a], [], profile, noon)]).toEqual([
    ['c', noon],
    ['b', noon],
  ])
})

test('CO6 an audience has no member who does not allow ALL its purposes', () => {
  const needy = { id: 'n', when: { all: [] }, purposes: ['analytics', 'marketing'] }
  const grants = (purposes: Record<string, 'granted' | 'denied'>) =>
    membershipsAt([needy], [], makeProfile({ consent: purposes }), noon).size
  expect(grants({ analytics: 'granted' })).toBe(0)
  expect(grants({ analytics: 'granted', marketing: 'denied' })).toBe(0)
  expect(grants({ analytics: 'granted', marketing: 'granted' })).toBe(1)
})

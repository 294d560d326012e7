import { beforeAll, describe, test } from 'vitest'
import { publish } from '../setup.ts'
import {
  type Act,
  alias,
  identityWorkspace,
  is,
  run,
  type Scenario,
  settle,
  shows,
  signIn,
  split,
  views,
} from './scenario.ts'

beforeAll(async () => {
  await publish(identityWorkspace)
})

/** Eleven users show one address. */
const eleven: Act = async (world) => {
  for (let n = 1; n <= 11; n++) await world.send({ user: `U${n}`, email: 'e' }, { verified: true })
}

// 12 is in identifiers.test.ts, 19 and 20 are seen over HTTP in test/conformance.
describe('SPEC, the scenarios', () => {
  const scenarios: Scenario[] = [
    ['1 a: 3 pages; identify(a,A)', [views('a', 3), signIn('a', 'A')], { a: 'A 4', A: 'A 4' }],
    [
      '2 the same twice',
      [
        views('a', 1, { copy: '1' }),
        signIn('a', 'A', undefined, { copy: '2' }),
        views('a', 1, { copy: '1' }),
        signIn('a', 'A', undefined, { copy: '2' }),
      ],
      { a: 'A 2' },
    ],
    ['2 identify arriving first', [signIn('a', 'A'), views('a', 3)], { a: 'A 4', A: 'A 4' }],
    ['3 a→A, b→A', [signIn('a', 'A'), views('b'), signIn('b', 'A')], { a: 'A 3', b: 'A 3' }],
    ['4 a→A, identify(a,B) without reset', [views('a'), signIn('a', 'A'), signIn('a', 'B')], { A: 'A 2', B: 'B 1' }],
    [
      '5 4, then page(a) in a new session',
      [
        signIn('a', 'A', undefined, { session: '1', daysAgo: 3 }),
        signIn('a', 'B', undefined, { session: '2', daysAgo: 2 }),
        views('a', 1, { session: '3', daysAgo: 1 }),
      ],
      { A: 'A 1', B: 'B 1', a: 'a 1' },
    ],
    [
      '6 a→A, reset gives c, pages(c), identify(c,B)',
      [views('a'), signIn('a', 'A'), views('c', 2), signIn('c', 'B')],
      { A: 'A 2', B: 'B 3', c: 'B 3' },
    ],
    [
      '7 a→A; page(a) next day; page(a) 31 days later',
      [signIn('a', 'A', undefined, { daysAgo: 40 }), views('a', 1, { daysAgo: 39 }), views('a', 1, { daysAgo: 8 })],
      { A: 'A 2', a: 'a 1' },
    ],
    [
      '8 identify(A,e)✓, identify(B,e)✓',
      [shows({ user: 'A', email: 'e' }, '✓'), shows({ user: 'B', email: 'e' }, '✓')],
      { e: 'A 1', B: 'B 1' },
      { B: ['owned_by_another'] },
    ],
    [
      '9 newsletter with e alone, then identify(A,e)✓',
      [shows({ email: 'e' }), shows({ user: 'A', email: 'e' }, '✓')],
      { e: 'A 2' },
    ],
    ['10 identify "null"', [(world) => world.send({ a: 'a' }, {}), views('a')], { a: 'a 2' }],
    [
      '11 11 users with one address in a day',
      [eleven],
      { U1: 'U1 1', U10: 'U10 1', U11: 'U11 1' },
      { U11: ['shown_with_too_many'] },
    ],
    [
      '13 alias(A→B) claimed',
      [signIn('a', 'A'), signIn('b', 'B'), alias('B', 'A')],
      { A: 'A 1', B: 'B 2' },
      { B: ['unverified_alias'] },
    ],
    [
      '13 alias(A→B) verified',
      [signIn('a', 'A'), signIn('b', 'B'), alias('B', 'A', '✓')],
      { A: 'A 3', B: 'A 3', a: 'A 3', b: 'A 3' },
    ],
    [
      '14 merges A→B, B→C, C→A at once',
      [
        signIn('a', 'A'),
        signIn('b', 'B'),
        signIn('c', 'C'),
        async (world) => {
          await Promise.all([alias('B', 'A', '✓')(world), alias('C', 'B', '✓')(world), alias('A', 'C', '✓')(world)])
        },
        settle,
        views('c'),
        views('b'),
      ],
      { A: 'A 8', B: 'A 8', C: 'A 8', a: 'A 8', b: 'A 8', c: 'A 8' },
    ],
    [
      '15 crash after each step of a merge',
      [
        views('a', 3),
        async (world) => {
          const identifying = world.send({ a: 'a', user: 'A' }, { copy: 'i' }).catch(() => undefined)
          await world.crash()
          await identifying
          await world.send({ a: 'a', user: 'A' }, { copy: 'i' })
          for (let n = 0; n < 3; n++) {
            await world.crash()
            await world.settle()
          }
        },
      ],
      { a: 'A 4', A: 'A 4' },
    ],
    [
      '16 200 events to the loser while it moves',
      [
        views('a', 20),
        async (world) => {
          const sending = [signIn('a', 'A')(world), ...Array.from({ length: 200 }, () => views('a')(world))]
          await Promise.all(sending)
        },
      ],
      { a: 'A 221' },
    ],
    [
      '17 one messageId in both profiles, then merge',
      [
        views('a', 1, { copy: '1' }),
        shows({ user: 'A' }, undefined, { event: 'Product Viewed', copy: '1' }),
        signIn('a', 'A'),
      ],
      { A: 'A 2' },
    ],
    [
      '18 13 verified, then unmerge, then the same contact again',
      [
        shows({ a: 'a', user: 'A', email: 'e' }, '✓'),
        views('a'),
        signIn('b', 'B'),
        alias('B', 'A', '✓'),
        is({ A: 'A 4', B: 'A 4', e: 'A 4' }),
        split('B'),
        is({ A: 'A 2', B: 'B 2', a: 'A 2', b: 'B 2', e: 'A 2' }),
        shows({ user: 'B', email: 'e' }, '✓'),
      ],
      { A: 'A 2', B: 'B 3', e: 'A 2' },
      { B: ['owned_by_another'] },
    ],
    [
      '21 a stranger claims e; then A shows e ✓',
      [
        shows({ a: 's', user: 'S', email: 'e' }),
        shows({ email: 'e' }),
        is({ e: 'S 2', S: 'S 2' }),
        shows({ user: 'A', email: 'e' }, '✓'),
        settle,
      ],
      { e: 'A 2', A: 'A 2', S: 'S 1', s: 'S 1' },
      { S: ['taken_by_verified'] },
    ],
  ]
  test.each(scenarios)('%s', (_rule, given, told, refusals) => run(given, told, refusals))
})

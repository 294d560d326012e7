import { beforeAll, describe, expect, test } from 'vitest'
import { publish } from '../setup.ts'
import {
  type Act,
  alias,
  answers,
  createWorld,
  identityWorkspace,
  is,
  merge,
  settle,
  shows,
  signIn,
  signOut,
  split,
  views,
} from './scenario.ts'

beforeAll(async () => {
  await publish(identityWorkspace)
})

/** @param told by an identifier's name: whose profile it leads to, and how many events that profile has */
type Scenario = [rule: string, given: Act[], told: Record<string, string>, refusals?: Record<string, string[]>]

const run = async (acts: readonly Act[], told: Record<string, string>, refusals: Record<string, string[]> = {}) => {
  const world = createWorld()
  for (const act of acts) await act(world)
  await is(told)(world)
  for (const [name, codes] of Object.entries(refusals)) expect(await world.refusals(name)).toEqual(codes)
}

/** Eleven users show one address. */
const eleven: Act = async (world) => {
  for (let n = 1; n <= 11; n++) await world.send({ user: `U${n}`, email: 'e' }, { verified: true })
}

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

describe('ID5, ID6 two profiles join', () => {
  const scenarios: Scenario[] = [
    [
      'ID6 by an administrator, with all that each has',
      [signIn('a', 'A'), signIn('b', 'B'), merge('B', 'A'), views('a'), views('b')],
      { A: 'A 4', B: 'A 4', a: 'A 4', b: 'A 4' },
    ],
    [
      'ID6 once: merged again, nothing happens',
      [
        signIn('a', 'A'),
        signIn('b', 'B'),
        merge('A', 'B'),
        answers((world) => world.merge('A', 'B'), { mergeId: null, status: 'merged' }),
      ],
      { A: 'A 2', B: 'A 2' },
    ],
    [
      'ID6 a person and a contact that has a profile',
      [shows({ email: 'e' }), signIn('a', 'A'), merge('e', 'A')],
      { e: 'A 2', A: 'A 2' },
    ],
    [
      'ID6 a person and an anonymous device',
      [views('a', 2), shows({ user: 'A' }), merge('a', 'A'), views('a')],
      { a: 'A 4', A: 'A 4' },
    ],
    ['ID6 two anonymous devices', [views('a', 2), views('b'), merge('b', 'a'), views('b')], { a: 'a 4', b: 'a 4' }],
    [
      'ID6 nobody knows one of them',
      [shows({ user: 'A' }), shows({ email: 'e' }), answers((world) => world.merge('A', 'e'), { status: 'merged' })],
      { A: 'A 2' },
    ],
    [
      'ID5 of two persons the older hosts, whoever names whom',
      [signIn('b', 'B'), signIn('a', 'A'), alias('B', 'A', '✓')],
      { A: 'B 3', B: 'B 3', a: 'B 3' },
    ],
    [
      'ID5 of two contacts the older hosts, when somebody vouches',
      [shows({ phone: 'p' }), shows({ email: 'e' }), shows({ email: 'e', phone: 'p' }, '✓')],
      { e: 'p 3', p: 'p 3' },
    ],
    [
      'ID11 of two contacts neither when nobody does',
      [shows({ phone: 'p' }), shows({ email: 'e' }), shows({ email: 'e', phone: 'p' })],
      { e: 'e 2', p: 'p 1' },
      { e: ['holds_a_profile'] },
    ],
    [
      'ID5 of two devices the older hosts',
      [shows({ push: 't' }), views('a'), shows({ a: 'a', push: 't' })],
      { a: 't 3', t: 't 3' },
    ],
    [
      'ID5 a device that has joined another passes to the person who signs in on it',
      [shows({ push: 't' }), views('a'), shows({ a: 'a', push: 't' }), shows({ user: 'A', push: 't' })],
      { A: 'A 4', t: 'A 4', a: 'A 4' },
    ],
    [
      'ID6 two ids of persons in one event are two profiles',
      [shows({ loyalty: 'L' }), signIn('a', 'A'), shows({ user: 'A', loyalty: 'L' }, '✓')],
      { A: 'A 2', L: 'L 1' },
      { A: ['holds_a_profile'] },
    ],
    [
      'ID6 an id of a person that nobody has seen joins the one that shows it',
      [shows({ user: 'A', loyalty: 'L' }, '✓'), shows({ loyalty: 'L' })],
      { A: 'A 2', L: 'A 2' },
    ],
    [
      'ID11 an alias of the device itself is an identify',
      [views('a', 2), (world) => world.send({ a: 'a', user: 'A' }, { previous: 'a' })],
      { a: 'A 3', A: 'A 3' },
      { A: [] },
    ],
    [
      'ID2 an alias of "null" names nobody',
      [signIn('a', 'A'), alias('A', 'null', '✓')],
      { A: 'A 2' },
      { A: ['blocked_identifier'] },
    ],
    ['ID6 an alias of oneself is none', [signIn('a', 'A'), alias('A', 'A', '✓')], { A: 'A 2' }, { A: [] }],
    [
      'ID6 an alias of somebody who has no profile yet joins who comes',
      [signIn('a', 'A'), alias('A', 'A0', '✓'), shows({ user: 'A0' })],
      { A: 'A 3' },
    ],
    [
      'ID4 a chain of merges: whoever joined first is reached',
      [
        signIn('c', 'C'),
        signIn('b', 'B'),
        signIn('a', 'A'),
        merge('A', 'B'),
        merge('B', 'C'),
        views('a', 2),
        views('b'),
      ],
      { A: 'C 6', B: 'C 6', C: 'C 6', a: 'C 6', b: 'C 6' },
    ],
    [
      'ID7 a device that both have used is one owner’s after the merge',
      [signIn('a', 'A'), signIn('a', 'B'), merge('A', 'B'), signIn('a', 'A'), views('a')],
      { A: 'A 4', a: 'A 4' },
    ],
    [
      'ID7 a device that an address had is no other’s once the address is theirs',
      [
        shows({ a: 'a', email: 'e' }, undefined, { daysAgo: 3, session: '1' }),
        shows({ a: 'a', user: 'A', email: 'e' }, '✓', { daysAgo: 2, session: '2' }),
        views('a', 1, { daysAgo: 1, session: '3' }),
      ],
      { A: 'A 3', a: 'A 3' },
    ],
    [
      'ID9 who is merged signs out of a device by either id',
      [signIn('a', 'A'), signIn('b', 'B'), merge('A', 'B'), signOut('a', 'B'), views('a', 2)],
      { A: 'A 3', a: 'a 2' },
    ],
    [
      'ID11 a claimed contact passes to who is vouched for, and stays',
      [
        shows({ user: 'S', email: 'e' }),
        shows({ user: 'A', email: 'e' }, '✓'),
        settle,
        shows({ user: 'S', email: 'e' }, '✓'),
      ],
      { e: 'A 1', S: 'S 2' },
      { S: ['taken_by_verified', 'owned_by_another'] },
    ],
    [
      'ID11 a contact that was vouched for later on is taken by nobody',
      [shows({ user: 'S', email: 'e' }), shows({ user: 'S', email: 'e' }, '✓'), shows({ user: 'A', email: 'e' }, '✓')],
      { e: 'S 2', A: 'A 1' },
      { A: ['owned_by_another'] },
    ],
    [
      'ID11 nobody who only claims takes a claimed contact',
      [shows({ user: 'S', email: 'e' }), shows({ user: 'A', email: 'e' })],
      { e: 'S 1', A: 'A 1' },
      { A: ['owned_by_another'] },
    ],
  ]
  test.each(scenarios)('%s', (_rule, given, told, refusals) => run(given, told, refusals))
})

describe('ID14 what was joined is taken apart', () => {
  const scenarios: Scenario[] = [
    [
      'events since the merge go with the person whom they name, on whatever device',
      [
        signIn('a', 'A'),
        signIn('b', 'B'),
        merge('A', 'B'),
        shows({ a: 'b', user: 'A' }),
        views('b'),
        views('a', 2),
        split('B'),
      ],
      { A: 'A 4', B: 'B 2' },
    ],
    [
      'a contact that one of them brought since stays theirs',
      [
        signIn('a', 'A'),
        signIn('b', 'B'),
        merge('A', 'B'),
        shows({ user: 'B', email: 'e' }, '✓'),
        shows({ email: 'e' }),
        split('B'),
      ],
      { A: 'A 1', B: 'B 3', e: 'B 3' },
    ],
    [
      'a device that one of them came to since stays theirs',
      [signIn('a', 'A'), signIn('b', 'B'), merge('A', 'B'), views('c'), signIn('c', 'B'), views('c'), split('B')],
      { A: 'A 1', B: 'B 4', c: 'B 4' },
    ],
    [
      'the pair does not merge again by an alias',
      [signIn('a', 'A'), signIn('b', 'B'), alias('B', 'A', '✓'), split('B'), alias('B', 'A', '✓')],
      { A: 'A 1', B: 'B 3' },
      { B: ['unmerged'] },
    ],
    [
      'nor the other way round',
      [signIn('a', 'A'), signIn('b', 'B'), alias('B', 'A', '✓'), split('B'), alias('A', 'B', '✓')],
      { A: 'A 2', B: 'B 2' },
    ],
    [
      'an administrator joins them again',
      [signIn('a', 'A'), signIn('b', 'B'), merge('A', 'B'), split('B'), settle, merge('B', 'A'), views('b')],
      { A: 'A 3', B: 'A 3' },
    ],
    [
      'a contact that was joined by an event, and it does not join again',
      [
        shows({ email: 'e' }),
        shows({ user: 'A', email: 'e' }, '✓'),
        shows({ email: 'e' }),
        split('e'),
        shows({ user: 'A', email: 'e' }, '✓'),
      ],
      { e: 'e 2', A: 'A 2' },
      { A: ['unmerged', 'unmerged'] },
    ],
    [
      'a device’s stretch that somebody adopted, and the device is its own',
      [views('a', 2), signIn('a', 'A'), views('a'), split('a'), views('a'), signIn('a', 'A')],
      { A: 'A 3', a: 'a 3' },
      { A: ['unmerged'] },
    ],
    [
      'another person may have the device, and not what it got back',
      [views('a', 2), signIn('a', 'A'), split('a'), settle, views('a'), signIn('a', 'B')],
      { A: 'A 1', B: 'B 2' },
    ],
    [
      'a merge within a merge, the inner one first',
      [
        signIn('c', 'C'),
        signIn('b', 'B'),
        signIn('a', 'A'),
        merge('A', 'B'),
        merge('B', 'C'),
        views('a'),
        views('b'),
        split('A'),
        is({ A: 'A 2', B: 'C 3', C: 'C 3', a: 'A 2' }),
        split('B'),
      ],
      { A: 'A 2', B: 'B 2', C: 'C 1' },
    ],
    [
      'a merge within a merge, the outer one first',
      [
        signIn('c', 'C'),
        signIn('b', 'B'),
        signIn('a', 'A'),
        merge('A', 'B'),
        merge('B', 'C'),
        views('a'),
        views('b'),
        split('B'),
        is({ A: 'B 4', B: 'B 4', C: 'C 1', a: 'B 4' }),
        split('A'),
      ],
      { A: 'A 2', B: 'B 2', C: 'C 1' },
    ],
    [
      'what was never merged cannot be taken apart',
      [signIn('a', 'A'), answers((world) => world.split('A'), { code: 'not_found' }, 404)],
      { A: 'A 1' },
    ],
    [
      'crashes in between end in the same state',
      [
        signIn('a', 'A'),
        views('a', 5),
        signIn('b', 'B'),
        merge('A', 'B'),
        views('b', 2),
        async (world) => {
          const splitting = world.split('B').catch(() => undefined)
          await world.crash()
          await splitting
          await world.split('B').catch(() => undefined)
          for (let n = 0; n < 4; n++) {
            await world.crash()
            await world.settle()
          }
        },
      ],
      { A: 'A 6', B: 'B 3', b: 'B 3' },
    ],
    [
      'events that come meanwhile go where they belong',
      [
        signIn('a', 'A'),
        views('a', 5),
        signIn('b', 'B'),
        merge('A', 'B'),
        async (world) => {
          await Promise.all([
            world.split('B'),
            ...Array.from({ length: 20 }, () => views('b')(world)),
            ...Array.from({ length: 20 }, () => views('a')(world)),
          ])
        },
        settle,
      ],
      { A: 'A 26', B: 'B 21' },
    ],
  ]
  test.each(scenarios)('%s', (_rule, given, told, refusals) => run(given, told, refusals))
})

import { beforeAll, describe, test } from 'vitest'
import { publish } from '../setup.ts'
import {
  alias,
  answers,
  identityWorkspace,
  merge,
  run,
  type Scenario,
  settle,
  shows,
  signIn,
  signOut,
  views,
} from './scenario.ts'

beforeAll(async () => {
  await publish(identityWorkspace)
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

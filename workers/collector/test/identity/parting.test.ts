import { beforeAll, describe, test } from 'vitest'
import { publish } from '../setup.ts'
import {
  alias,
  answers,
  identityWorkspace,
  is,
  merge,
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

/** A is joined with B, and both with C; then A and B do something more. */
const mergeWithinMerge = [
  ...['C', 'B', 'A'].map((user) => signIn(user.toLowerCase(), user)),
  merge('A', 'B'),
  merge('B', 'C'),
  views('a'),
  views('b'),
]

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
      [...mergeWithinMerge, split('A'), is({ A: 'A 2', B: 'C 3', C: 'C 3', a: 'A 2' }), split('B')],
      { A: 'A 2', B: 'B 2', C: 'C 1' },
    ],
    [
      'a merge within a merge, the outer one first',
      [...mergeWithinMerge, split('B'), is({ A: 'B 4', B: 'B 4', C: 'C 1', a: 'B 4' }), split('A')],
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

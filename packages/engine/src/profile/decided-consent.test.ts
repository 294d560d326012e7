import { expect, test } from 'vitest'
import { consentDecisions, consentOf } from './decided-consent.ts'
import { type Fragment, type Merge, newFragment } from './fragment.ts'

type State = 'granted' | 'denied'
/** `made` by the visitor, or `carried` along by an event that is about something else */
type Said = [
  device: string,
  path: string,
  how: 'made' | 'carried' | 'implied',
  state: State,
  at: number,
  receivedAt?: number,
]

/** When the merges of a path were completed: `m` brought it here; `l` had brought it to where `m` moved it from. */
const mergedAt = { l: 50, m: 100, open: null }

const pathOf = (path: string): Merge[] =>
  path === 'own' ? [] : path.split(' ').map((mergeId) => ({ mergeId, mergedAt: mergedAt[mergeId as 'm'] }))

const fragmentOf = ([device, path, how, state, timestamp, receivedAt = timestamp]: Said, id: number): Fragment => {
  const merges = pathOf(path)
  const last = merges.at(-1)
  const provenance = { timestamp, receivedAt, messageId: `${device}${timestamp}`, source: 'web' }
  return {
    ...newFragment(id, { type: 'anonymous_id', value: device }, last?.mergeId ?? null),
    mergedAt: last?.mergedAt ?? null,
    ...(merges.length > 1 && { before: merges.slice(0, -1) }),
    consent: { marketing: { state, ...provenance } },
    ...(how !== 'carried' && {
      decisions: [
        { ...provenance, choice: { marketing: state === 'granted' }, basis: how === 'made' ? 'expressed' : how },
      ],
    }),
  }
}

// biome-ignore format: a row a rule
const tables: [rule: string, Said[], State][] = [
  ['without a merge the newest counts', [['a', 'own', 'carried', 'denied', 1], ['b', 'own', 'carried', 'granted', 2]], 'granted'],
  ['of two sides a denial wins, though older', [['a', 'own', 'made', 'denied', 1], ['b', 'm', 'made', 'granted', 2]], 'denied'],
  ['of one side the newest counts', [['a', 'own', 'made', 'denied', 1], ['b', 'own', 'made', 'granted', 2], ['c', 'm', 'made', 'granted', 3]], 'granted'],
  ['of the side that moved, too', [['a', 'own', 'made', 'granted', 1], ['b', 'm', 'made', 'granted', 3], ['c', 'm', 'made', 'denied', 2]], 'granted'],
  ['one made after the merge counts', [['a', 'own', 'made', 'granted', 101], ['b', 'm', 'made', 'denied', 2]], 'granted'],
  ['one made in the instant of the merge does not', [['a', 'own', 'made', 'granted', 100], ['b', 'm', 'made', 'denied', 2]], 'denied'],
  ['one that was made before it and came after it does not', [['a', 'own', 'made', 'granted', 99, 150], ['b', 'm', 'made', 'denied', 2]], 'denied'],
  ['what is carried along after it is no decision', [['a', 'own', 'carried', 'granted', 101], ['b', 'm', 'made', 'denied', 2]], 'denied'],
  ['nor is what goes on saying an older decision', [['a', 'own', 'made', 'granted', 1], ['a', 'own', 'carried', 'granted', 101], ['b', 'm', 'made', 'denied', 2]], 'denied'],
  ['nor what a signal implies', [['a', 'own', 'implied', 'granted', 101], ['b', 'm', 'made', 'denied', 2]], 'denied'],
  ['a device that goes on refusing does not undo a decision made since', [['a', 'own', 'made', 'granted', 101], ['b', 'm', 'made', 'denied', 2], ['b', 'own', 'carried', 'denied', 110]], 'granted'],
  ['one that begins to refuse does', [['a', 'own', 'made', 'granted', 101], ['b', 'm', 'made', 'granted', 2], ['b', 'own', 'carried', 'denied', 110]], 'denied'],
  ['the same device lifts its own denial', [['b', 'own', 'carried', 'granted', 110], ['b', 'm', 'carried', 'denied', 2]], 'granted'],
  ['a denial made after a grant made after the merge', [['a', 'own', 'made', 'granted', 101], ['b', 'own', 'made', 'denied', 102], ['b', 'm', 'made', 'denied', 2]], 'denied'],
  ['a denial within what merges again stays one', [['a', 'm', 'made', 'granted', 20], ['b', 'l m', 'made', 'denied', 10]], 'denied'],
  ['a decision between the two merges still counts', [['a', 'm', 'made', 'granted', 60], ['b', 'l m', 'made', 'denied', 10]], 'granted'],
  ['and not for whoever joins by the second', [['a', 'm', 'made', 'granted', 60], ['b', 'l m', 'made', 'denied', 10], ['c', 'own', 'made', 'denied', 5]], 'denied'],
  ['two that have joined one after the other are one since the later', [['a', 'm', 'made', 'granted', 60], ['b', 'l', 'made', 'denied', 10]], 'denied'],
  ['while it moves a denial counts already', [['a', 'own', 'made', 'granted', 9_999], ['b', 'open', 'made', 'denied', 2]], 'denied'],
]

test.each(tables)('CO4 %s', (_rule, said, expected) => {
  expect(consentOf(said.map(fragmentOf))).toEqual({ marketing: expected })
  expect(consentOf(said.map(fragmentOf).reverse())).toEqual({ marketing: expected })
})

test('CO1 a decision is dated by the event that made it, not by those that carry it along', () => {
  const [made, carried] = [
    fragmentOf(['a', 'own', 'made', 'granted', 5], 1),
    fragmentOf(['a', 'own', 'carried', 'granted', 9], 2),
  ]
  expect(consentDecisions([{ ...made, consent: carried.consent }])).toMatchObject({ marketing: { messageId: 'a5' } })
  expect(consentDecisions([carried])).toMatchObject({ marketing: { messageId: 'a9' } })
})

test('CO4 a purpose of which one side alone knows is as that side says', () => {
  const other = fragmentOf(['a', 'm', 'made', 'granted', 1], 1)
  expect(
    consentOf([
      { ...other, consent: { statistics: other.consent.marketing! }, decisions: [] },
      fragmentOf(['b', 'own', 'made', 'denied', 2], 2),
    ]),
  ).toEqual({ statistics: 'granted', marketing: 'denied' })
})

import type { IdentifierClass } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { newFragment } from '../profile/fragment.ts'
import { noon } from '../testing/events.ts'
import { type ClaimMessage, newClaim } from './claim.ts'
import { directionOf } from './direction.ts'
import { type Basis, type Claimant, newVisitor, type VisitorState } from './state.ts'

const types: Record<IdentifierClass, string> = {
  person: 'user_id',
  contact: 'email',
  device: 'anonymous_id',
  group: 'group_id',
}
const who = (its: IdentifierClass, value: string): Claimant => ({ type: types[its], value, class: its })
const session = { id: null, at: noon }

/** A host that was first seen so many ms after noon, and knows itself. */
const host = (self: Claimant, seenAfter: number): VisitorState => ({
  ...newVisitor(self, 'p'),
  identifiers: [{ ...self, verified: false, firstSeen: noon, lastSeen: noon }],
  fragments: [{ ...newFragment(1, self, null), firstSeen: noon + seenAfter }],
})
const asks = (claimant: Claimant, seenAfter: number, verified: boolean, basis?: Basis): ClaimMessage => ({
  kind: 'claim',
  mergeId: 'm',
  claimant,
  verified,
  at: noon,
  session,
  firstSeen: noon + seenAfter,
  ...(basis && { basis }),
})

type Row = [rule: string, asked: VisitorState, message: ClaimMessage, direction: 'join' | 'reverse' | 'neither']
const [a, b] = [who('device', 'a'), who('device', 'b')]
const [e, f] = [who('contact', 'e'), who('contact', 'f')]
const [A, B] = [who('person', 'A'), who('person', 'B')]

test.each<Row>([
  ['ID5 the stronger class wins, however young', host(e, 0), asks(A, 9, true), 'join'],
  ['ID11 of two that hold somebody a claim joins nothing', host(e, 0), asks(A, 9, false), 'neither'],
  ['ID5 of two contacts the older hosts', host(f, 5), asks(e, 2, true), 'join'],
  ['ID5 the same, asked by the younger', host(f, 2), asks(e, 5, true), 'reverse'],
  ['ID5 of the same age the smaller name', host(f, 5), asks(e, 5, true), 'join'],
  ['ID5 the same, asked by the greater', host(e, 5), asks(f, 5, true), 'reverse'],
  ['ID11 two contacts that nobody vouches for', host(f, 5), asks(e, 2, false), 'neither'],
  ['ID5 two devices', host(b, 5), asks(a, 2, false), 'join'],
  ['ID6 two persons, whoever vouches', host(B, 5), asks(A, 2, true), 'neither'],
  ['ID6 two persons by an alias', host(B, 5), asks(A, 2, true, 'alias'), 'join'],
  ['ID6 two persons by an administrator', host(B, 2), asks(A, 5, true, 'administrator'), 'reverse'],
  ['ID5 a contact does not host a person, whoever says so', host(A, 9), asks(e, 2, true, 'administrator'), 'reverse'],
  ['what holds nothing joins', newVisitor(B, 'p'), asks(A, 9, false), 'join'],
  [
    'another device does not take what is somebody’s',
    { ...host(b, 5), owners: [{ owner: A, since: 0, until: null, seenAt: noon, session, claimSeq: 1 }] },
    asks(a, 2, false),
    'neither',
  ],
])('%s', (_rule, asked, message, direction) => expect(directionOf(asked, message)).toBe(direction))

test('ID5 two that claim each other judge by the ages that their claims were made with, whatever came since', () => {
  const claim = newClaim(f, e, { verified: true, at: noon, session, firstSeen: noon + 5 }, noon)
  const asked = { ...host(f, 1), claims: { [e.value]: claim } }
  expect(directionOf(asked, asks(e, 2, true))).toBe('join')
})

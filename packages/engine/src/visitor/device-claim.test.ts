import { expect, test } from 'vitest'
import { day, noon, track } from '../testing/events.ts'
import { createVisitor, planOf } from '../testing/visitor.ts'
import { answerClaim, type ClaimMessage, type ClaimReply, newClaim } from './claim.ts'
import { loseDevice, mayLearnOf } from './device-claim.ts'
import { type Claimant, type KnownIdentifier, newVisitor, type VisitorState } from './state.ts'
import { takeReply } from './take-reply.ts'

const owner: Claimant = { type: 'user_id', value: 'A', class: 'person' }
const device: Claimant = { type: 'anonymous_id', value: 'a', class: 'device' }
const email: Claimant = { type: 'email', value: 'e@example.com', class: 'contact' }
const session = { id: null, at: noon }
const plan = planOf([])
const { ledger } = createVisitor([])

const asking = (state: VisitorState, identifier: Claimant, at: number): VisitorState => ({
  ...state,
  claims: { c: newClaim(owner, identifier, { verified: false, at, session }, at) },
})
const knowing = (more: Partial<KnownIdentifier> = {}): VisitorState => ({
  ...newVisitor(owner, 'p'),
  identifiers: [{ ...device, verified: false, firstSeen: noon, lastSeen: noon, ...more }],
})

/** What comes to the owner: an answer to its claim of a time with the number at the device, or a loss by the claim of a number. */
type Word = { answered: number | undefined; at: number } | { lost: number | undefined; at: number }
const hear = (state: VisitorState, word: Word): VisitorState => {
  if ('lost' in word) return loseDevice(state, device, noon + word.at, word.lost)
  const number = word.answered === undefined ? {} : { claimSeq: word.answered }
  const reply: ClaimReply = { kind: 'joined', hasEvents: false, identifiers: [], ...number }
  return takeReply(asking(state, device, noon + word.at), 'c', reply, plan, ledger, noon + 100).state
}
const isLost = ({ identifiers }: VisitorState): boolean => identifiers[0]!.lostAt !== undefined

const claimed = (seq: number, at: number): Word => ({ answered: seq, at })
const lost = (seq: number, at: number): Word => ({ lost: seq, at })

// Times are of clocks and ways that differ: numbers alone decide.
test.each<[what: string, words: Word[], lost: boolean]>([
  ['answered, then lost', [claimed(1, 0), lost(2, 5)], true],
  ['lost before the answer is known', [lost(2, 5), claimed(1, 0)], true],
  ['lost by a claim that was made earlier than the own one', [claimed(1, 9), lost(2, 5)], true],
  ['the same, told before the answer', [lost(2, 5), claimed(1, 9)], true],
  ['taken back', [claimed(1, 0), lost(2, 5), claimed(3, 7)], false],
  ['taken back by a claim that was long on its way', [claimed(1, 0), lost(2, 5), claimed(3, 1)], false],
  ['taken back before the loss is told', [claimed(1, 0), claimed(3, 7), lost(2, 9)], false],
  ['lost again', [claimed(1, 0), lost(2, 5), claimed(3, 7), lost(4, 6)], true],
  ['lost again, told before the answer', [claimed(1, 0), lost(2, 5), lost(4, 6), claimed(3, 7)], true],
  ['an older loss after a newer one', [claimed(1, 0), lost(4, 6), lost(2, 5), claimed(3, 7)], true],
  ['lost to oneself, by the name of a contact that has joined', [lost(2, 5), claimed(2, 0)], false],
])('ID7 a device is known as lost by the numbers of its claims: %s', (_what, words, expected) => {
  expect(isLost(words.reduce(hear, knowing()))).toBe(expected)
})

test.each<[what: string, words: Word[], lost: boolean]>([
  [
    'lost',
    [
      { answered: undefined, at: 0 },
      { lost: undefined, at: 5 },
    ],
    true,
  ],
  [
    'lost before the answer is known',
    [
      { lost: undefined, at: 5 },
      { answered: undefined, at: 0 },
    ],
    true,
  ],
  [
    'taken back',
    [
      { lost: undefined, at: 5 },
      { answered: undefined, at: 7 },
    ],
    false,
  ],
  [
    'a number counts with what has none',
    [
      { lost: undefined, at: 5 },
      { answered: 3, at: 7 },
    ],
    false,
  ],
])('ID7 what was numbered nowhere is told apart by time: %s', (_what, words, expected) => {
  expect(isLost(words.reduce(hear, knowing()))).toBe(expected)
})

const signedOut = { lostAt: noon + 5, signedOutAt: noon + 5 }
test.each<[what: string, known: Partial<KnownIdentifier>, words: Word[], lost: boolean]>([
  ['it stays lost for a claim of before', signedOut, [claimed(1, 0)], true],
  ['the next sign-in takes it back', signedOut, [claimed(1, 6)], false],
  ['and a loss that came before that', signedOut, [lost(1, 2), claimed(2, 6)], false],
  ['but not one that comes after', signedOut, [lost(3, 2), claimed(2, 6)], true],
])('ID9 a logout is known by its time: %s', (_what, known, words, expected) => {
  expect(isLost(words.reduce(hear, knowing(known)))).toBe(expected)
})

const claimOf = (mergeId: string, value: string, at: number): ClaimMessage => ({
  kind: 'claim',
  mergeId,
  verified: false,
  at,
  session,
  claimant: { ...owner, value },
})

test('ID12 a claim that comes again gets the same answer, with its number', () => {
  const first = answerClaim(newVisitor(device, 'p'), claimOf('m1', 'A', noon), noon)
  const second = answerClaim(first.state, claimOf('m2', 'B', noon), noon)
  expect(second.reply).toMatchObject({ kind: 'joined', claimSeq: 2 })
  expect(second.state.claims).toMatchObject({ 'tell user_id:A': { step: 'telling', claimSeq: 2 } })
  expect(answerClaim(second.state, claimOf('m1', 'A', noon), noon).reply).toMatchObject({ kind: 'joined', claimSeq: 1 })
})

test('ID3 what is blocked is lost by a number of its own, also by a claim that was long on its way', () => {
  let state = newVisitor(device, 'p')
  for (let n = 1; n <= 10; n++) ({ state } = answerClaim(state, claimOf(`m${n}`, `u${n}`, noon + n), noon))
  const blocked = answerClaim(state, claimOf('m11', 'u11', noon), noon)
  expect(blocked.reply).toEqual({ kind: 'refused', code: 'shown_with_too_many' })
  expect(blocked.state.owners!.at(-1)).toMatchObject({ owner: { value: 'u10' }, claimSeq: 11, until: noon + 10 })
  expect(blocked.state.claims['tell user_id:u10']).toMatchObject({ step: 'telling', claimSeq: 11 })
})

const granted = { mergeId: 'm', identifiers: knowing().identifiers, joined: [] }
test.each<[what: string, state: VisitorState, may: boolean]>([
  ['who asks an address may learn of its devices', asking(newVisitor(owner, 'p'), email, noon), true],
  ['who knows the device learns nothing', asking(knowing(), email, noon), false],
  ['who gives it back does not know it any more', { ...newVisitor(owner, 'p'), granted }, true],
  ['who asks nobody does not', newVisitor(owner, 'p'), false],
  ['who asks the device alone does not', asking(newVisitor(owner, 'p'), device, noon), false],
])('ID7 a loss of what somebody brings along is told again: %s', (_what, state, may) => {
  expect(mayLearnOf(state, device)).toBe(may)
})

test('WI9 up to which time events were adopted is known, also of what came too late (AU4) before a claim that was long on its way', () => {
  const visitor = createVisitor([])
  visitor.send([{ ...track('Viewed', noon + 40 * day), receivedAt: noon + 80 * day }])
  const { state } = answerClaim(visitor.state, claimOf('m', 'A', noon), noon + 80 * day)
  expect(state.role).toMatchObject({ kind: 'moving', fragments: [1] })
  expect(state.owners).toMatchObject([{ seenAt: noon, adoptedTo: noon + 40 * day }])
})
